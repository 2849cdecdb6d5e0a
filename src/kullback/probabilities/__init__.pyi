"""What a type checker sees: one distribution gives a number, and an array what NumPy gives."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, overload

from numpy.typing import ArrayLike

from kullback.checks import Mass
from kullback.probabilities.comparison import compare as compare
from kullback.probabilities.divergences import contributions as contributions
from kullback.probabilities.entropies import surprisal as surprisal
from kullback.probabilities.pairs import pairwise as pairwise
from kullback.results import Information
from kullback.units import Unit

Single = Sequence[float] | Mapping[Any, float]
Where = ArrayLike | Mapping[Any, bool] | None

@overload
def kl(
    p: Single,
    q: Single,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> Information: ...
@overload
def kl(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def jeffreys(
    p: Single,
    q: Single,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> Information: ...
@overload
def jeffreys(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def cross_entropy(
    p: Single,
    q: Single,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> Information: ...
@overload
def cross_entropy(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def bhattacharyya(
    p: Single,
    q: Single,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> Information: ...
@overload
def bhattacharyya(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def renyi(
    p: Single,
    q: Single,
    order: float,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> Information: ...
@overload
def renyi(
    p: Any,
    q: Any,
    order: float,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def jensen_shannon(
    p: Single,
    q: Single,
    *more: Single,
    axis: int | None = -1,
    weights: Sequence[float] | None = None,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> Information: ...
@overload
def jensen_shannon(
    p: Any,
    q: Any,
    *more: Any,
    axis: int | None = -1,
    weights: Sequence[float] | None = None,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def jensen_shannon_distance(
    p: Single,
    q: Single,
    *,
    axis: int | None = -1,
    weights: Sequence[float] | None = None,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> Information: ...
@overload
def jensen_shannon_distance(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    weights: Sequence[float] | None = None,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def chi_square(
    p: Single,
    q: Single,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> float: ...
@overload
def chi_square(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def hellinger(
    p: Single,
    q: Single,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> float: ...
@overload
def hellinger(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def total_variation(
    p: Single,
    q: Single,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> float: ...
@overload
def total_variation(
    p: Any,
    q: Any,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def tsallis(
    p: Single,
    q: Single,
    order: float,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> float: ...
@overload
def tsallis(
    p: Any,
    q: Any,
    order: float,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def alpha_divergence(
    p: Single,
    q: Single,
    alpha: float,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> float: ...
@overload
def alpha_divergence(
    p: Any,
    q: Any,
    alpha: float,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def f_divergence(
    p: Single,
    q: Single,
    f: Callable[[Any], Any],
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> float: ...
@overload
def f_divergence(
    p: Any,
    q: Any,
    f: Callable[[Any], Any],
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def entropy(
    p: Single,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> Information: ...
@overload
def entropy(
    p: Any,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...
@overload
def renyi_entropy(
    p: Single,
    order: float,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: Literal[False] = False,
    where: Where = None,
) -> Information: ...
@overload
def renyi_entropy(
    p: Any,
    order: float,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    keepdims: bool = False,
    where: Where = None,
) -> Any: ...

__all__ = [
    "alpha_divergence",
    "bhattacharyya",
    "chi_square",
    "compare",
    "contributions",
    "cross_entropy",
    "entropy",
    "f_divergence",
    "hellinger",
    "jeffreys",
    "jensen_shannon",
    "jensen_shannon_distance",
    "kl",
    "pairwise",
    "renyi",
    "renyi_entropy",
    "surprisal",
    "total_variation",
    "tsallis",
]
