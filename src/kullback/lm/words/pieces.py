"""The text of a token by its id: from a tokenizer.json, a GGUF model, or tiktoken's ranks.

Two ways to write bytes as text are in use. Byte-level ones (GPT-2's) give each of the 256 bytes a
printable sign of its own, a space being Ġ; SentencePiece's write a space as ▁, and a single byte as
<0x0A>. Others mark words: WordPiece (BERT's) what goes on within one, ##ing, and early byte pairs
(GPT's, CLIP's) where one ends, word</w>. Which one a file uses is told by its own words for it.
"""

import base64
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kullback import files
from kullback.errors import FormatError, InputError, MissingDependencyError

Pieces = Callable[[int], str]
# What stands close to the word before it, where words are marked (as `tokenizers` writes it).
CLOSE = (".", "?", "!", ",")
CONTROL = 3  # the kind of a token that writes nothing, in GGUF
BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")


def token_pieces(path: str | os.PathLike[str]) -> Pieces:
    """Return a function from the id of a token to its text.

    Parameters
    ----------
    path : path
        ``tokenizer.json``, a folder that holds one, a model in GGUF (needs the package gguf), or
        the ranks of tiktoken (a line a token: base64 and the rank).

    Returns
    -------
    callable
        Such as `LMComparison.to_html` takes as `pieces`. An id that is not in the file is shown
        as ``[id]``, and bytes that are no text by themselves as ``<E2><82>``.

    Raises
    ------
    FormatError
        If the file is none of these.
    MissingDependencyError
        If a GGUF file is given, and gguf is not installed.

    Examples
    --------
    >>> import json, tempfile
    >>> told = {"model": {"vocab": {"Hello": 0, "Ġworld": 1}}, "decoder": {"type": "ByteLevel"}}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(f"{folder}/tokenizer.json").write_text(json.dumps(told), "utf-8")
    ...     piece = token_pieces(folder)
    >>> piece(0) + piece(1), piece(7)
    ('Hello world', '[7]')
    """
    known = token_bytes(path)
    return lambda token: _shown(known[token]) if token in known else f"[{token}]"


def token_bytes(path: str | os.PathLike[str]) -> dict[int, bytes]:
    """Return what each token writes, by its id; as `token_pieces` reads it.

    Raises
    ------
    InputError, FormatError, MissingDependencyError
        As `token_pieces` does.
    """
    file = Path(path)
    if file.is_dir():
        file = file / "tokenizer.json"
    if not file.is_file():
        raise InputError(f"{file} is not there; give a tokenizer.json, a GGUF model or ranks")
    with files.reading(file) as stream:
        start = stream.read(4)
    if start == b"GGUF":
        return _gguf(file)
    return _tokenizer_json(file) if start.lstrip()[:1] == b"{" else _ranks(file)


def silent_tokens(path: str | os.PathLike[str]) -> tuple[int, ...]:
    """Return the ids of special tokens, which write nothing, where the file names them."""
    file = Path(path)
    file = file / "tokenizer.json" if file.is_dir() else file
    with files.reading(file) as stream:
        start = stream.read(4)
    if start == b"GGUF":
        kinds = _gguf_fields(file).get("tokenizer.ggml.token_type")
        return tuple(
            i for i, kind in enumerate(kinds.contents() if kinds else ()) if kind == CONTROL
        )
    if start.lstrip()[:1] != b"{":
        return ()
    added = json.loads(files.read_text(file)).get("added_tokens") or ()
    return tuple(int(each["id"]) for each in added if each.get("special"))


def _tokenizer_json(file: Path) -> dict[int, bytes]:
    try:
        told = json.loads(files.read_text(file))
        vocabulary = told["model"]["vocab"]
        names = (
            {int(i): text for text, i in vocabulary.items()}
            if isinstance(vocabulary, dict)
            else {i: each[0] for i, each in enumerate(vocabulary)}
        )
        parts = json.dumps([told.get("decoder"), told.get("pre_tokenizer")])
        decode = _from_signs if '"ByteLevel"' in parts else _from_sentence_piece
        known = {i: _written(text, told, decode) for i, text in names.items()}
        added = {int(x["id"]): str(x["content"]).encode() for x in told.get("added_tokens") or ()}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise FormatError(f"{file} is no tokenizer.json: {error!r}") from None
    return known | added


def _written(text: str, told: Mapping[str, Any], decode: Callable[[str], bytes]) -> bytes:
    """Return what a token writes: its marks of words become the spaces that they stand for."""
    model = told["model"]
    if ending := model.get("end_of_word_suffix"):
        return decode(text.removesuffix(ending)) + b" " * text.endswith(ending)
    kind = model.get("type", "WordPiece")
    within = model.get("continuing_subword_prefix") if kind == "WordPiece" else None
    if within and text.startswith(within):
        return decode(text.removeprefix(within))
    apart = within or (kind == "WordLevel" and not told.get("decoder"))
    return b" " * bool(apart and text not in CLOSE) + decode(text)


def _gguf_fields(file: Path) -> Any:
    try:
        import gguf
    except ImportError as error:
        raise MissingDependencyError("a GGUF file needs gguf: pip install gguf") from error
    try:
        return gguf.GGUFReader(file).fields
    except (ValueError, KeyError, TypeError, IndexError, OSError) as error:
        raise FormatError(f"{file} is no whole GGUF file: {error!r}") from None


def _gguf(file: Path) -> dict[int, bytes]:
    fields = _gguf_fields(file)
    try:
        names = fields["tokenizer.ggml.tokens"].contents()
        kind = fields["tokenizer.ggml.model"].contents()
        decode = _from_signs if kind == "gpt2" else _from_sentence_piece
        return {i: decode(str(text)) for i, text in enumerate(names)}
    except (ValueError, KeyError, TypeError, IndexError, OSError) as error:
        raise FormatError(f"{file} holds no tokeniser: {error!r}") from None


def _ranks(file: Path) -> dict[int, bytes]:
    known = {}
    try:
        for line in files.read_text(file, "ascii").splitlines():
            if line.strip():
                word, rank = line.split()
                known[int(rank)] = base64.b64decode(word, validate=True)
    except ValueError as error:
        raise FormatError(
            f"{file} is no tokenizer.json, GGUF or ranks of tiktoken: {error}"
        ) from None
    if not known:
        raise FormatError(f"{file} is empty; it should hold a token a line")
    return known


def _signs() -> dict[str, int]:
    """Return GPT-2's signs for bytes: printable ones stand for themselves, others from 256 on."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(256 + i): b for i, b in enumerate(others)}


SIGNS = _signs()


def _from_signs(text: str) -> bytes:
    if all(sign in SIGNS for sign in text):
        return bytes(SIGNS[sign] for sign in text)
    return text.encode()


def _from_sentence_piece(text: str) -> bytes:
    if found := BYTE.fullmatch(text):
        return bytes([int(found[1], 16)])
    return text.replace("▁", " ").encode()


def _shown(piece: bytes) -> str:
    """Return bytes as text, and those that are none as numbers."""
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return "".join(f"<{byte:02X}>" for byte in piece)


def pieces_or_none(path: Any) -> Pieces | None:
    """Return the pieces of a tokeniser's file where a path names one, else nothing."""
    return token_pieces(path) if path and Path(path).exists() else None
