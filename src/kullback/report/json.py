"""Results as JSON that every parser reads: no Infinity and no NaN token."""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from kullback.results.facts import facts

SCHEMA_VERSION = 1
_MAY_HOLD = {float, list, dict}  # what is infinite: the types that facts are of


# Controls beyond ASCII, what turns the direction, ends of lines, halves of surrogate pairs.
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def dumps(value: Mapping[str, Any], *, ascii_only: bool = False) -> str:
    """Return facts as JSON, the schema version first.

    What is infinite becomes null, with ``"<name>_infinite": true`` beside it (``"negative"``
    for −∞; for a list, one entry an item); NaN becomes null.

    Parameters
    ----------
    value : mapping
        What a result's ``to_dict()`` returns.
    ascii_only : bool
        Spell out every other character, for a stream that cannot hold them.

    Returns
    -------
    str
        JSON, indented by two spaces.

    Examples
    --------
    >>> print(dumps({"kl": float("inf"), "unit": "nats"}))
    {
      "schema_version": 1,
      "kl": null,
      "kl_infinite": true,
      "unit": "nats"
    }
    """
    plain = {"schema_version": SCHEMA_VERSION} | _finite(facts(value))
    return spelled(json.dumps(plain, indent=2, ensure_ascii=ascii_only, allow_nan=False))


def spelled(text: str) -> str:
    r"""Return JSON in which no terminal and no CI runner finds anything to obey.

    To a parser of JSON it is the same text.

    Examples
    --------
    >>> print(spelled('{"name": "##[group]"}'))
    {"name": "##\u005bgroup]"}
    """
    text = text.replace("##[", r"##\u005b")  # which GitHub's runner obeys anywhere in a line
    # Half of a surrogate pair has no bytes in UTF-8 either.
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _finite(value: Any) -> Any:
    match value:
        case dict():
            return _entries(value)
        case list():
            return [_finite(item) if type(item) in _MAY_HOLD else item for item in value]
        case float() if not math.isfinite(value):
            return None
    return value


def _entries(value: dict[str, Any]) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for key, item in value.items():
        may_hold = type(item) in _MAY_HOLD
        entries[key] = _finite(item) if may_hold else item
        infinite = may_hold and _infinite(item)
        if infinite:
            entries[f"{key}_infinite"] = infinite
    return entries


def _infinite(value: Any) -> Any:
    match value:
        case float() if math.isinf(value):
            return True if value > 0 else "negative"
        case list() if any(isinstance(item, float) and math.isinf(item) for item in value):
            return [_infinite(item) for item in value]
    return False
