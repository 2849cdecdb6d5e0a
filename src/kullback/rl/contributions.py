"""What each valid position contributes to an estimate, and what was noticed on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback import arrays, logits
from kullback.arguments import shown, word
from kullback.errors import InputError, MethodError, ShapeError
from kullback.intake import refuse_shuffled
from kullback.results import Note
from kullback.rl import cautions
from kullback.rl.clamp import Clamp
from kullback.rl.draws import Valid, known, real, same_shape, valid
from kullback.rl.estimators import ESTIMATORS
from kullback.rl.importance_ratios import of_log_ratios

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DrawOptions:
    """What the caller chose; `steps` says that the last axis is the time of a sequence."""

    kind: str
    mask: Any = None
    cluster: Any = None
    log_sampled: Any = None
    clamp: Clamp | None = None
    steps: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """The valid positions of an estimate.

    Parameters
    ----------
    values : ndarray of shape (valid,)
        In nats.
    kept : Valid
        Which positions they are, and their clusters.
    method : str
        How they were obtained.
    outcomes : int
        Actions to choose from; 0 where only the one taken is known.
    notes : tuple of Note
        What was noticed.
    """

    values: Array
    kept: Valid
    method: str
    outcomes: int
    notes: tuple[Note, ...] = ()


def contributions(log_p: Any, log_ref: Any, asked: DrawOptions) -> Contributions:
    """Return what each valid position contributes."""
    if not isinstance(asked.clamp, Clamp | None):
        raise InputError(f"clamp={shown(asked.clamp)} is no rl.Clamp; give Clamp(log_ratio=20.0)")
    word("kind", asked.kind, (*ESTIMATORS, "exact"), MethodError)
    refuse_shuffled({"log_p": log_p, "log_ref": log_ref})
    named = {"log_p": known("log_p", log_p), "log_ref": known("log_ref", log_ref)}
    return (exact if asked.kind == "exact" else sampled)(named, asked)


def exact(named: dict[str, Any], asked: DrawOptions) -> Contributions:
    """KL of the two rows at each position, in the library and the precision that they have."""
    for name in ("log_sampled", "clamp"):
        if getattr(asked, name) is not None:
            raise MethodError(
                f'{name} does not apply to kind="exact", which sums over all actions: leave it out'
            )
    *shape, actions = same_shape(named)
    if not shape:
        raise ShapeError('kind="exact" takes rows of actions: shape (positions, k), not (k,)')
    kept = valid(tuple(shape), asked.mask, asked.cluster)
    rows = [array if asked.mask is None else array[_index(array, kept)] for array in named.values()]
    try:
        found: Any = logits.kl(*rows)
    except InputError:
        for name, array in named.items():
            kept.of(name, real(name, array))  # says which argument, and where
        raise
    values = np.asarray(arrays.numpy_copy(found), dtype=np.float64).reshape(-1)
    return Contributions(values, kept, "exact", actions)


def _index(array: Any, kept: Valid) -> Any:
    """Return the mask for an array of any library, on its device."""
    if arrays.library(array) is None:
        return kept.mask
    return arrays.in_kind(kept.mask, array)


def sampled(named: dict[str, Any], asked: DrawOptions) -> Contributions:
    """The estimator of the action that was taken, weighted where another policy drew it."""
    named = {name: real(name, array) for name, array in named.items()}
    if asked.log_sampled is not None:
        named = {**named, "log_sampled": real("log_sampled", asked.log_sampled)}
    kept = valid(same_shape(named), asked.mask, asked.cluster)
    drawn = {name: kept.of(name, array) for name, array in named.items()}
    for name in ("log_p", "log_sampled"):
        _refuse_impossible(name, drawn.get(name), kept)
    log_ratio = drawn["log_p"] - drawn["log_ref"]
    weights = _weights(drawn, kept, asked)
    with np.errstate(over="ignore", invalid="ignore"):
        values = weights * ESTIMATORS[asked.kind](log_ratio)
        notes = list(_notes(log_ratio, drawn, asked, _together(kept, asked)))
        if asked.clamp is not None:
            held = weights * _held(log_ratio, asked.kind, asked.clamp)
            notes += cautions.clamped(values, held)
            values = held
    corrected = ", importance-corrected" if asked.log_sampled is not None else ""
    return Contributions(values, kept, asked.kind + corrected, 0, tuple(notes))


def _refuse_impossible(name: str, array: Array | None, kept: Valid) -> None:
    if array is None or array.min() > -np.inf:
        return
    where = np.argwhere(kept.mask)[int(np.argmin(array))]
    raise InputError(
        f"{name}{where.tolist()} is −inf, yet that action was taken: the log-probabilities and the "
        f"actions do not belong together, or the position is padding and needs mask="
    )


def _weights(drawn: dict[str, Array], kept: Valid, asked: DrawOptions) -> Array:
    """π/sampled of each action; the product up to it where positions are steps of a sequence."""
    if asked.log_sampled is None:
        return np.ones_like(drawn["log_p"])
    log_weight = drawn["log_p"] - drawn["log_sampled"]
    if asked.steps:
        whole = np.zeros(kept.mask.shape)
        whole[kept.mask] = log_weight
        log_weight = np.cumsum(whole, axis=-1)[kept.mask]
    with np.errstate(over="ignore"):
        weights: Array = np.exp(log_weight)
    return weights


def _held(log_ratio: Array, kind: str, clamp: Clamp) -> Array:
    limited = np.clip(log_ratio, -clamp.log_ratio, clamp.log_ratio)
    held: Array = np.clip(ESTIMATORS[kind](limited), -clamp.value, clamp.value)
    return held


def _together(kept: Valid, asked: DrawOptions) -> NDArray[np.intp] | None:
    """Return the cluster of each valid position; a sequence is one."""
    return np.nonzero(kept.mask)[0] if asked.steps else kept.cluster


def _notes(
    log_ratio: Array,
    drawn: dict[str, Array],
    asked: DrawOptions,
    cluster: NDArray[np.intp] | None,
) -> Iterator[Note]:
    """What the ratios say: ref/π carries k3, and π/sampled a correction."""
    yield from cautions.biased(asked.kind)
    yield cautions.span(log_ratio)
    to_reference = of_log_ratios(-log_ratio)
    if asked.log_sampled is not None:
        found = of_log_ratios(drawn["log_p"] - drawn["log_sampled"])
        yield from cautions.weights("π/sampled", found)
    elif to_reference.reliable:
        yield from cautions.inconsistent(log_ratio, cluster)
    if asked.kind == "k3":
        yield from cautions.weights("ref/π", to_reference)
