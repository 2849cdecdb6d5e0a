"""What servers send in pieces or in envelopes, put together: one document an answer.

Streams come as server-sent events (``data: {…}``) or as one object a line. Chunks of one answer
share their id; those without one follow each other until one says that it is the last.
"""

from collections.abc import Iterable, Iterator
from typing import Any

Placed = tuple[str, Any]
LISTS = ("tokens", "token_logprobs", "top_logprobs", "text_offset", "content", "refusal")


def events(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the data of server-sent events; lines that are none of them as they are."""
    if not any(line.lstrip().startswith("data:") for _, line in lines):
        return lines
    data = (
        (i, line.strip().removeprefix("data:").strip())
        for i, line in lines
        if line.lstrip().startswith("data:")
    )
    return [(i, text) for i, text in data if text != "[DONE]"]


def whole(placed: Iterable[Placed]) -> list[Placed]:
    """Return one document an answer: out of their envelopes, and put together from chunks."""
    opened = list(_opened(list(placed)))
    return list(_joined(opened))


def _opened(placed: list[Placed]) -> Iterator[Placed]:
    """Take the body out of each line of a batch, in the order of the requests' own ids."""
    batch = [isinstance(one, dict) and "custom_id" in one for _, one in placed]
    if placed and all(batch):
        ordered = sorted(placed, key=lambda each: str(each[1]["custom_id"]))
        for where, one in ordered:
            response = one.get("response")
            body = response.get("body") if isinstance(response, dict) else None
            yield where, one if body is None else body
        return
    done = [
        (where, one["response"])
        for where, one in placed
        if isinstance(one, dict) and one.get("type") == "response.completed" and "response" in one
    ]
    yield from done or placed


def _joined(placed: list[Placed]) -> Iterator[Placed]:
    answers: dict[Any, Placed] = {}
    loose = 0
    for where, one in placed:
        if not _is_chunk(one):
            answers[len(answers), "whole"] = (where, one)
            continue
        key = one.get("id") or ("without an id", loose)
        if key in answers:
            _add(answers[key][1], one)
        else:
            answers[key] = (where, _empty(one))
            _add(answers[key][1], one)
        loose += bool(one.get("done") or one.get("stop") is True)
    yield from answers.values()


def _is_chunk(one: Any) -> bool:
    if not isinstance(one, dict):
        return False
    if str(one.get("object", "")).endswith(".chunk") or "done" in one:
        return True
    if "completion_probabilities" in one:
        return "stop" in one
    choices = one.get("choices")
    pieces = choices if isinstance(choices, list) else []
    return (
        one.get("object") == "text_completion"
        and bool(one.get("id"))
        and all(isinstance(choice, dict) and "logprobs" in choice for choice in pieces)
    )


def _empty(one: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in one.items() if name not in ("choices", "logprobs")}
    kept |= {"choices": []} if isinstance(one.get("choices"), list) else {}
    kept |= {"completion_probabilities": []} if "completion_probabilities" in one else {}
    return kept | ({"logprobs": []} if "done" in one else {})


def _add(answer: dict[str, Any], chunk: dict[str, Any]) -> None:
    for name in ("completion_probabilities", "logprobs"):
        if isinstance(chunk.get(name), list) and isinstance(answer.get(name), list):
            answer[name] += chunk[name]
    for place, choice in enumerate(chunk.get("choices") or []):
        if not isinstance(choice, dict):
            continue
        number = choice.get("index", place)
        known = {c["index"]: c for c in answer["choices"]}
        if number not in known:
            known[number] = {"index": number, "logprobs": {}}
            answer["choices"].append(known[number])
        _extend(known[number]["logprobs"], choice.get("logprobs"))


def _extend(logprobs: dict[str, Any], more: Any) -> None:
    for name in LISTS:
        if isinstance(more, dict) and isinstance(more.get(name), list):
            logprobs[name] = logprobs.get(name, []) + more[name]
