"""What a type checker sees: one distribution gives a number, and an array what NumPy gives."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, overload

from numpy.typing import ArrayLike

from kullback.logits.measures import summary as summary
from kullback.logits.state import RowState as RowState
from kullback.results import Information
from kullback.units import Unit

Single = Sequence[float] | Mapping[Any, float]
Where = ArrayLike | Mapping[Any, bool] | None

@overload
def kl(
    p: Single,
    q: Single,
    *,
    axis: int = -1,
    unit: Unit = "nats",
    temperature: float = 1.0,
    keepdims: Literal[False] = False,
    where: Where = None,
) -> Information: ...
@overload
def kl(
    p: Any,
    q: Any,
    *,
    axis: int = -1,
    unit: Unit = "nats",
    temperature: float = 1.0,
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def cross_entropy(
    p: Single,
    q: Single,
    *,
    axis: int = -1,
    unit: Unit = "nats",
    temperature: float = 1.0,
    keepdims: Literal[False] = False,
    where: Where = None,
) -> Information: ...
@overload
def cross_entropy(
    p: Any,
    q: Any,
    *,
    axis: int = -1,
    unit: Unit = "nats",
    temperature: float = 1.0,
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def jensen_shannon(
    p: Single,
    q: Single,
    *,
    axis: int = -1,
    unit: Unit = "nats",
    temperature: float = 1.0,
    keepdims: Literal[False] = False,
    where: Where = None,
) -> Information: ...
@overload
def jensen_shannon(
    p: Any,
    q: Any,
    *,
    axis: int = -1,
    unit: Unit = "nats",
    temperature: float = 1.0,
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def entropy(
    p: Single,
    *,
    axis: int = -1,
    unit: Unit = "nats",
    temperature: float = 1.0,
    keepdims: Literal[False] = False,
    where: Where = None,
) -> Information: ...
@overload
def entropy(
    p: Any,
    *,
    axis: int = -1,
    unit: Unit = "nats",
    temperature: float = 1.0,
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def total_variation(
    p: Single,
    q: Single,
    *,
    axis: int = -1,
    temperature: float = 1.0,
    keepdims: Literal[False] = False,
    where: Where = None,
) -> float: ...
@overload
def total_variation(
    p: Any,
    q: Any,
    *,
    axis: int = -1,
    temperature: float = 1.0,
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...

__all__ = [
    "RowState",
    "cross_entropy",
    "entropy",
    "jensen_shannon",
    "kl",
    "summary",
    "total_variation",
]
