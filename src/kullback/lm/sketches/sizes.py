"""How many tokens a sketch has to keep for an error that is wanted."""

import math

import numpy as np

from kullback.errors import InputError
from kullback.lm.files.given import Given, as_file
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.sketch import LARGEST
from kullback.lm.sketches.draw import drawn
from kullback.lm.sketches.estimate import estimates
from kullback.lm.sketches.rows import SourceRows, refuse_empty
from kullback.lm.sketches.seen import with_rows
from kullback.lm.sketches.write import layout_of

SMALLEST = 8


def sketch_sizes(
    source: Given, error: float, *, noise: float = 0.1, rows: int = 32, seed: int = 0
) -> tuple[int, int]:
    """Return the head and tail with which a sketch of a model has an error that is wanted.

    Some rows of the source are sketched with more and more tokens, as many in the head as in the
    tail, and compared with the same rows, noise added to each logit.

    Parameters
    ----------
    source : path, LogitsFile or array
        The model that is to be sketched.
    error : float
        The sampling error of one token, as a share of the mean KL: 0.1 is one tenth. The mean of
        n tokens has √n times less.
    noise : float
        The standard deviation of what is added to each logit. A KL of about noise²/2.
    rows : int
        How many rows to try, spread over the source.
    seed : int
        Of the noise and of the draw.

    Returns
    -------
    (int, int)
        Head and tail, as `sketch` takes them.

    Raises
    ------
    InputError
        If no sketch has so small an error, or a number is none.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> sizes = sketch_sizes(rng.normal(size=(20, 2000)), 0.2)
    >>> sizes[0] == sizes[1] and 8 < sizes[0] <= 128
    True
    """
    if not (error > 0 and noise > 0 and rows >= 1):
        raise InputError(f"error={error}, noise={noise}, rows={rows}: all must be above 0")
    file = as_file(source)
    refuse_empty(file)
    base, model = _pilot(file, rows, noise, seed)
    size = SMALLEST
    while 2 * size <= min(LARGEST, 2 * file.vocabulary):
        if _error(file, base, model, size, seed) <= error:
            return size, size
        size *= 2
    raise InputError(
        f"no sketch of {file.path} has a sampling error of {error:g} a token: keep whole rows"
    )


def _pilot(file: LogitsFile, rows: int, noise: float, seed: int) -> tuple[SourceRows, SourceRows]:
    places = np.unique(np.linspace(0, len(file) - 1, min(rows, len(file))).astype(int))
    parts = [SourceRows.of(file, int(place), int(place) + 1) for place in places]
    values, counted, log_z, rounding = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("values", "counted", "log_z", "noise")
    )
    moved = counted.astype(np.float64)
    moved += noise * np.random.default_rng(seed).standard_normal(moved.shape)
    top = moved.max(axis=1)
    log_z_moved = top + np.log(np.exp(moved - top[:, None]).sum(axis=1))
    return SourceRows(values, counted, log_z, rounding), SourceRows(
        moved, moved, log_z_moved, rounding
    )


def _error(file: LogitsFile, base: SourceRows, model: SourceRows, size: int, seed: int) -> float:
    """Return the sampling error of one token over the mean KL."""
    layout = layout_of(file, size, size, seed)
    found = estimates(with_rows(layout, drawn(base, layout, 0), model))["kl"]
    mean = float(found.values.mean())
    return math.sqrt(float(found.variances.mean())) / mean if mean > 0 else math.inf
