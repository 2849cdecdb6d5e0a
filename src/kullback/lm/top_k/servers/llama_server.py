"""llama-server's /completion: ``completion_probabilities[t]``, in its three forms.

``{id, token, bytes, logprob, top_logprobs: [{id, token, bytes, logprob}]}``; with
``post_sampling_probs`` ``prob`` and ``top_probs`` take their place, and are of what the sampler
left; older builds print ``{content, probs: [{tok_str, prob}]}``.
"""

import math
from typing import Any

from kullback.errors import FormatError
from kullback.lm.top_k.lists import ListToken, Position, named, number, shown, token_id

SOURCE = "llama-server"

LISTS = ("top_logprobs", "top_probs", "probs")


def finds(document: Any) -> list[Any] | None:
    """Return the list of a response; None if it is another shape."""
    found = document.get("completion_probabilities") if isinstance(document, dict) else None
    return [found] if isinstance(found, list) else None


def positions(content: list[Any], where: str) -> list[Position]:
    """Return what is said of each token of the answer."""
    return [_position(item, f"{where}, token {i}") for i, item in enumerate(content)]


def _position(item: Any, where: str) -> Position:
    name = next((n for n in LISTS if isinstance(item, dict) and n in item), None)
    if name is None or not isinstance(item[name], list):
        raise FormatError(f"{where} is {shown(item)}; it should hold one of {', '.join(LISTS)}")
    entries = [_entry(entry, where) for entry in item[name]]
    if "logprob" in item or "prob" in item:
        return Position(entries, _entry(item, where))
    # An older build: the chosen token is known by its text alone.
    known, text = named(item.get("content"), None, where)
    chosen = [entry for entry in entries if text and entry.name == text]
    return Position(entries, chosen[0] if chosen else ListToken(math.nan, known, text))


def _entry(item: Any, where: str) -> ListToken:
    if not isinstance(item, dict) or not item.keys() & {"logprob", "prob"}:
        raise FormatError(f"{where} holds {shown(item)}; it should have a logprob or a prob")
    known, name = named(item.get("token", item.get("tok_str")), item.get("bytes"), where)
    if item.get("id") is not None:
        known = token_id(item["id"], f"{where}: id")
    if "logprob" in item:
        return ListToken(number(item["logprob"], f"{where}: logprob"), known, name)
    return ListToken(_log(item["prob"], f"{where}: prob"), known, name)


def _log(value: Any, where: str) -> float:
    if type(value) not in (int, float) or not 0 <= value <= 1.001:
        raise FormatError(f"{where} is {shown(value)}; a probability is a number from 0 to 1")
    return math.log(min(value, 1)) if value else -math.inf
