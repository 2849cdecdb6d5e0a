"""Read what a server printed of a model: the k most probable tokens at each position."""

import os
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from kullback import files
from kullback.errors import FormatError
from kullback.limits import json_of
from kullback.lm.top_k.lists import Position, TopK, gathered, shown
from kullback.lm.top_k.servers import (
    gemini,
    llama_server,
    ollama,
    openai_chat,
    openai_completions,
    openai_responses,
    sglang,
    streams,
    tgi,
    vllm,
)
from kullback.results import Note

# One file each in servers/. The lists of a text that was given come before those of an answer.
SHAPES: tuple[ModuleType, ...] = (
    vllm,
    sglang,
    llama_server,
    openai_chat,
    openai_completions,
    openai_responses,
    ollama,
    tgi,
    gemini,
)


_LOST = ", so one of two tokens with that text would be lost (ask the server for token ids)"


def read_logprobs(path_or_obj: Any) -> TopK:
    """Read log-probabilities of the k most probable tokens, from JSON or the objects themselves.

    Parameters
    ----------
    path_or_obj : str, path, dict, list or object
        A file of JSON (one response, or a list of them) or of JSON Lines (one a line), or what
        such a file holds: OpenAI chat completions, the older completions and responses, vLLM's
        ``prompt_logprobs``, SGLang's /generate, llama-server's /completion, Ollama, Text
        Generation Inference, Gemini or mlx-lm. Streams are put together (chunks by id and index,
        server-sent events too), lines of a batch opened and put in the order of their custom_id.
        vLLM's, OpenAI's and Gemini's own Python objects are taken too.

    Returns
    -------
    TopK
        The lists of all positions; each response (choice) is a cluster. −9999.0 is unknown;
        positions that have no list, such as the first of a prompt, are left out.

    Raises
    ------
    FormatError
        If it is not JSON, or none of these shapes, or its numbers are no log-probabilities:
        with the line, the token and what stands there.

    Examples
    --------
    >>> lists = read_logprobs([None, {"5": {"logprob": -0.1, "rank": 1, "decoded_token": "a"},
    ...                               "7": {"logprob": -2.5, "rank": 2, "decoded_token": "b"}}])
    >>> lists.source, lists.ids, lists.target_ids, lists.coverage.round(3)
    ('vLLM prompt_logprobs', array([[5, 7]]), array([5]), array([0.987]))
    """
    name, documents = _documents(path_or_obj)
    shape: ModuleType | None = None
    responses: list[list[Position]] = []
    for where, document in documents:
        found, parts = _shape(document, where, shape)
        shape = found
        for i, part in enumerate(parts):
            responses.append(found.positions(part, where + (f", choice {i}" if i else "")))
    if shape is None:
        raise FormatError(f"{name} is empty; it should hold responses with log-probabilities")
    try:
        return gathered(shape.SOURCE, responses, _notes(shape, documents))
    except FormatError as error:
        raise FormatError(f"{name}: {error}") from None


def _documents(given: Any) -> tuple[str, list[tuple[str, Any]]]:
    """Return the name of what was given, and every response in it with its place."""
    if isinstance(given, str | os.PathLike):
        name = os.fspath(given)
        placed = list(_parsed(name))
    else:
        name, placed = type(given).__name__, [(type(given).__name__, given)]
    responses = []
    for where, document in placed:
        many = isinstance(document, list | tuple) and vllm.finds(document) is None
        if many:
            responses += [(f"{where}, item {i}", one) for i, one in enumerate(document)]
        else:
            responses.append((where, document))
    return name, streams.whole((where, _plain(document)) for where, document in responses)


def _plain(document: Any) -> Any:
    """Return an object of OpenAI's client as JSON would hold it; anything else as it is."""
    dump = getattr(document, "model_dump", None)
    return dump() if callable(dump) else document


def _parsed(name: str) -> Iterator[tuple[str, Any]]:
    """Yield the values of a file of JSON, or of JSON Lines."""
    try:
        text = files.read_text(name, "utf-8-sig")
    except OSError as error:
        raise FormatError(f"{name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise FormatError(f"{name} is not UTF-8 at byte {error.start}; JSON is") from None
    given = [(i, line) for i, line in enumerate(text.split("\n"), 1) if line.strip()]
    lines = streams.events(given)
    text = lines[0][1] if len(lines) == 1 and lines != given else text
    if len(lines) > 1 and _is_json(lines[0][1]):
        for i, line in lines:
            yield f"{name}, line {i}", _json(line, f"{name}, line {i}")
    elif lines:
        yield name, _json(text, name)


def _is_json(line: str) -> bool:
    try:
        json_of(line, "a line")
    except FormatError:
        return False
    return True


def _json(text: str, where: str) -> Any:
    return json_of(text, where, unique=_LOST)


def _shape(document: Any, where: str, expected: ModuleType | None) -> tuple[ModuleType, list[Any]]:
    """Return the shape of a response and its lists; all responses must be of one shape."""
    for shape in SHAPES:
        parts: list[Any] | None = shape.finds(document)
        if parts is None:
            continue
        if expected is not None and expected is not shape:
            raise FormatError(
                f"{where} is of {shape.SOURCE}, and those before it of {expected.SOURCE}"
            )
        return shape, parts
    raise FormatError(
        f"{where} holds no log-probabilities ({shown(document)}); it should be one of "
        f"{', '.join(shape.SOURCE for shape in SHAPES)}"
    )


def _notes(shape: ModuleType, documents: list[tuple[str, Any]]) -> list[Note]:
    """Say it where the probabilities need not be the model's own."""
    if shape is sglang:
        text = (
            "SGLang's log-probabilities follow the temperature of the request: they are the "
            "model's own at temperature 1 only, which the response does not say"
        )
        return [Note("follows-temperature", text)]
    sampled = shape is llama_server and any(
        "top_probs" in item
        for _, document in documents
        for item in document["completion_probabilities"]
        if isinstance(item, dict)
    )
    text = (
        "the probabilities are those that the sampler left (post_sampling_probs): after "
        "temperature, top-k and top-p, so they are not the model's own"
    )
    return [Note("after-sampling", text)] if sampled else []
