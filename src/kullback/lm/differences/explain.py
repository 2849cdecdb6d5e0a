"""Why two engines differ: the faults that bring them together, one after the other."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kullback import kernels
from kullback.errors import InputError, ShapeError
from kullback.lm.differences.faults import FAULTS, Undone
from kullback.lm.files.given import Given, as_file
from kullback.lm.files.logits_file import LogitsFile
from kullback.renderable import Renderable
from kullback.results import Note
from kullback.results.facts import facts

if TYPE_CHECKING:
    from kullback.report.blocks.document import Document

Array = NDArray[np.float64]
# Numbers of each side that are looked at.
LOOKED_AT = 1 << 21
# Where the numbers alone do not tell, a fault is there if undoing it leaves at most this share of
# the distance.
LEFT = 0.5
MOST = 4  # faults that are named
TV = kernels.SUMMARY.index("total_variation")
# Distances that rounding in float32 makes are nothing.
NOTHING = 1e-5


@dataclass(frozen=True, slots=True)
class EngineFault:
    """Something that makes the two sides differ.

    Parameters
    ----------
    code : str
        "padding", "shift", "mask", "truncation", "temperature", "soft cap" or "rounding".
    text : str
        What it is, in words and numbers.
    before, after : float
        The mean total variation distance of the rows looked at, with it and without it.
    """

    code: str
    text: str
    before: float
    after: float


@dataclass(frozen=True, eq=False, repr=False)
class Mismatch(Renderable):
    """Why two engines say different things of the same text.

    Parameters
    ----------
    a, b : str
        The names of both sides.
    faults : tuple of EngineFault
        What was found, in the order in which it was undone.
    rows : int
        How many rows were looked at, from the first on.
    distance : float
        The mean total variation distance as the sides are.
    left : float
        The same, when all faults are undone.
    first : int or None
        The first row that differs still.
    first_cluster, first_position : int or None
        Where that is.
    notes : tuple of Note
        What was decided on the way.
    """

    a: str
    b: str
    faults: tuple[EngineFault, ...]
    rows: int
    distance: float
    left: float
    first: int | None
    first_cluster: int | None
    first_position: int | None
    notes: tuple[Note, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {field.name: facts(getattr(self, field.name)) for field in fields(self)}

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.lm.differences.mismatch_document import document

        return document(self)


def mismatch(a: Given, b: Given) -> Mismatch:
    """Say why two engines, or two settings of one, differ on the same text.

    Each known fault is undone in turn; one that the numbers leave no doubt of, else the one that
    brings the sides nearest, is named, if it leaves half of the distance or less, and the search
    goes on from there.

    Parameters
    ----------
    a, b : path, LogitsFile or array of logits
        What each of them said of the same tokens, in the same order.

    Returns
    -------
    Mismatch
        The faults, how far the sides are with them and without, and the first row that is apart
        still.

    Raises
    ------
    InputError, ShapeError, FormatError
        If a side holds no logits.

    Examples
    --------
    >>> import numpy as np
    >>> logits = np.random.default_rng(0).normal(size=(20, 50)) * 3
    >>> found = mismatch(logits, logits / 1.25)
    >>> found.faults[0].text
    "B's logits are A's divided by a temperature of 1.25."
    """
    files = as_file(a, "a"), as_file(b, "b")
    p, q, found = _alike(*files)
    distance = _distance(p, q)
    faults, now = found, distance
    while now > NOTHING and len(faults) < MOST + len(found):
        step = _nearest(p, q, now, tuple(each.code for each in faults))
        if step is None:
            break
        one, left = step
        faults = (*faults, EngineFault(one.code, one.text, now, left))
        p, q, now = one.a, one.b, left
    first = _first(p, q)
    moved = any(each.code == "shift" for each in faults)
    where = None if moved else first
    return Mismatch(
        a=Path(files[0].path).name,
        b=Path(files[1].path).name,
        faults=faults,
        rows=len(p),
        distance=distance,
        left=now,
        first=first,
        first_cluster=None if where is None else int(files[0].clusters[where]),
        first_position=None if where is None else int(files[0].positions[where]),
        notes=_notes(files, len(p)),
    )


def _nearest(p: Array, q: Array, now: float, named: tuple[str, ...]) -> tuple[Undone, float] | None:
    """Return what is sure, else what brings the sides nearest, and the distance after.

    Rounding is named once: numbers that have been rounded look like it for ever.
    """
    best: tuple[Undone, float] | None = None
    for fault in FAULTS:
        for each in fault(p, q):
            if each.code == "rounding" and each.code in named:
                continue
            left = _distance(each.a, each.b)
            if each.sure and left <= now:
                return each, left
            # The simpler ones come first: one of more numbers must do better by as much.
            if left <= LEFT * (now if best is None else best[1]):
                best = each, left
    return best


def _alike(a: LogitsFile, b: LogitsFile) -> tuple[Array, Array, tuple[EngineFault, ...]]:
    """Return rows of both sides of one shape: padding is cut off, and said."""
    vocabulary, rows = min(a.vocabulary, b.vocabulary), min(len(a), len(b))
    if rows == 0 or vocabulary < 2:
        raise ShapeError(f"{a.path} and {b.path} share {rows} rows of {vocabulary} tokens")
    count = min(rows, max(8, LOOKED_AT // vocabulary))
    p, q = (np.asarray(side.read(0, count), np.float64) for side in (a, b))
    for side, values in ((a, p), (b, q)):
        if np.isnan(values).any() or np.isposinf(values).any():
            raise InputError(f"{side.path} holds NaN or +∞ in its first {count} rows")
    found: tuple[EngineFault, ...] = ()
    if a.vocabulary != b.vocabulary:
        name, long = ("A", p) if a.vocabulary > b.vocabulary else ("B", q)
        more = long.shape[1] - vocabulary
        held = np.exp(long - long.max(axis=1, keepdims=True))
        share = held[:, vocabulary:].sum(axis=1) / held.sum(axis=1)
        text = (
            f"{name} has {long.shape[1]} tokens and the other side {vocabulary}: the last {more} "
            f"are padding, or added tokens. They hold at most {share.max():.2g} of a row, and were "
            f"left out."
        )
        found = (EngineFault("padding", text, float(share.mean()), 0.0),)
    return p[:, :vocabulary], q[:, :vocabulary], found


def _rows(p: Array, q: Array) -> Array:
    """Return the total variation distance of each row; 1 where a row holds nothing."""
    some = np.isfinite(p.max(axis=1)) & np.isfinite(q.max(axis=1))
    found = np.ones(len(p))
    if some.any():
        sides = (np.ascontiguousarray(side[some]) for side in (p, q))
        found[some] = kernels.logits_summary(*sides, 1.0)[:, TV]
    return found


def _distance(p: Array, q: Array) -> float:
    return float(_rows(p, q).mean())


def _first(p: Array, q: Array) -> int | None:
    """Return the first row that is apart by more than rounding, and than most rows before."""
    rows = _rows(p, q)
    apart = np.flatnonzero(rows > max(NOTHING, 0.05 * float(rows.max())))
    return int(apart[0]) if len(apart) else None


def _notes(files: tuple[LogitsFile, LogitsFile], rows: int) -> tuple[Note, ...]:
    whole = max(len(file) for file in files)
    notes = []
    if len(files[0]) != len(files[1]):
        sizes = f"{len(files[0])} and {len(files[1])}"
        notes.append(Note("rows", f"The sides have {sizes} rows; the first of both are compared."))
    if rows < whole:
        notes.append(Note("first-rows", f"The first {rows} of {whole} rows were looked at."))
    notes += [
        Note(
            "log-probabilities",
            f"{Path(file.path).name} holds log-probabilities: no soft cap can be seen in them.",
        )
        for file in files
        if file.normalized
    ]
    return tuple(notes)
