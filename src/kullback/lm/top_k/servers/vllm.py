"""vLLM's prompt_logprobs: what the model says of each token of a text that it was given.

``[null, {"<id>": {"logprob", "rank", "decoded_token"}}, …]``; in a response, in its choices, bare,
or as vLLM's own Python objects. The token of the text comes first in each object, and is there
even when it is not among the k most probable: then its rank has a gap before it.
"""

from typing import Any

from kullback.errors import FormatError
from kullback.lm.top_k.lists import ListToken, Position, named, number, shown, token_id

SOURCE = "vLLM prompt_logprobs"


def finds(document: Any) -> list[Any] | None:
    """Return the lists of a response, each with the ids of its text; None for another shape."""
    if isinstance(document, list):
        return [(document, None)] if _is_list(document) else None
    choices = _of(document, "choices")
    holders = [document, *(choices if isinstance(choices, list) else [])]
    found = [(_of(h, "prompt_logprobs"), _of(h, "prompt_token_ids")) for h in holders]
    found = [(one, ids) for one, ids in found if isinstance(one, list)]
    return found or _answers(document) or None


def _answers(document: Any) -> list[Any]:
    """Return the lists of what was generated, from vLLM's own objects."""
    outputs = _of(document, "outputs")
    outputs = outputs if isinstance(outputs, list) else []
    found = [(_of(one, "logprobs"), _of(one, "token_ids")) for one in outputs]
    return [
        (one, None if ids is None else list(ids))
        for one, ids in found
        if isinstance(one, list) and _is_list(one)
    ]


def positions(found: tuple[list[Any], Any], where: str) -> list[Position]:
    """Return what is said of each token but the first, of which nothing can be."""
    listed, ids = found
    if isinstance(ids, list) and len(ids) != len(listed):
        raise FormatError(
            f"{where}: {len(ids)} prompt_token_ids and {len(listed)} prompt_logprobs do not fit"
        )
    return [
        _position(item, ids[i] if isinstance(ids, list) else None, f"{where}, token {i}")
        for i, item in enumerate(listed)
        if item is not None
    ]


def _is_list(document: list[Any]) -> bool:
    """Whether a bare list is one of prompt_logprobs: null, or objects by id."""
    given = [item for item in document if item is not None]
    return bool(given) and all(
        isinstance(item, dict)
        and item
        and all(str(key).isdecimal() and _of(value, "logprob") is not None
                for key, value in item.items())
        for item in given
    )  # fmt: skip


def _of(value: Any, name: str) -> Any:
    """Return a member of an object of JSON, or an attribute of one of Python."""
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


def _position(item: Any, target: Any, where: str) -> Position:
    if not isinstance(item, dict) or not item:
        raise FormatError(f"{where} is {shown(item)}; it should be null or an object by id")
    ranked = sorted((_rank(value, where), _entry(key, value, where)) for key, value in item.items())
    # The k most probable have the ranks 1 to k; a token after a gap was only added to them.
    entries = [entry for place, (rank, entry) in enumerate(ranked, 1) if rank <= place]
    added = [entry for place, (rank, entry) in enumerate(ranked, 1) if rank > place]
    first = added[0].id if added else _id(next(iter(item)), where)
    wanted = first if target is None else token_id(target, where)
    came = [entry for _, entry in ranked if entry.id == wanted]
    if not came or any(entry.id != wanted for entry in added):
        raise FormatError(
            f"{where}: the token of the text is {wanted}, and ranks "
            f"{[rank for rank, _ in ranked]} are of ids {[e.id for _, e in ranked]}: they do not "
            f"fit"
        )
    return Position(entries, came[0])


def _rank(value: Any, where: str) -> int:
    rank = _of(value, "rank")
    if type(rank) is not int or rank < 1:
        raise FormatError(f"{where}: rank is {shown(rank)}; it counts from 1")
    return rank


def _entry(key: Any, value: Any, where: str) -> ListToken:
    logp = number(_of(value, "logprob"), f"{where}: logprob of {key!r:.20}")
    return ListToken(logp, _id(key, where), named(_of(value, "decoded_token"), None, where)[1])


def _id(key: Any, where: str) -> int:
    if isinstance(key, str) and key.isdecimal() and len(key) <= 10:
        key = int(key)
    return token_id(key, f"{where}: the key {key!r:.20}")
