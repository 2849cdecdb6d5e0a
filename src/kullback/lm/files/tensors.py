"""Logits that lie in files as plain tensors, one file or many: which are they, and their rows.

A tensor (length, vocabulary) is one chunk of text, (chunks, length, vocabulary) several. Beside
the logits a file may hold, by name and in the order of the rows: `targets`, the id of the token
that came next; `tokens` (or `input_ids`, `token_ids`), the ids that were read, one a row or one
more a chunk; `clusters` (or `documents`), the document of each row.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.errors import FormatError
from kullback.lm.files.llama_cpp_rows import limits
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.memory_map import window

Ids = NDArray[np.int64]

# Names of dtypes as they are shown, and how NumPy reads the bytes; bfloat16 as its bits.
FLOATS = {"float16": "<f2", "bfloat16": "<u2", "float32": "<f4", "float64": "<f8"}
INTEGERS = {f"int{8 * n}": f"<i{n}" for n in (1, 2, 4, 8)} | {
    f"uint{8 * n}": f"<u{n}" for n in (1, 2, 4, 8)
}

LOGITS = ("logits", "logit")
LOG_PROBABILITIES = ("logprobs", "log_probs", "logp", "log_probabilities")
TARGETS = ("targets", "target")
TOKENS = ("tokens", "input_ids", "token_ids")
CLUSTERS = ("clusters", "documents", "doc_ids")

# How far the probabilities of a row may be from 1 where log-probabilities were rounded.
MASS = {"float16": 0.02, "bfloat16": 0.2, "float32": 1e-3, "float64": 1e-3}


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor of a file: its name, its numbers, and the byte at which they start."""

    path: str
    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int

    @property
    def stem(self) -> str:
        """The name without the number of a shard: `logits` of `logits.3` and `logits-1-of-4`."""
        return re.sub(r"([._-]?\d+([._-]of[._-]\d+)?)$", "", self.name)

    @property
    def rows(self) -> int:
        """How many distributions it holds."""
        return prod(self.shape[:-1])

    def numbers(self, start: int, stop: int) -> NDArray[Any]:
        """Return the numbers start:stop of it, flat, as the file holds them."""
        kind = np.dtype({**FLOATS, **INTEGERS}[self.dtype])
        return window(self.path, kind, self.offset + kind.itemsize * start, stop - start)


def logits_file(path: str, kind: str, tensors: Sequence[Tensor]) -> LogitsFile:
    """Return the logits among these tensors, in order of files and then of numbers.

    Raises
    ------
    FormatError
        If there are none, or it is not clear which; if the vocabularies or dtypes of the shards
        differ; or if targets, tokens or clusters are not as many as the rows.
    """
    parts = _logits(path, tensors)
    lengths = [n for part in parts for n in [part.shape[-2]] * prod(part.shape[:-2])]
    vocabulary, rows = parts[0].shape[-1], sum(lengths)
    place = np.concatenate([np.arange(n) for n in lengths])
    chunk = np.repeat(np.arange(len(lengths)), lengths)
    ends = np.cumsum(lengths) - 1
    tokens = _ids(path, tensors, TOKENS, {rows, rows + len(lengths)}, vocabulary)
    targets = _ids(path, tensors, TARGETS, {rows}, vocabulary)
    clusters = _ids(path, tensors, CLUSTERS, {rows}, None)
    kept = np.arange(rows)
    if tokens is not None and targets is None:
        kept, targets = _next_tokens(tokens, kept, ends)
    if clusters is not None and (np.diff(clusters) < 0).any():
        row = int(np.flatnonzero(np.diff(clusters) < 0)[0]) + 1
        raise FormatError(
            f"{path}: cluster {clusters[row]} of row {row} comes after {clusters[row - 1]}; keep "
            f"the rows of a document together, and number the documents in order"
        )
    even = tokens is not None and clusters is None and len(set(lengths)) == 1
    return LogitsFile(
        path=path,
        format=kind,
        vocabulary=vocabulary,
        clusters=(chunk if clusters is None else clusters)[kept],
        positions=place[kept],
        targets=targets,
        contexts=tokens.reshape(len(lengths), -1) if even and tokens is not None else None,
        storage=parts[0].dtype,
        normalized=parts[0].stem in LOG_PROBABILITIES,
        read=partial(_read, parts, kept),
        documents=clusters is not None,
    )


def natural(name: str) -> list[tuple[int, str]]:
    """Return the key that puts `logits-10` after `logits-9`."""
    pieces = re.findall(r"\d+|\D+", name)
    bare = (piece.lstrip("0") if piece.isdecimal() else piece for piece in pieces)
    digits = (piece.isdecimal() for piece in pieces)  # as many as they like: no int() of thousands
    return [(len(b) if d else -1, b) for b, d in zip(bare, digits, strict=True)]


def _logits(path: str, tensors: Sequence[Tensor]) -> list[Tensor]:
    """Return the tensors that hold the logits: those so named, or the only ones that can be."""
    held = (
        ", ".join(f"{t.name:.60} {t.dtype} {list(t.shape)!s:.60}" for t in tensors[:8]) or "nothing"
    )
    wide = [t for t in tensors if t.dtype in FLOATS and len(t.shape) in (2, 3)]
    stems = list(dict.fromkeys(t.stem for t in wide))
    known = [stem for stem in stems if stem in LOGITS + LOG_PROBABILITIES]
    chosen = known or stems
    if len(chosen) != 1:
        raise FormatError(
            f"{path} holds {held}; exactly one of them must be the logits: name it 'logits' (or "
            f"'logprobs'), of shape (rows, vocabulary) or (chunks, length, vocabulary), in "
            f"{', '.join(FLOATS)}"
        )
    parts = [t for t in wide if t.stem == chosen[0]]
    for part in parts:
        if (part.shape[-1], part.dtype) != (parts[0].shape[-1], parts[0].dtype):
            raise FormatError(
                f"{part.path}: {part.name} is {part.dtype} over {part.shape[-1]} tokens, and "
                f"{parts[0].name} in {parts[0].path} is {parts[0].dtype} over "
                f"{parts[0].shape[-1]}: the shards are of different vocabularies or models"
            )
    if not prod(parts[0].shape) or not all(part.rows for part in parts):
        raise FormatError(f"{path}: {parts[0].name} has shape {list(parts[0].shape)}: no rows")
    return parts


def _ids(
    path: str,
    tensors: Sequence[Tensor],
    names: tuple[str, ...],
    counts: set[int],
    vocabulary: int | None,
) -> Ids | None:
    """Return the ids of these names, in the order of the shards; None where there are none."""
    found = [t for t in tensors if t.stem in names]
    if not found:
        return None
    whole = [t for t in found if t.dtype in INTEGERS]
    total = sum(prod(t.shape) for t in whole)
    if len(whole) < len(found) or total not in counts:
        raise FormatError(
            f"{path}: {found[0].name} holds {total} whole numbers ({found[0].dtype}), and the "
            f"logits need {' or '.join(map(str, sorted(counts)))}"
        )
    ids = np.concatenate([t.numbers(0, prod(t.shape)) for t in whole]).astype(np.int64)
    bad = np.flatnonzero((ids < 0) | (ids >= vocabulary)) if vocabulary else ids[:0]
    if bad.size:
        raise FormatError(
            f"{path}: {found[0].name} has the id {ids[bad[0]]} at place {bad[0]} ({bad.size} such "
            f"of {total}), and the vocabulary has {vocabulary}; is it of another tokeniser?"
        )
    return ids


def _next_tokens(tokens: Ids, rows: Ids, ends: Ids) -> tuple[Ids, Ids]:
    """Return the rows whose next token is known, and those tokens.

    With one token a row, the last row of a chunk predicts what the file does not hold.
    """
    if len(tokens) == len(rows):
        kept = np.setdiff1d(rows, ends)
        return kept, tokens[kept + 1]
    firsts = np.concatenate([[0], ends[:-1] + 1]) + np.arange(len(ends))
    return rows, np.delete(tokens, firsts)


def _read(parts: Sequence[Tensor], kept: Ids, start: int, stop: int) -> NDArray[Any]:
    """Return the kept rows start:stop; what lies between them is read too."""
    start, stop = limits(start, stop, len(kept))
    wanted = kept[start:stop]
    if not wanted.size:
        return np.empty((0, parts[0].shape[-1]), np.float32)
    low, high = int(wanted[0]), int(wanted[-1]) + 1
    blocks, before = [], 0
    for part in parts:
        first, last = max(low - before, 0), min(high - before, part.rows)
        if first < last:
            blocks.append(_decoded(part, first, last))
        before += part.rows
    rows = blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
    return rows if len(rows) == len(wanted) else rows[wanted - low]


def _decoded(part: Tensor, first: int, last: int) -> NDArray[Any]:
    """Return rows of one tensor in float32 (float64 as it is), checked."""
    vocabulary = part.shape[-1]
    raw = part.numbers(first * vocabulary, last * vocabulary).reshape(-1, vocabulary)
    if part.dtype == "bfloat16":
        rows = (raw.astype(np.uint32) << 16).view(np.float32)
    else:
        rows = raw.astype(np.float32) if part.dtype == "float16" else np.require(raw, None, "A")
    tops = rows.max(axis=1)
    if not np.isfinite(tops).all():
        row = int(np.flatnonzero(~np.isfinite(tops))[0])
        _refuse(part, first + row, f"its largest logit is {tops[row]}; logits are finite, or −inf")
    if part.stem in LOG_PROBABILITIES:
        with np.errstate(over="ignore"):
            mass = np.exp(rows).sum(axis=1, dtype=np.float64)
        off = np.flatnonzero(~(abs(mass - 1) <= MASS[part.dtype]))
        if off.size:
            _refuse(
                part,
                first + int(off[0]),
                f"its probabilities sum to {mass[off[0]]:.6g}, not 1; if these are logits, name "
                f"the tensor 'logits'",
            )
    return rows


def _refuse(part: Tensor, row: int, why: str) -> None:
    width = np.dtype(FLOATS[part.dtype]).itemsize
    raise FormatError(
        f"{part.path}: row {row} of {part.name}, at byte "
        f"{part.offset + row * part.shape[-1] * width}: {why}"
    )
