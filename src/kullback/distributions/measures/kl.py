"""KL between any two distributions: closed form where it exists, the truth where it does not."""

from typing import TYPE_CHECKING, Any, TypedDict, Unpack, overload

import numpy as np

from kullback.arguments import flag
from kullback.arrays import outside_graphs
from kullback.distributions.adapters import as_distribution, is_samples
from kullback.distributions.methods.route import RouteSettings, kl_nats, plan
from kullback.distributions.model.answer import OVERFLOW, Answer
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import plain
from kullback.errors import MethodError, UnreliableError
from kullback.results import Divergence, Estimate, Interval
from kullback.units import Unit, nats_per, unit_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

INEXACT = {"quadrature", "summation", "Monte Carlo"}


class KLKeywords(TypedDict, total=False):
    """Keywords of `kl`."""

    unit: Unit
    method: str
    rtol: float
    strict: bool
    seed: int | None


if TYPE_CHECKING:

    @overload
    def kl(p: Distribution, q: Any, **asked: Unpack[KLKeywords]) -> Divergence: ...

    @overload
    def kl(p: NDArray[Any] | Sequence[float], q: Any, **asked: Unpack[KLKeywords]) -> Estimate: ...

    @overload
    def kl(p: Any, q: Any, **asked: Unpack[KLKeywords]) -> Any: ...


@outside_graphs
def kl(
    p: Any,
    q: Any,
    *,
    unit: Unit = "nats",
    method: str = "auto",
    rtol: float = 1e-10,
    strict: bool = False,
    seed: int | None = None,
) -> Any:
    """Kullback–Leibler divergence KL(P‖Q) = E_P ln(p/q) of two distributions.

    Parameters
    ----------
    p, q : Distribution, or an object of scipy, torch, numpyro, TFP or PyMC
        The truth and the model. Batches of parameters broadcast. An array of samples on either
        side is handed to `kullback.samples`.
    unit : {"nats", "bits", "bans"}
        The unit of the result.
    method : {"auto", "closed form", "expectations", "quadrature", "summation", "Monte Carlo"}
        "auto" takes the first exact way, then the numeric ladder.
    rtol : float
        The relative tolerance of the numeric ways.
    strict : bool
        Refuse anything but an exact way.
    seed : int or None
        For Monte Carlo.

    Returns
    -------
    Divergence
        The value with its error, its method, and why it is infinite where it is.

    Raises
    ------
    InputError
        For an object that is no distribution; says what was looked for.
    ShapeError
        If P and Q live in different spaces.
    MethodError
        If the method asked for does not apply.
    UnreliableError
        Under ``strict=True``, if no exact way exists.

    Notes
    -----
    Closed forms are sums of terms ≥ 0 in three stable primitives, g(x) = x − ln(1 + x),
    h(x) = e^−x − 1 + x and the Bregman divergence of lnΓ, so that pairs with KL = 1e-25 keep
    their digits.

    References
    ----------
    Kullback and Leibler (1951), On information and sufficiency;
    Gil, Alajaji and Linder (2013), Rényi divergence measures for commonly used univariate
    continuous distributions.

    Examples
    --------
    >>> from kullback.distributions import Normal, Exponential
    >>> print(kl(Normal(0, 1), Normal(1, 2)))
    KL(P‖Q) = 0.4431 nats, closed form
    >>> print(kl(Normal(0, 1), Exponential(1)))
    KL(P‖Q) = ∞ nats, support: P lives on [-inf, inf], Q only on [0, inf]
    """
    ratio = nats_per(unit)
    asked = RouteSettings(method, rtol, seed)
    if is_samples(p) or is_samples(q):
        return _from_samples(p, q, unit, seed)
    first, second = as_distribution("p", p), as_distribution("q", q)
    if flag("strict", strict):
        _refuse_inexact(first, second)
    return answer(kl_nats(first, second, asked), unit, ratio, "KL(P‖Q)")


@outside_graphs
def route(p: Any, q: Any) -> str:
    """Say which way `kl` would take, without the numeric work.

    Parameters
    ----------
    p, q : Distribution, or an object that `from_object` takes
        The truth and the model.

    Returns
    -------
    str
        One of the methods of `kl`'s result.

    Examples
    --------
    >>> from kullback.distributions import Logistic, Normal
    >>> route(Normal(0, 1), Logistic(0, 1)), route(Logistic(0, 1), Normal(0, 1))
    ('quadrature', 'expectations')
    """
    return plan(as_distribution("p", p), as_distribution("q", q))


def answer(found: Answer, unit: Unit, ratio: float, quantity: str) -> Divergence:
    """A value in nats as the result in the unit asked for."""
    unit = unit_name(unit) if unit else ""
    value = found.value if ratio == 1.0 else found.value / ratio
    if isinstance(value, float) or (
        isinstance(value, np.ndarray | np.generic | int) and np.ndim(value) == 0
    ):
        value = float(value)
    interval = found.interval
    if interval is not None and ratio != 1.0:
        interval = Interval(interval.low / ratio, interval.high / ratio, interval.level, "normal")
    shape = () if isinstance(value, float) else np.shape(plain(value))
    error = found.error / ratio
    if shape:
        error, method, reason = (
            np.broadcast_to(column, shape) for column in (error, found.method, found.reason)
        )
        return Divergence(value, unit, error, method, reason, found.notes, quantity, interval)
    why = found.reason or (OVERFLOW if value == np.inf else "")
    return Divergence(value, unit, float(error), found.method, why, found.notes, quantity, interval)


def _refuse_inexact(p: Distribution, q: Distribution) -> None:
    way = plan(p, q)
    if way in INEXACT:
        raise UnreliableError(
            f"strict=True asks for an exact value, and KL({type(p).__name__}‖"
            f"{type(q).__name__}) goes by {way} here; drop strict, and read .error"
        )


def _from_samples(p: Any, q: Any, unit: Unit, seed: int | None) -> Any:
    """Samples on one side or both belong to another room."""
    from kullback import samples

    if is_samples(p) and is_samples(q):
        return samples.kl(p, q, unit=unit, seed=seed)
    if is_samples(p):
        return samples.kl_to_known(p, as_distribution("q", q), unit=unit, seed=seed)
    raise MethodError(
        "q is an array of samples and p is a formula: draw from p and use kullback.samples.kl, "
        "or swap the two if the samples are the truth"
    )
