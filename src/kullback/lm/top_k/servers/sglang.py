"""SGLang's /generate: of the text given (input) or, where there is no such list, of the answer.

``meta_info.input_token_logprobs[t] = [logprob | null, id, text | null]`` and
``meta_info.input_top_logprobs[t] = null | [[logprob, id, text], …]``; ``output_…`` alike. They
follow the temperature of the request.
"""

from typing import Any

from kullback.errors import FormatError
from kullback.lm.top_k.lists import ListToken, Position, named, number, shown, token_id

SOURCE = "SGLang"


def finds(document: Any) -> list[Any] | None:
    """Return the tokens and lists of a response; None if it is another shape."""
    about = document.get("meta_info") if isinstance(document, dict) else None
    if not isinstance(about, dict):
        return None
    for side in ("input", "output"):
        if lists := about.get(f"{side}_top_logprobs"):
            return [(about.get(f"{side}_token_logprobs"), lists)]
    for side in ("input", "output"):
        if tokens := about.get(f"{side}_token_logprobs"):
            return [(tokens, None)]
    return None


def positions(found: tuple[Any, Any], where: str) -> list[Position]:
    """Return what is said of each token that has a list or a log-probability."""
    tokens, lists = found
    lists = [None] * len(tokens) if lists is None and isinstance(tokens, list) else lists
    if not isinstance(tokens, list) or not isinstance(lists, list) or len(tokens) != len(lists):
        raise FormatError(f"{where}: token_logprobs and top_logprobs should be lists of one length")
    rows = enumerate(zip(tokens, lists, strict=True))
    return [
        _position(token, listed, f"{where}, token {i}")
        for i, (token, listed) in rows
        if listed or _logp(token) is not None
    ]


def _logp(token: Any) -> Any:
    return token[0] if isinstance(token, list) and token else token


def _position(token: Any, listed: Any, where: str) -> Position:
    if not isinstance(listed or [], list):
        raise FormatError(f"{where}: top_logprobs holds {shown(listed)}, not a list")
    return Position([_entry(item, where) for item in listed or []], _entry(token, where))


def _entry(item: Any, where: str) -> ListToken:
    if not isinstance(item, list) or len(item) not in (2, 3):
        raise FormatError(f"{where} holds {shown(item)}; it should be [logprob, id, text]")
    name = named(item[2] if len(item) == 3 else None, None, where)[1]
    return ListToken(number(item[0], f"{where}: logprob"), token_id(item[1], f"{where}: id"), name)
