"""Recording what a model says of a text: all logits, sketches of them, or a server's lists."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback.arguments import function
from kullback.errors import InputError, ShapeError
from kullback.files import read_text, replacing, write_text
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.open import open as open_file
from kullback.lm.files.sketch import Sketch
from kullback.lm.models.server import is_address, pieces, record_lists
from kullback.lm.models.transformers_model import Ids, LanguageModel, load
from kullback.lm.sketches.write import append
from kullback.lm.sketches.write import sketch as write_sketch
from kullback.lm.top_k.lists import TopK
from kullback.lm.top_k.read import read_logprobs

CHUNK = 512
CHARACTERS = 4  # that count as a token where no tokeniser is known
Progress = Callable[[int, int], object]


def record(
    model: str | os.PathLike[str] | Callable[[Ids], ArrayLike],
    text: str | os.PathLike[str] | ArrayLike,
    path: str | os.PathLike[str],
    *,
    sketch: tuple[int, int] | None = None,
    chunk: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> LogitsFile | Sketch | TopK:
    """Let a model read a text, and write down what it expects at each place.

    The text is cut into chunks that are read one at a time, so that no more than the logits of a
    chunk are ever in memory. Stopped and started again, it goes on with the next chunk.

    Parameters
    ----------
    model : path, str or callable
        The folder of a transformers model; the address of a server, http://…; or a function from
        the token ids of a chunk, shape (n,), to logits of shape (n, vocabulary).
    text : path, str or array of int
        A file of text; a text itself, where there is no such file; or token ids.
    path : path
        The file to write: a sketch where its name ends in .kbs or `sketch` is given; the server's
        JSON Lines; else ``.npy`` of logits, its tokens beside it.
    sketch : (int, int), optional
        How many of the likeliest tokens to keep, and how many drawn ones.
    chunk : int, optional
        Tokens a chunk: 512. A server's text is cut at white space, four characters for a token.
        What is left after the last whole chunk is not read.
    seed : int
        Of a sketch.
    progress : callable, optional
        Called with chunks done and chunks in all.

    Returns
    -------
    LogitsFile, Sketch or TopK
        What was written, opened.

    Raises
    ------
    InputError, ShapeError
        No model, no text, or a model whose logits are none.
    MissingDependencyError
        If a package that runs the model is not installed.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> from kullback import lm
    >>> def model(ids):
    ...     return np.eye(10)[(ids + 1) % 10]  # expects to be counted on
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = lm.record(model, np.arange(20) % 10, f"{folder}/counts.kbs", chunk=10)
    ...     print(len(made), made.targets[:3], lm.compare(made, made).kl.value)
    18 [1 2 3] 0.0
    """
    function("progress", progress, needed=False)
    size = CHUNK if chunk is None else chunk
    if size < 2:
        raise InputError(f"chunk={size}: a chunk has at least 2 tokens, one of them scored")
    if is_address(model):
        return _lists(str(model), text, path, size)
    runs = _runs(model)
    ids = _cut(_token_ids(text, runs), size)
    if sketch is None and not os.fspath(path).endswith(".kbs"):
        return _logits(runs, ids, path, progress)
    sizes = (64, 64) if sketch is None else sketch
    return _sketch(runs, ids, path, (*sizes, seed), progress)


def _runs(model: Any) -> LanguageModel:
    if callable(model):
        return LanguageModel(getattr(model, "__name__", "model"), model, None)
    return load(model)


def _words(text: Any) -> str:
    """Return the text of a file, or the text itself where there is no such file."""
    try:
        found = read_text(text) if Path(text).is_file() else None
    except (OSError, ValueError) as error:
        if isinstance(text, os.PathLike) or isinstance(error, UnicodeDecodeError):
            raise InputError(f"{text} cannot be read as UTF-8: {error}") from None
        found = None
    if found is None and isinstance(text, os.PathLike):
        raise InputError(f"{text} is not there; give a file of text")
    return str(text) if found is None else found


def _token_ids(text: Any, runs: LanguageModel) -> Ids:
    if isinstance(text, str | os.PathLike):
        if runs.encode is None:
            raise InputError("the tokeniser of a function is not known; give token ids")
        return runs.encode(_words(text))
    ids = np.asarray(text)
    if ids.dtype.kind not in "iu" or ids.ndim not in (1, 2):
        raise InputError(f"text holds {ids.dtype} of shape {ids.shape}; give token ids or a text")
    return np.ravel(ids).astype(np.int64)


def _cut(ids: Ids, size: int) -> Ids:
    """Return whole chunks; a text shorter than one is one."""
    if len(ids) < 2:
        raise InputError(f"the text has {len(ids)} tokens; it takes 2 to score one")
    size = min(size, len(ids))
    return ids[: len(ids) // size * size].reshape(-1, size)


def _logits_of(runs: LanguageModel, ids: Ids) -> NDArray[Any]:
    """Return what the model expects after each token of a chunk but the last."""
    found = np.asarray(runs.logits(ids))
    if found.ndim != 2 or len(found) != len(ids) or found.dtype.kind != "f":
        raise ShapeError(
            f"{runs.name} gave {found.dtype} of shape {found.shape} for {len(ids)} tokens; it "
            f"should give logits of shape ({len(ids)}, vocabulary)"
        )
    if ids.max() >= found.shape[1] or ids.min() < 0:
        raise InputError(
            f"token ids reach from {ids.min()} to {ids.max()}, and {runs.name} has "
            f"{found.shape[1]} tokens"
        )
    return found[:-1]


class _Begun:
    """A file that is being written, and how many chunks of which text are there."""

    def __init__(self, path: str | os.PathLike[str], about: str) -> None:
        self.part = Path(f"{os.fspath(path)}.part")
        self.notes = Path(f"{os.fspath(path)}.part.json")
        self.about = about
        self.done = 0
        try:
            told = json.loads(self.notes.read_text("utf-8"))
            if told["about"] == about and self.part.is_file():
                self.done = int(told["chunks"])
        except (OSError, ValueError, KeyError, TypeError):
            self.done = 0

    def note(self, chunks: int) -> None:
        self.done = chunks
        write_text(self.notes, json.dumps({"about": self.about, "chunks": chunks}))

    def end(self, path: str | os.PathLike[str]) -> None:
        self.part.replace(path)
        self.notes.unlink(missing_ok=True)


def _about(runs: LanguageModel, ids: Ids, more: Any) -> str:
    check = hashlib.sha256(ids.astype("<i8").tobytes()).hexdigest()
    return f"{runs.name}, {ids.shape}, {more}, {check}"


def _sketch(
    runs: LanguageModel,
    ids: Ids,
    path: str | os.PathLike[str],
    sizes: tuple[int, int, int],
    progress: Progress | None,
) -> Sketch:
    begun = _Begun(path, _about(runs, ids, sizes))
    head, tail, seed = sizes
    for at in range(begun.done, len(ids)):
        one = _chunk_file(runs, ids[at], at)
        if at == 0:
            write_sketch(one, begun.part, head=head, tail=tail, seed=seed)
        else:
            append(one, begun.part)
        begun.note(at + 1)
        if progress is not None:
            progress(at + 1, len(ids))
    begun.end(path)
    found = open_file(path)
    assert isinstance(found, Sketch)
    return found


def _chunk_file(runs: LanguageModel, ids: Ids, at: int) -> LogitsFile:
    logits = _logits_of(runs, ids)
    return LogitsFile(
        path=runs.name,
        format="model",
        vocabulary=logits.shape[1],
        clusters=np.full(len(logits), at, np.int64),
        positions=np.arange(len(logits)),
        targets=ids[1:],
        contexts=None,
        storage=logits.dtype.name,
        normalized=False,
        read=lambda start, stop: logits[start:stop],
    )


def _logits(
    runs: LanguageModel, ids: Ids, path: str | os.PathLike[str], progress: Progress | None
) -> LogitsFile:
    if not os.fspath(path).endswith(".npy"):
        raise InputError(f"{os.fspath(path)}: logits are written as .npy, sketches as .kbs")
    begun = _Begun(path, _about(runs, ids, "npy"))
    for at in range(begun.done, len(ids)):
        _put(begun.part, _logits_of(runs, ids[at]), at, len(ids))
        begun.note(at + 1)
        if progress is not None:
            progress(at + 1, len(ids))
    with replacing(f"{os.fspath(path).removesuffix('.npy')}.tokens.npy") as stream:
        np.save(stream, ids)
    begun.end(path)
    found = open_file(path)
    assert isinstance(found, LogitsFile)
    return found


def _put(part: Path, logits: NDArray[Any], at: int, chunks: int) -> None:
    """Write the logits of a chunk at their place; not by a map, which a full disk would kill."""
    form = np.lib.format
    with part.open("wb" if at == 0 else "r+b") as stream:
        if at == 0:
            told = {"descr": form.dtype_to_descr(logits.dtype), "fortran_order": False}
            form.write_array_header_1_0(stream, {**told, "shape": (chunks, *logits.shape)})
        else:  # the precision is that of the first chunk
            form.read_magic(stream)
            logits = logits.astype(form.read_array_header_1_0(stream)[2])
        stream.seek(stream.tell() + at * logits.nbytes)
        stream.write(logits.tobytes())
        stream.flush()
        os.fsync(stream.fileno())


def _lists(address: str, text: Any, path: str | os.PathLike[str], size: int) -> TopK:
    prompts: list[Any]
    if isinstance(text, str | os.PathLike):
        prompts = list(pieces(_words(text), CHARACTERS * size))
    else:
        ids = np.ravel(np.asarray(text)).astype(np.int64)
        prompts = _cut(ids, size).tolist()
    if not prompts:
        raise InputError("the text is empty; there is nothing to ask the server")
    record_lists(address, prompts, path)
    return read_logprobs(path)
