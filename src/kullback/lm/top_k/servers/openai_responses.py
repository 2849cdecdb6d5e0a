"""OpenAI's Responses: the texts of its output, whose entries are those of chat completions.

``output[i].content[j].logprobs[t] = {token, logprob, bytes, top_logprobs: [...]}``, where
``include=["message.output_text.logprobs"]`` asked for them.
"""

from typing import Any

from kullback.lm.top_k.servers import openai_chat

SOURCE = "OpenAI responses"
positions = openai_chat.positions


def finds(document: Any) -> list[Any] | None:
    """Return the lists of positions of a response, one a text; None if it is another shape."""
    output = document.get("output") if isinstance(document, dict) else None
    items = [item for item in output if isinstance(item, dict)] if isinstance(output, list) else []
    parts = [part for item in items for part in item.get("content") or [] if isinstance(part, dict)]
    found = [part["logprobs"] for part in parts if isinstance(part.get("logprobs"), list)]
    return [one for one in found if one] or None
