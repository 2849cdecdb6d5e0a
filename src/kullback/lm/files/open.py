"""Open a file of logits, whatever it is: its first bytes say."""

import glob
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from kullback import files
from kullback.errors import FormatError
from kullback.limits import json_of
from kullback.lm.files import llama_cpp, llama_cpp_v2, npy, safetensors, sketch
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.memory_map import head, size
from kullback.lm.files.sketch import Sketch
from kullback.lm.files.tensors import Tensor, logits_file, natural

# One file each in formats/. Two may recognise the same first bytes: the first that fits is it.
FORMATS: tuple[ModuleType, ...] = (sketch, llama_cpp_v2, llama_cpp, safetensors, npy)
SHARDED: dict[str, Callable[[str], list[Tensor]]] = {
    "safetensors": safetensors.tensors,
    "npy": npy.tensors,
}

LISTS = (
    "JSON: lists of the likeliest tokens are compared with lists only (kullback.lm.compare_lists, "
    "or JSON on both sides of `kullback lm`); kullback.lm.read_logprobs reads them"
)
# What people give by mistake, and what they want instead.
OTHERS = {
    b"GGUF": "a model, not its logits: llama-perplexity --kl-divergence-base writes them",
    b"PK": "a zip (.npz or torch.save): save the array with np.save, or as safetensors",
    b"{": LISTS,
    b"[": LISTS,
    b"kullback lm state": "a state: `kullback lm merge` and kullback.lm.Accumulator.load read it",
    b"\x1f\x8b": "compressed by gzip: unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed by zstd: unpack it first",
}


def open(path: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> LogitsFile | Sketch:
    """Open a file of logits or log-probabilities, whatever program wrote it.

    Parameters
    ----------
    path : str, path, or sequence of them
        A file of llama.cpp (``_logits_``, also of ik_llama.cpp, or the fork's ``_logits_v2``), of
        safetensors, or an ``.npy``; or shards of the latter two: a folder, a glob, or the
        ``.index.json`` of safetensors. Shards are taken in the natural order of their names, and
        those of a list in its own.
        The name of the file says nothing; its bytes do. Which tensors are taken is said in
        `kullback.lm.files.tensors`.

    Returns
    -------
    LogitsFile or Sketch
        What it holds; the rows stay on the disk until they are asked for. A `Sketch` is what
        `kullback.lm.sketch` wrote.

    Raises
    ------
    FormatError
        If the file is none of these, is cut short or longer than its header says, or holds
        tokens that are not of its vocabulary: with the byte counts and the place.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> from kullback import lm
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(f"{folder}/model.npy", np.zeros((2, 3, 5), np.float16))
    ...     file = lm.open(f"{folder}/model.npy")
    ...     print(len(file), file.vocabulary, file.storage, file.clusters, file.read(0, 1))
    6 5 float16 [0 0 0 1 1 1] [[0. 0. 0. 0. 0.]]
    """
    if not isinstance(path, str | os.PathLike):
        return _listed(path)
    name = os.fspath(path)
    if shards := _shards(name):
        return _together(name, shards)
    if not name or files.kind(name) == "nothing":
        missing = name or "a file without a name"
        raise FormatError(f"{missing} is not there; give a file, a folder or a glob of shards")
    failures: list[FormatError] = []
    for module in _candidates(name):
        try:
            found: LogitsFile | Sketch = module.read(name)
        except FormatError as error:
            failures.append(error)
        else:
            return found
    raise failures[0]


def _listed(paths: Sequence[str | os.PathLike[str]]) -> LogitsFile:
    """Return the logits of shards that were named one by one."""
    if not paths or not all(isinstance(path, str | os.PathLike) for path in paths):
        raise FormatError(f"{paths!r:.80} is no list of files; give the paths of all shards")
    names = [os.fspath(path) for path in paths]
    for name in names:
        if files.kind(name) == "nothing":
            raise FormatError(f"{name} is not there ({len(names)} shards were named)")
    return _together(f"{names[0]} and {len(names) - 1} more", names)


def _candidates(name: str) -> list[ModuleType]:
    """Return the formats that the first bytes may be; refuse the file where there are none."""
    first = head(name, 32)
    found = [module for module in FORMATS if module.recognises(first)]
    if not found:
        _refuse_unknown(name, first)
    return found


def _refuse_unknown(name: str, first: bytes) -> NoReturn:
    other = next((text for start, text in OTHERS.items() if first.lstrip().startswith(start)), "")
    raise FormatError(
        f"{name} ({size(name)} bytes) starts with {first[:16].hex(' ') or 'nothing'}"
        + (f", which is {other}" if other else "; that is no file of logits that is known")
        + ". llama.cpp's start with _logits_, safetensors with the length of a JSON header, .npy "
        "with 93 NUMPY"
    )


def _shards(name: str) -> list[str]:
    """Return the files that a folder, a glob or an index stands for; none for a plain file."""
    path = files.named(name)
    if name and files.kind(path) == "folder":
        indices = sorted(path.glob("*.index.json"))
        if indices:
            return _indexed(indices[0])
        inside = [p for end in SHARDED for p in path.glob(f"*.{end}")]
        if not inside or len({p.suffix for p in inside}) > 1:
            raise FormatError(
                f"{name} is a folder with {len(inside)} .safetensors and .npy files; a folder of "
                f"shards has files of one of these kinds"
            )
        return sorted(map(str, inside), key=natural)
    if path.is_file():
        return _indexed(path) if name.endswith(".index.json") else []
    found = glob.glob(name) if glob.has_magic(name) else []  # noqa: PTH207 - may be absolute
    return sorted(found, key=natural)


def _indexed(path: Path) -> list[str]:
    """Return the files that the index of sharded safetensors names, which must all be there."""
    try:
        weights = json_of(files.read_text(path), str(path))["weight_map"]
        names = sorted(set(weights.values()), key=natural)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise FormatError(f"{path} is no index of safetensors: {error!r}") from None
    if away := [name for name in names if Path(name).name != name]:
        raise FormatError(f"{path} names {away[0]!r}; shards lie in the folder of their index")
    if gone := [name for name in names if not (path.parent / name).is_file()]:
        raise FormatError(f"{path} names {len(names)} files, and {gone[0]} is not there")
    return [str(path.parent / name) for name in names]


def _together(name: str, shards: Sequence[str]) -> LogitsFile:
    """Return the logits of all shards as one file."""
    kinds = {shard: _candidates(shard)[0].__name__.rpartition(".")[2] for shard in shards}
    kind = kinds[shards[0]]
    for shard, other in kinds.items():
        if other != kind or other not in SHARDED:
            raise FormatError(
                f"{shard} is {other} and {shards[0]} is {kind}; shards are all safetensors or "
                f"all .npy"
            )
    return logits_file(name, kind, [tensor for shard in shards for tensor in SHARDED[kind](shard)])
