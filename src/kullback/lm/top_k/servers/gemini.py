"""Gemini's generateContent: ``candidates[i].logprobsResult``, as JSON or as its client's objects.

``chosenCandidates[t] = {token, tokenId, logProbability}`` and
``topCandidates[t].candidates = [...]``; the client's objects have snake_case names.
"""

from typing import Any

from kullback.errors import FormatError
from kullback.lm.top_k.lists import ListToken, Position, named, number, shown, token_id

SOURCE = "Gemini"


def finds(document: Any) -> list[Any] | None:
    """Return the results of a response, one a candidate; None if it is another shape."""
    candidates = document.get("candidates") if isinstance(document, dict) else None
    if not isinstance(candidates, list):
        return None
    found = [_of(candidate, "logprobsResult", "logprobs_result") for candidate in candidates]
    return [one for one in found if isinstance(one, dict)] or None


def positions(result: dict[str, Any], where: str) -> list[Position]:
    """Return what is said of each token of the answer."""
    chosen = _of(result, "chosenCandidates", "chosen_candidates")
    lists = _of(result, "topCandidates", "top_candidates")
    lists = [{}] * len(chosen) if lists is None and isinstance(chosen, list) else lists
    if not isinstance(chosen, list) or not isinstance(lists, list) or len(chosen) != len(lists):
        raise FormatError(f"{where}: chosen and top candidates should be lists of one length")
    rows = enumerate(zip(chosen, lists, strict=True))
    return [_position(token, listed, f"{where}, token {i}") for i, (token, listed) in rows]


def _position(token: Any, listed: Any, where: str) -> Position:
    entries = _of(listed, "candidates", "candidates") or []
    if not isinstance(entries, list):
        raise FormatError(f"{where}: top candidates are {shown(entries)}, not a list")
    return Position([_entry(item, where) for item in entries], _entry(token, where))


def _entry(item: Any, where: str) -> ListToken:
    logp = _of(item, "logProbability", "log_probability")
    if logp is None:
        raise FormatError(f"{where} holds {shown(item)}; it should have a logProbability")
    name = named(_of(item, "token", "token"), None, where)[1]
    known = token_id(_of(item, "tokenId", "token_id"), f"{where}: tokenId")
    return ListToken(number(logp, f"{where}: logProbability"), known, name)


def _of(item: Any, *names: str) -> Any:
    known = (item[name] for name in names if isinstance(item, dict) and name in item)
    return next(known, None)
