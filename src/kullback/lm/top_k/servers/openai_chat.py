"""OpenAI's chat completions, and servers that speak alike.

``choices[i].logprobs.content[t] = {token, logprob, bytes, top_logprobs: [{token, logprob,
bytes}]}``, with at most 20 in the list. There are no ids: tokens are known by their bytes, and
by their text where there are none.
"""

from typing import Any

from kullback.errors import FormatError
from kullback.lm.top_k.lists import ListToken, Position, named, number, shown, token_id

SOURCE = "OpenAI chat completions"


def finds(document: Any) -> list[Any] | None:
    """Return the lists of positions in a response, one a choice; None if it is another shape."""
    if not isinstance(document, dict):
        return None
    choices = document.get("choices")
    found = [_content(c) for c in choices] if isinstance(choices, list) else [_content(document)]
    found = [content for content in found if content is not None]
    return found or None


def positions(content: list[Any], where: str) -> list[Position]:
    """Return what one choice says of each of its tokens."""
    return [_position(item, f"{where}, token {i}") for i, item in enumerate(content)]


def _content(choice: Any) -> list[Any] | None:
    logprobs = choice.get("logprobs") if isinstance(choice, dict) else None
    if not isinstance(logprobs, dict):
        return None
    # A model that refuses says so in tokens of their own.
    found = [logprobs.get(name) for name in ("content", "refusal")]
    return next((one for one in found if isinstance(one, list)), None)


def _position(item: Any, where: str) -> Position:
    if not isinstance(item, dict) or not isinstance(item.get("top_logprobs", []) or [], list):
        raise FormatError(f"{where} is {shown(item)}; it should be an object with top_logprobs")
    listed = [_entry(entry, where) for entry in item.get("top_logprobs") or []]
    return Position(listed, _entry(item, where))


def _entry(item: Any, where: str) -> ListToken:
    if not isinstance(item, dict) or "logprob" not in item:
        raise FormatError(f"{where} holds {shown(item)}; it should have a logprob")
    known, name = named(item.get("token"), item.get("bytes"), where)
    if item.get("id") is not None:  # llama-server and mlx-lm say it beside the text
        known = token_id(item["id"], f"{where}: id")
    return ListToken(number(item["logprob"], f"{where}: logprob"), known, name)
