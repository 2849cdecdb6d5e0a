"""The rows of llama.cpp's files of logits: one distribution in 16 bits a token.

A row is ``float32 scale; float32 minimum; uint16 code[vocabulary]`` and, where the vocabulary is
odd, a code of 0: log p = scale · code + minimum. What lies more than 16 nats (24 in
ik_llama.cpp) under the largest logit is stored as code 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kullback.errors import FormatError, InputError
from kullback.lm.files.logits_file import Quantised
from kullback.lm.files.memory_map import window

TOP = 65535
SPANS = (16.0, 24.0)

# What rounding may do to a log-probability beside the code's half step: float32, and the
# log-sum of a writer that sums in float32 on a GPU.
ROUNDING = 1e-4


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the rows lie: in `path` from byte `start` on, `rows` of them, all of one size."""

    path: str
    start: int
    rows: int
    vocabulary: int

    @property
    def words(self) -> int:
        """How many 16-bit words a row takes; its padding makes it a multiple of 4 bytes."""
        return 2 * ((self.vocabulary + 1) // 2) + 4

    @property
    def end(self) -> int:
        """The byte after the last row."""
        return self.start + 2 * self.words * self.rows

    def offset(self, row: int) -> int:
        """Return the byte at which a row starts."""
        return self.start + 2 * self.words * row


def quantised(layout: Layout, start: int, stop: int) -> Quantised:
    """Return the codes, scales and minima of rows start:stop; the codes as they lie in the file.

    Raises
    ------
    FormatError
        If a row cannot be what llama.cpp writes: no finite scale, no token with the largest
        code, a probability above 1 or a largest one below 1 / vocabulary, or padding that is
        not 0.
    """
    start, stop = limits(start, stop, layout.rows)
    raw = window(layout.path, "<u2", layout.offset(start), layout.words * (stop - start))
    raw = raw.reshape(stop - start, layout.words)
    heads = np.ascontiguousarray(raw[:, :4]).view("<f4")
    codes, scale, minimum = raw[:, 4 : 4 + layout.vocabulary], heads[:, 0], heads[:, 1]
    _refuse_heads(layout, start, codes, scale, minimum)
    padding = raw[:, 4 + layout.vocabulary :]
    if padding.any():
        row = start + int(np.flatnonzero(padding.any(axis=1))[0])
        _refuse(layout, row, "its padding is not 0, so its vocabulary or its size is another")
    return codes, scale, minimum


def decoded(layout: Layout, start: int, stop: int) -> NDArray[np.float32]:
    """Return the log-probabilities of rows start:stop, as stored: never renormalised.

    Raises
    ------
    FormatError
        As `quantised` does, and where the probabilities of a row do not sum to 1.
    """
    codes, scale, minimum = quantised(layout, start, stop)
    values = codes.astype(np.float32)
    values *= scale[:, None]
    values += minimum[:, None]
    clamped = (layout.vocabulary - np.count_nonzero(codes, axis=1)) * np.exp(
        minimum.astype(np.float64)
    )
    for row, one in enumerate(values):
        mass = float(np.exp(one).sum(dtype=np.float64))
        refuse_mass(layout, start + row, mass - clamped[row], clamped[row], float(scale[row]))
    return values


def refuse_mass(layout: Layout, row: int, kept: float, clamped: float, scale: float) -> None:
    """Raise unless a row's probabilities can sum to 1.

    Those with a code above 0 (`kept`) are right within half a step of the code; those with
    code 0 (`clamped`, what they decode to) are at most as large as they decode to, and just
    as large where the row is constant.
    """
    tolerance = scale + ROUNDING
    least = kept if scale > 0 else kept + clamped
    if least <= 1 + tolerance and kept + clamped >= 1 - tolerance:
        return
    _refuse(
        layout,
        row,
        f"its probabilities sum to {kept:.6g}, and to {kept + clamped:.6g} with the clamped "
        f"ones: never to 1",
    )


def span(layout: Layout) -> float:
    """Return over how many nats the codes reach: 16, 24, or what the widest row shows."""
    step = max(1, layout.rows // 256)
    rows = range(0, layout.rows, step)
    scales = [float(window(layout.path, "<f4", layout.offset(row), 1)[0]) for row in rows]
    widest = TOP * max((s for s in scales if np.isfinite(s)), default=0.0)
    return next((known for known in SPANS if widest <= known * (1 + 1e-6)), widest)


def encoded(logits: NDArray[np.float32], span: float) -> NDArray[np.uint16]:
    """Return rows of logits as llama.cpp writes them, shape (rows, words of a row).

    The exponential is taken in float64 and rounded, as only a correctly rounded one gives
    llama.cpp's bytes.
    """
    rows, vocabulary = logits.shape
    top = logits.max(axis=1, keepdims=True)
    bottom = np.maximum(logits.min(axis=1, keepdims=True), top - np.float32(span))
    powers = np.exp((logits - top).astype(np.float64)).astype(np.float32)
    log_sum = np.log(powers.sum(axis=1, keepdims=True, dtype=np.float64)).astype(np.float32)
    scale = (top - bottom) / np.float32(TOP)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        steps = np.rint((np.float32(1) / scale) * (logits - bottom))
    codes = np.where((scale > 0) & (logits > bottom), np.minimum(steps, np.float32(TOP)), 0)
    words = np.zeros((rows, 2 * ((vocabulary + 1) // 2) + 4), "<u2")
    heads = np.concatenate([scale, (bottom - top) - log_sum], axis=1).astype("<f4")
    words[:, :4] = heads.view("<u2")
    words[:, 4 : 4 + vocabulary] = codes.astype("<u2")
    return words


def limits(start: int, stop: int, rows: int) -> tuple[int, int]:
    """Return a range of rows within the file, or say which rows there are."""
    if not 0 <= start <= stop <= rows:
        raise InputError(f"rows {start}:{stop} are not in a file of {rows} rows")
    return start, stop


def _refuse_heads(
    layout: Layout,
    start: int,
    codes: NDArray[np.uint16],
    scale: NDArray[np.float32],
    minimum: NDArray[np.float32],
) -> None:
    """Raise where a row's scale, minimum and largest code do not fit together."""
    with np.errstate(invalid="ignore", over="ignore"):
        top = TOP * scale.astype(np.float64) + minimum
        least = -np.log(layout.vocabulary) - ROUNDING - scale
        fits = np.isfinite(top) & (scale >= 0) & (top <= ROUNDING + scale) & (top >= least)
    fits &= codes.max(axis=1, initial=0) == np.where(scale > 0, TOP, 0)
    if fits.all():
        return
    row = int(np.flatnonzero(~fits)[0])
    _refuse(
        layout,
        start + row,
        f"its scale is {scale[row]:.6g}, its minimum is {minimum[row]:.6g} and its largest code "
        f"is {codes[row].max()}, which is no distribution over {layout.vocabulary} tokens",
    )


def _refuse(layout: Layout, row: int, why: str) -> None:
    raise FormatError(
        f"{layout.path}: row {row} of {layout.rows}, at byte {layout.offset(row)}: {why}; "
        f"the file is damaged, or another program's"
    )
