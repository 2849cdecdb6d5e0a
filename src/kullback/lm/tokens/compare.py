"""Comparing the logits of two language models, token by token."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from kullback.arguments import function, word
from kullback.errors import InputError, MethodError
from kullback.lm.files.given import Given, opened
from kullback.lm.files.sketch import Sketch
from kullback.lm.tokens.about import About
from kullback.lm.tokens.accumulator import Accumulator
from kullback.lm.tokens.candidates import Candidates, candidates
from kullback.lm.tokens.comparison import LMComparison
from kullback.lm.tokens.llama_cpp_numbers import like_llama_cpp
from kullback.lm.tokens.measure import Measure, clean
from kullback.lm.tokens.pair import FilePair, pair
from kullback.lm.tokens.sketched import Collected, Side, as_rows, measured, summary

Progress = Callable[[int, int], object]

DECODERS: dict[str, Measure] = {"clean": clean, "llama.cpp": like_llama_cpp}
# Numbers that are read at a time, on each side.
BATCH = 1 << 22


def compare(
    base: Given,
    model: Given,
    *,
    cluster: str | ArrayLike = "chunk",
    decode: str = "clean",
    progress: Progress | None = None,
    targets: ArrayLike | None = None,
) -> LMComparison:
    """Compare a model with the base that it should be like, token by token.

    Parameters
    ----------
    base, model : path, LogitsFile, Sketch or array
        P, the truth, and Q: files that `kullback.lm.open` reads, or logits of shape
        (rows, vocabulary) or (chunks, rows, vocabulary). Rows are read a few at a time, whatever
        the size of the files.
    cluster : {"chunk", "document", "token"} or array of int, shape (rows,)
        Tokens of one cluster are alike, and standard errors allow for that; "token" says that
        they are independent.
    decode : {"clean", "llama.cpp"}
        "clean" measures stored rows as measures, Σ p·ln(p/q) − p + q, where what rounding does
        to their sums cancels; tokens that were clamped count as those stored next to them, and
        a note says how much of the KL that is. "llama.cpp" gives what llama.cpp prints.
    progress : callable, optional
        Called with rows done and rows in all, after each batch.
    targets : array of int, shape (rows,), optional
        The ids of the tokens that came, where no file knows them.

    Returns
    -------
    LMComparison
        Means with clustered errors, in nats a token; percentiles, the worst tokens, and the
        noise that the files' rounding makes.

    Raises
    ------
    InputError
        The files are of different texts, a row holds no distribution, or a name is unknown.
    ShapeError
        Different numbers of rows or tokens.
    MethodError
        llama.cpp's numbers of a base that is not in its codes.
    FormatError
        A file is not what it should be.

    Examples
    --------
    >>> import numpy as np
    >>> base = np.array([[[2.0, 1.0, 0.0], [0.0, 1.0, 2.0]], [[1.0, 0.0, 0.0], [3.0, 0.0, 0.0]]])
    >>> result = compare(base, base + [0.1, 0.0, 0.0])
    >>> result.tokens, result.clusters, round(result.kl.value, 6)
    (4, 2, 0.000784)
    """
    function("progress", progress, needed=False)
    p, q = opened(base, "base"), opened(model, "model")
    if isinstance(p, Sketch) or isinstance(q, Sketch):
        _refuse_decoding(decode)
        return _sketched(p, q, pair(as_rows(p), as_rows(q), cluster, targets), progress)
    both = pair(p, q, cluster, targets)
    return _accumulated(both, decode, progress).summary(both.contexts)


def compare_pair(
    base: Given,
    first: Given,
    second: Given,
    *,
    cluster: str | ArrayLike = "chunk",
    decode: str = "clean",
    progress: Progress | None = None,
    targets: ArrayLike | None = None,
) -> Candidates:
    """Say which of two models is nearer to the base, on the same tokens.

    Their errors share most of their variance, and it drops out of the paired difference.

    Parameters
    ----------
    base, first, second : path, LogitsFile or array
        As for `compare`.
    cluster, decode, progress, targets
        As for `compare`.

    Returns
    -------
    Candidates
        Both comparisons, and the differences of their means with clustered intervals.

    Raises
    ------
    InputError, ShapeError, MethodError, FormatError
        As `compare` does.

    Examples
    --------
    >>> import numpy as np
    >>> base = np.random.default_rng(0).normal(size=(8, 5, 20))
    >>> result = compare_pair(base, base * 1.1, base * 1.5)
    >>> result.difference.interval.high < 0
    True
    """
    sides = [
        compare(base, model, cluster=cluster, decode=decode, progress=progress, targets=targets)
        for model in (first, second)
    ]
    return candidates(*sides)


def accumulate(
    base: Given,
    model: Given,
    *,
    shard: tuple[int, int] = (1, 1),
    cluster: str | ArrayLike = "chunk",
    decode: str = "clean",
    progress: Progress | None = None,
    into: Accumulator | None = None,
) -> Accumulator:
    """Measure one shard of the rows, to be merged with the others.

    Parameters
    ----------
    base, model : path, LogitsFile or array
        As for `compare`.
    shard : (int, int)
        (i, n): the i-th of n parts of the rows, from 1.
    cluster, decode, progress
        As for `compare`.
    into : Accumulator, optional
        What is there already: only rows that it lacks are read.

    Returns
    -------
    Accumulator
        `into`, or a new one.

    Raises
    ------
    InputError
        No such shard, or what is there already is about something else.
    ShapeError, MethodError, FormatError
        As `compare` does.

    Examples
    --------
    >>> import numpy as np
    >>> base = np.random.default_rng(0).normal(size=(4, 5, 20))
    >>> parts = [accumulate(base, base * 1.1, shard=(i, 3)) for i in (1, 2, 3)]
    >>> whole = parts[0].merge(parts[1]).merge(parts[2])
    >>> whole.to_bytes() == accumulate(base, base * 1.1).to_bytes()
    True
    """
    function("progress", progress, needed=False)
    return _accumulated(pair(base, model, cluster, None), decode, progress, shard, into)


def _sketched(p: Side, q: Side, both: FilePair, progress: Progress | None) -> LMComparison:
    found = Collected()
    for first, last in _batches(0, len(both.base), both.base.vocabulary):
        measured(p, q, both, first, last, found)
        if progress is not None:
            progress(last, len(both.base))
    drawn = min(side.layout.tail for side in (p, q) if isinstance(side, Sketch))
    return summary(_about(both, "clean"), found, drawn)


def _refuse_decoding(decode: str) -> None:
    if decode != "clean":
        raise MethodError(
            f"decode={decode!r} reads llama.cpp's codes, and a sketch has none; leave it out"
        )


def _accumulated(
    both: FilePair,
    decode: str,
    progress: Progress | None,
    shard: tuple[int, int] = (1, 1),
    into: Accumulator | None = None,
) -> Accumulator:
    measure = _decoder(decode)
    start, stop = _rows(shard, len(both.base))
    about = _about(both, decode)
    known = Accumulator(about) if into is None else into
    known.about = known.about.together(about)
    gaps = known.missing(start, stop)
    todo = sum(high - low for low, high in gaps)
    done = stop - start - todo
    for low, high in gaps:
        for first, last in _batches(low, high, both.base.vocabulary):
            tokens = measure(both.base, both.model, both.targets, first, last)
            tokens["cluster"] = both.clusters[first:last]
            tokens["position"] = both.positions[first:last]
            known.add(tokens, first)
            done += last - first
            if progress is not None:
                progress(done, stop - start)
    return known


def _decoder(decode: str) -> Measure:
    return DECODERS[word("decode", decode, DECODERS)]


def _rows(shard: tuple[int, int], rows: int) -> tuple[int, int]:
    i, n = shard
    if not 1 <= i <= n:
        raise InputError(f"shard {i}/{n} does not exist; the first of {n} is 1/{n}")
    return (i - 1) * rows // n, i * rows // n


def _batches(start: int, stop: int, vocabulary: int) -> list[tuple[int, int]]:
    size = max(1, BATCH // vocabulary)
    return [(first, min(stop, first + size)) for first in range(start, stop, size)]


def _about(both: FilePair, decode: str) -> About:
    return About(
        base=Path(both.base.path).name,
        model=Path(both.model.path).name,
        vocabulary=both.base.vocabulary,
        decode=decode,
        cluster=both.cluster,
        text=both.text,
        rows=len(both.base),
        content=_content(both),
    )


def _content(both: FilePair) -> str:
    """Return what tells these files from others of the same names and sizes."""
    last = len(both.base) - 1
    check = hashlib.sha256()
    for file in (both.base, both.model):
        for row in (0, last):
            check.update(np.ascontiguousarray(file.read(row, row + 1)).tobytes())
    return check.hexdigest()
