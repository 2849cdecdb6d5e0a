"""From result objects to plain Python values, for dictionaries and JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def facts(value: Any) -> Any:
    """Return a result, or a field of one, as dicts, lists, strings and numbers.

    Examples
    --------
    >>> from kullback.results import Note
    >>> facts((Note("small", "Few rows."),))
    [{'code': 'small', 'text': 'Few rows.'}]
    """
    match value:
        case None | bool() | str():
            return value
        case np.generic():
            return facts(value.item())
        case int():
            return int(value)
        case float():
            return float(value)
        case np.ndarray():
            return facts(value.tolist())
        case Mapping():
            return {str(key): facts(item) for key, item in value.items()}
        case tuple() if hasattr(value, "_asdict"):
            return facts(value._asdict())
        case Sequence():
            return [facts(item) for item in value]
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if is_dataclass(value):
        return {f.name: facts(getattr(value, f.name)) for f in fields(value)}
    return str(value)
