"""From result objects to plain Python values, for dictionaries and JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import singledispatch
from typing import Any

import numpy as np

_PLAIN = {str, int, float, bool, type(None)}  # nearly all that stands in lists and mappings


class PlainFacts:
    """Results that are fields and no more: they go into dictionaries and JSON as all results do."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {f.name: facts(getattr(self, f.name)) for f in fields(self)}  # type: ignore[arg-type]


@singledispatch
def facts(value: Any) -> Any:
    """Return a result, or a field of one, as dicts, lists, strings and numbers.

    Examples
    --------
    >>> from kullback.results import Note
    >>> facts((Note("small", "Few rows."),))
    [{'code': 'small', 'text': 'Few rows.'}]
    """
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if is_dataclass(value):
        return {f.name: facts(getattr(value, f.name)) for f in fields(value)}
    return str(value)


@facts.register(type(None))
@facts.register(str)
@facts.register(bool)
@facts.register(int)
def _as_it_is(value: Any) -> Any:
    return value


@facts.register
def _number(value: float) -> float:
    return float(value)


@facts.register
def _numpy_scalar(value: np.generic) -> Any:
    return facts(value.item())


@facts.register(np.ndarray)
def _array(value: Any) -> Any:
    return value.tolist() if value.dtype.kind in "biuf" else facts(value.tolist())


@facts.register(Mapping)
def _mapping(value: Any) -> dict[str, Any]:
    return {str(key): item if type(item) in _PLAIN else facts(item) for key, item in value.items()}


@facts.register(Sequence)
def _sequence(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return facts(value._asdict())
    return [item if type(item) in _PLAIN else facts(item) for item in value]


@facts.register
def _bytes(value: bytes) -> str:
    return str(value)
