"""Text Generation Inference's /generate: ``details.tokens[t]`` and ``details.top_tokens[t]``.

Each is ``{id, text, logprob, special}``; `top_n_tokens` asked for the lists, and the token that
came is among them where it is that likely.
"""

from typing import Any

from kullback.errors import FormatError
from kullback.lm.top_k.lists import ListToken, Position, named, number, shown, token_id

SOURCE = "Text Generation Inference"


def finds(document: Any) -> list[Any] | None:
    """Return the details of an answer; None if it is another shape."""
    details = document.get("details") if isinstance(document, dict) else None
    if not isinstance(details, dict) or not isinstance(details.get("tokens"), list):
        return None
    return [details]


def positions(details: dict[str, Any], where: str) -> list[Position]:
    """Return what is said of each token of the answer."""
    tokens, lists = details["tokens"], details.get("top_tokens")
    lists = [[]] * len(tokens) if lists is None else lists
    if not isinstance(lists, list) or len(lists) != len(tokens):
        raise FormatError(f"{where}: tokens and top_tokens should be lists of one length")
    rows = enumerate(zip(tokens, lists, strict=True))
    return [_position(token, listed, f"{where}, token {i}") for i, (token, listed) in rows]


def _position(token: Any, listed: Any, where: str) -> Position:
    if not isinstance(listed, list):
        raise FormatError(f"{where}: top_tokens holds {shown(listed)}, not a list")
    return Position([_entry(item, where) for item in listed], _entry(token, where))


def _entry(item: Any, where: str) -> ListToken:
    if not isinstance(item, dict) or "logprob" not in item:
        raise FormatError(f"{where} holds {shown(item)}; it should have a logprob")
    name = named(item.get("text"), None, where)[1]
    known = token_id(item.get("id"), f"{where}: id")
    return ListToken(number(item["logprob"], f"{where}: logprob"), known, name)
