"""OpenAI's older completions, and vLLM, Together and llama-cpp-python, which speak alike.

``choices[i].logprobs = {tokens: [str], token_logprobs: [float | null], top_logprobs: [{str:
float} | null], text_offset}``. Tokens are known by their text, or as ``token_id:17``. The
chosen token is put into the object even where it is not among the k most probable, and nothing
says so: where it is the least of them, only the others bound what is not listed.
"""

import math
from typing import Any

from kullback.errors import FormatError
from kullback.lm.top_k.lists import ListToken, Position, named, number, shown, token_id

SOURCE = "OpenAI completions"


def finds(document: Any) -> list[Any] | None:
    """Return the logprobs of a response, one a choice; None if it is another shape."""
    choices = document.get("choices") if isinstance(document, dict) else None
    if not isinstance(choices, list):
        return None
    logprobs = [choice.get("logprobs") for choice in choices if isinstance(choice, dict)]
    found = [one for one in logprobs if isinstance(one, dict) and "token_logprobs" in one]
    return found or None


def positions(logprobs: dict[str, Any], where: str) -> list[Position]:
    """Return what one choice says of each of its tokens; the first of a prompt has no list."""
    tokens, chosen = logprobs.get("tokens"), logprobs["token_logprobs"]
    lists = logprobs.get("top_logprobs")
    lists = [None] * len(chosen) if lists is None and isinstance(chosen, list) else lists
    columns = (tokens, chosen, lists)
    if any(not isinstance(c, list) for c in columns) or len({len(c) for c in columns}) > 1:  # type: ignore[arg-type]
        raise FormatError(
            f"{where}: tokens, token_logprobs and top_logprobs should be lists of one length"
        )
    rows = enumerate(zip(*columns, strict=True))  # type: ignore[arg-type]
    return [
        _position(token, logp, listed, f"{where}, token {i}")
        for i, (token, logp, listed) in rows
        if logp is not None or listed
    ]


def _position(token: Any, logp: Any, listed: Any, where: str) -> Position:
    if not isinstance(listed or {}, dict):
        raise FormatError(f"{where}: top_logprobs holds {shown(listed)}, not an object")
    by_id = type(token) is int  # mlx-lm lists ids in place of texts
    entries = [
        ListToken(number(value, f"{where}: {shown(text)}"), *_named(text, where, by_id=by_id))
        for text, value in (listed or {}).items()
    ]
    named_so = _named(token, where, by_id=by_id)
    target = ListToken(number(logp, f"{where}: token_logprobs"), *named_so)
    others = [entry.logp for entry in entries if not math.isnan(entry.logp)]
    return Position(entries, target, _limit(others, target.logp))


def _named(text: Any, where: str, *, by_id: bool) -> tuple[int, bytes]:
    if not by_id:
        return named(text, None, where)
    known = int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 11 else text
    return token_id(known, f"{where}: id"), b""


def _limit(listed: list[float], chosen: float) -> float:
    """Return the largest log-probability that an unlisted token may have, whatever k was."""
    ordered = sorted(listed)
    if not ordered:
        return 0.0
    if ordered[0] != chosen:
        return ordered[0]
    if len(ordered) > 1:
        return ordered[1]
    # One token, which may be the only one asked for, or no list at all.
    return ordered[0] if ordered[0] >= math.log(0.5) else 0.0
