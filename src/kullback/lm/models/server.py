"""A server that speaks as OpenAI's completions do: the likeliest tokens of a text that is given."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kullback.errors import FormatError, InputError

LARGEST = 1 << 28  # bytes of one answer
TIMEOUT = 600.0


def is_address(model: object) -> bool:
    """Whether a model is given by the address of a server."""
    return isinstance(model, str) and model.startswith(("http://", "https://"))


def record_lists(
    address: str,
    prompts: Sequence[str | list[int]],
    path: str | os.PathLike[str],
    top: int = 20,
) -> None:
    """Ask a server for the likeliest tokens at each place of each prompt, one line an answer.

    Lines that are there already are not asked for again.

    Parameters
    ----------
    address : str
        Such as ``http://127.0.0.1:8000``; ``/v1/completions`` is added.
    prompts : sequence of str or of list of int
        Parts of a text, or of its token ids.
    path : path
        JSON Lines, as `kullback.lm.read_logprobs` reads.
    top : int
        Tokens a place; servers have a limit of their own.

    Raises
    ------
    InputError
        If the server does not answer, or refuses.
    FormatError
        If what it answers has no log-probabilities.
    """
    root = address.rstrip("/").removesuffix("/v1")
    name = _model(root)
    done = _lines(Path(path))
    with Path(path).open("ab") as file:
        for prompt in prompts[done:]:
            asked: dict[str, Any] = {
                "prompt": prompt,
                "max_tokens": 1,
                "echo": True,
                "logprobs": top,
            }
            asked |= {"temperature": 0.0} | ({"model": name} if name else {})
            answer = _asked(f"{root}/v1/completions", asked)
            file.write(_cut(answer, root) + b"\n")
            file.flush()


def _lines(path: Path) -> int:
    """Count the whole lines that are there, and cut off one that is not."""
    if not path.exists():
        return 0
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return whole.count(b"\n")


def _cut(answer: Any, root: str) -> bytes:
    """Return an answer without the token that was made beyond the prompt, as one line."""
    try:
        choice = answer["choices"][0]
        told = choice["logprobs"]
        made = answer.get("usage", {}).get("completion_tokens", 1)
        end = len(told["tokens"]) - int(made)
        told = {name: each[:end] for name, each in told.items() if isinstance(each, list)}
    except (KeyError, TypeError, IndexError, AttributeError, ValueError):
        raise FormatError(
            f"{root} answered without the log-probabilities of the prompt (choices[0].logprobs); "
            f"it may not support echo with logprobs"
        ) from None
    return json.dumps({"choices": [{"logprobs": told}]}).encode()


def _model(root: str) -> str | None:
    try:
        return str(_asked(f"{root}/v1/models", None)["data"][0]["id"])
    except (InputError, KeyError, TypeError, IndexError):
        return None


def _asked(address: str, body: dict[str, Any] | None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as stream:
            return json.loads(stream.read(LARGEST))
    except urllib.error.HTTPError as error:
        said = error.read(300).decode("utf-8", "replace")
        raise InputError(f"{address} refused ({error.code}): {said}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{address} did not answer: {error}") from None


def pieces(text: str, size: int) -> Iterator[str]:
    """Yield a text in parts of at most so many characters, cut after white space if there is.

    Examples
    --------
    >>> list(pieces("one two three", 8))
    ['one two ', 'three']
    """
    start = 0
    while start < len(text):
        end = min(len(text), start + size)
        if end < len(text):
            blank = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            end = blank + 1 if blank >= start else end
        yield text[start:end]
        start = end
