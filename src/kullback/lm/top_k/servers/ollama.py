"""Ollama's /api/generate and /api/chat: ``logprobs[t]``, whose entries are those of chat.

A streamed answer is one object a token, the last of which says ``done``.
"""

from typing import Any

from kullback.lm.top_k.servers import openai_chat

SOURCE = "Ollama"
positions = openai_chat.positions


def finds(document: Any) -> list[Any] | None:
    """Return the list of positions of an answer; None if it is another shape."""
    if not isinstance(document, dict) or "done" not in document:
        return None
    found = document.get("logprobs")
    return [found] if isinstance(found, list) else None
