"""Writing sketches: of a file, an array, or rows as a running model gives them."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback.arguments import whole
from kullback.errors import InputError, ShapeError
from kullback.files import check_target, regular, replacing
from kullback.lm.files.given import Given, as_file
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.sketch import LARGEST, VALUES, Records, Sketch, SketchLayout, header, read
from kullback.lm.sketches.draw import drawn, sealed
from kullback.lm.sketches.rows import SourceRows, refuse_empty

# Numbers of the source that are read at a time.
BATCH = 1 << 22


def sketch(
    source: Given | Iterable[ArrayLike],
    path: str | os.PathLike[str],
    *,
    head: int = 64,
    tail: int = 64,
    seed: int = 0,
    first: int = 0,
) -> Sketch:
    """Keep of each row the likeliest tokens, and some of the others with the chance they had.

    A kilobyte a token stands for the whole distribution: `kullback.lm.compare` estimates every
    divergence from it without bias, and says how much of the error is the drawing's.

    Parameters
    ----------
    source : path, LogitsFile, array, or iterable of arrays
        What `kullback.lm.open` reads; logits of shape (rows, vocabulary) or (chunks, rows,
        vocabulary); or such arrays one after the other, as a running model gives them, each a
        chunk of its own. Rows are read a few at a time.
    path : path
        The file to write; by habit its name ends in .kbs.
    head, tail : int
        How many of the likeliest tokens are kept, and how many of the others are drawn.
    seed : int
        By which they are drawn. Sketches of one text are best drawn with one seed: their tokens
        are then mostly the same.
    first : int
        The number of the first row in the whole text, where this is a part of it, to be merged.

    Returns
    -------
    Sketch
        What was written.

    Raises
    ------
    InputError
        No rows, rows that hold no distribution, or sizes that are none.
    FormatError, ShapeError
        The source is not what it should be.

    References
    ----------
    Duffield, Lund and Thorup (2007), Priority sampling for estimation of arbitrary subset sums,
    Journal of the ACM 54(6), theorem 1. Horvitz and Thompson (1952), A generalization of sampling
    without replacement from a finite universe, section 4.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> from kullback import lm
    >>> logits = np.random.default_rng(0).normal(size=(20, 1000))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     base = lm.sketch(logits, f"{folder}/base.kbs")
    ...     same = lm.compare(base, logits)
    ...     near = lm.compare(base, logits * 1.1)
    >>> len(base), same.kl.value, abs(near.kl.value - 0.005) < 0.001
    (20, 0.0, True)
    """
    _refuse_sizes(head, tail, seed, first)
    parts = _parts(source)
    one = next(parts, None)
    if one is None:
        raise InputError("the source has no rows; a sketch needs at least one")
    layout = layout_of(one, head, tail, seed)
    if (found := check_target(path)) not in {"file", "nothing"}:
        raise InputError(
            f"{os.fspath(path)} is {found}; a sketch's count is written last: give a file"
        )
    with replacing(path) as stream:
        stream.write(header(layout, 0))
        end = first
        for part in chain([one], parts):
            end = _write(stream, part, layout, end)
        stream.seek(0)
        stream.write(header(layout, end - first))
    return read(os.fspath(path))


def append(source: Given, path: str | os.PathLike[str]) -> Sketch:
    """Add the rows of a source to a sketch, as if it had been written in one go.

    Parameters
    ----------
    source : path, LogitsFile or array
        As for `sketch`; its chunks are counted on from those that are there.
    path : path
        A sketch. Its count of rows is changed last, and an append that fails leaves the file as
        it was; where one is killed, the next takes the rows that were counted, and goes on.

    Returns
    -------
    Sketch
        The longer one.

    Raises
    ------
    FormatError, ShapeError, InputError
        The file is no sketch, or the source is of another vocabulary or precision.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> from kullback import lm
    >>> logits = np.random.default_rng(0).normal(size=(2, 10, 1000))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = lm.sketch(logits[:1], f"{folder}/a.kbs")
    ...     longer = lm.append(logits[1:], f"{folder}/a.kbs")
    ...     whole = lm.sketch(logits, f"{folder}/b.kbs")
    ...     print(len(longer), longer.records(0, 20).tobytes() == whole.records(0, 20).tobytes())
    20 True
    """
    known = read(os.fspath(path), unfinished=True)
    new = as_file(source)
    layout = layout_of(new, known.layout.head, known.layout.tail, known.layout.seed)
    _refuse_other(known, layout, new.path)
    after = int(known.clusters[-1]) + 1 if len(known) else 0
    chunks = new.clusters - new.clusters.min() + after
    end = known.start + len(known) * layout.record.itemsize
    key = int(known.records(len(known) - 1, len(known))["key"][0]) + 1 if len(known) else 0
    more = replace(new, clusters=chunks)
    with _as_it_was(path, header(known.layout, len(known)), end), _in_place(path) as stream:
        stream.seek(end)
        rows = _write(stream, more, known.layout, key) - key + len(known)
        stream.truncate()
        stream.flush()
        os.fsync(stream.fileno())
        stream.seek(0)
        stream.write(header(known.layout, rows))
    return read(os.fspath(path))


def _in_place(path: str | os.PathLike[str]) -> BinaryIO:
    return regular(path).open("r+b")


@contextmanager
def _as_it_was(path: str | os.PathLike[str], start: bytes, end: int) -> Iterator[None]:
    """Give a file its first bytes and its length again, whatever stopped the writing."""
    try:
        yield
    except BaseException:
        with _in_place(path) as stream:
            stream.write(start)
            stream.truncate(end)
        raise


def merge_sketches(paths: Iterable[str | os.PathLike[str]], path: str | os.PathLike[str]) -> Sketch:
    """Put sketches of parts of one text one after the other.

    Parameters
    ----------
    paths : iterable of paths
        Sketches of one vocabulary, size and precision, in the order of the text.
    path : path
        The file to write.

    Returns
    -------
    Sketch
        All their rows; chunks are counted on from one sketch to the next.

    Raises
    ------
    InputError, ShapeError
        No sketches, or such as do not belong together.
    FormatError
        One is no sketch.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> from kullback import lm
    >>> logits = np.random.default_rng(0).normal(size=(2, 10, 1000))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     parts = [f"{folder}/{i}.kbs" for i in (0, 1)]
    ...     _ = [lm.sketch(part, name) for part, name in zip(logits, parts)]
    ...     print(len(lm.merge_sketches(parts, f"{folder}/all.kbs")))
    20
    """
    parts = [read(os.fspath(each)) for each in paths]
    if not parts:
        raise InputError("there are no sketches to merge; give at least one")
    for part in parts[1:]:
        _refuse_other(parts[0], part.layout, part.path)
        if part.layout.seed != parts[0].layout.seed:
            raise InputError(
                f"{part.path} was drawn with seed {part.layout.seed} and {parts[0].path} with "
                f"{parts[0].layout.seed}; a sketch has one"
            )
    layout = parts[0].layout
    with replacing(path) as stream:
        stream.write(header(layout, sum(map(len, parts))))
        after = 0
        for part in parts:
            for first in range(0, len(part), 4096):
                records = np.array(part.records(first, min(len(part), first + 4096)))
                records["cluster"] += after
                stream.write(sealed(records).tobytes())
            after += int(part.clusters[-1]) + 1 if len(part) else 0
    return read(os.fspath(path))


def _refuse_sizes(head: int, tail: int, seed: int, first: int) -> None:
    if whole("head", head, 1) + whole("tail", tail) > LARGEST:
        raise InputError(
            f"head={head} and tail={tail}: keep at least 1 and 0 tokens, and {LARGEST} at most"
        )
    for name, value in (("seed", seed), ("first", first)):
        whole(name, value, 0, 2**62 - 1)


def _parts(source: Any) -> Iterator[LogitsFile]:
    """Yield the source as files: the whole of it, or one for each array that is made."""
    if isinstance(source, Iterator):
        for chunk, each in enumerate(source):
            part = as_file(each, "model")
            yield replace(part, clusters=part.clusters * 0 + chunk)
        return
    yield as_file(source)


def layout_of(file: LogitsFile, head: int, tail: int, seed: int) -> SketchLayout:
    """Return what all records of a sketch of a file have in common."""
    refuse_empty(file)
    stored = file.storage.split()[0]
    return SketchLayout(
        vocabulary=file.vocabulary,
        head=min(head, file.vocabulary),
        tail=min(tail, max(0, file.vocabulary - head)),
        seed=seed,
        values=stored if stored in VALUES else "float32",
        storage=file.storage,
        normalized=file.normalized,
        clamped=file.quantised is not None,
        documents=file.documents,
        source=Path(file.path).name,
    )


def _refuse_other(known: Sketch, layout: SketchLayout, name: str) -> None:
    for what in ("vocabulary", "head", "tail", "values", "normalized", "clamped"):
        mine, theirs = getattr(known.layout, what), getattr(layout, what)
        if mine != theirs:
            raise ShapeError(
                f"{known.path} and {name} do not belong together: {what} is {mine} and {theirs}"
            )


def _write(stream: Any, file: LogitsFile, layout: SketchLayout, key: int) -> int:
    """Write the rows of a file as records, numbered from `key` on; return the next number."""
    if file.vocabulary != layout.vocabulary:
        raise ShapeError(
            f"{file.path} has rows of {file.vocabulary} tokens after rows of {layout.vocabulary}"
        )
    size = max(1, BATCH // file.vocabulary)
    for first in range(0, len(file), size):
        last = min(len(file), first + size)
        stream.write(_records(file, layout, first, last, key + first).tobytes())
    return key + len(file)


def _records(file: LogitsFile, layout: SketchLayout, first: int, last: int, key: int) -> Records:
    source = SourceRows.of(file, first, last)
    records = drawn(source, layout, key)
    records["cluster"], records["position"] = file.clusters[first:last], file.positions[first:last]
    records["target"], records["target_logp"] = -1, np.nan
    if file.targets is not None:
        ids: NDArray[np.int64] = file.targets[first:last]
        chosen = source.values[np.arange(len(ids)), ids].astype(np.float64)
        records["target"], records["target_logp"] = ids, chosen - source.log_z
    return sealed(records)
