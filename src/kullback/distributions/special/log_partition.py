"""Log-partitions of exponential families in decimals: the second precision of closed forms.

Where doubles overflow or cancel, KL and Rényi divergences are taken from F and its gradient at
the exact parameters,

    KL = F(θ₂) − F(θ₁) − (θ₂ − θ₁)·∇F(θ₁),
    (a − 1) R_a = F(a θ₁ + (1 − a) θ₂) − a F(θ₁) − (1 − a) F(θ₂),

with as many digits as cancel. F and its slopes are given as their terms, so that what cancels
inside of them counts too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Decimal, DecimalException, getcontext, localcontext
from typing import Any

from kullback.distributions.special.decimal_gamma import ln_gamma, psi

Point = Sequence[Decimal]
Terms = Sequence[Decimal]

# The digits that are tried; a value is taken when so many of it are left.
DIGITS = (50, 120, 320, 800, 1400)
LEFT = 22
# What is below is 0 in doubles.
NOTHING = Decimal("1e-340")
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class LogPartition:
    """F of an exponential family and its gradient, as terms, and where F is finite."""

    value: Callable[[Point], Terms]
    slope: Callable[[Point], Sequence[Terms]]
    inside: Callable[[Point], bool]


@dataclass(frozen=True, slots=True)
class Natural:
    """A law of an exponential family.

    Parameters
    ----------
    partition : LogPartition
        F of its family.
    theta : callable
        Its natural parameter in decimals, at the precision of the context.
    fixed : tuple
        What two laws must have in common to be of one family.
    times : float
        A factor of F: the number of trials.
    lost : float
        The digits that the natural parameter itself takes.
    """

    partition: LogPartition
    theta: Callable[[], Point]
    fixed: tuple[Any, ...] = ()
    times: float = 1.0
    lost: float = 0.0


def exact_kl(first: Natural, second: Natural) -> float | None:
    """KL of two laws of one exponential family; None where no precision is enough.

    Examples
    --------
    >>> def rate(r):
    ...     return Natural(RATE, lambda: (-Decimal(r),))
    >>> f"{exact_kl(rate(1.0), rate(1 + 1e-9)):.6g}"
    '5e-19'
    """

    def terms() -> list[Decimal]:
        start, end, part = first.theta(), second.theta(), first.partition
        steps = zip(start, end, part.slope(start), strict=True)
        linear = [(a - b) * g for a, b, slope in steps for g in slope]
        return [*part.value(end), *(-x for x in part.value(start)), *linear]

    return _summed(first, second, terms)


def exact_renyi(first: Natural, second: Natural, order: float) -> float | None:
    """R_a of two laws of one exponential family, +∞ where F is at the point between them.

    Examples
    --------
    >>> def rate(r):
    ...     return Natural(RATE, lambda: (-Decimal(r),))
    >>> exact_renyi(rate(1.0), rate(3.0), 2.0)
    inf
    >>> round(exact_renyi(rate(1e-200), rate(1e200), 0.5), 6)
    919.647743
    """
    a = Decimal(order)

    def terms() -> list[Decimal]:
        start, end, part = first.theta(), second.theta(), first.partition
        between = [a * x + (1 - a) * y for x, y in zip(start, end, strict=True)]
        if not part.inside(between):
            return []
        weighted = (between, ONE), (start, -a), (end, a - 1)
        return [w * x / (a - 1) for theta, w in weighted for x in part.value(theta)]

    return _summed(first, second, terms)


def _summed(first: Natural, second: Natural, terms: Callable[[], list[Decimal]]) -> float | None:
    """The sum of terms, at the first precision that leaves enough digits of it."""
    if first.partition is not second.partition or first.fixed != second.fixed:
        return None
    for digits in DIGITS:
        with localcontext() as context:
            context.prec = digits + int(max(first.lost, second.lost))
            context.Emax, context.Emin = MAX_EMAX, MIN_EMIN
            try:
                each = [term * Decimal(first.times) for term in terms()]
            except DecimalException:
                continue
            if not each:
                return float("inf")
            total = sum(each, start=ZERO)
            noise = max(map(abs, each)).scaleb(LEFT - digits)
            if abs(total) > noise or noise < NOTHING:
                return max(float(total), 0.0)
    return None


def ln1p(x: Decimal) -> Decimal:
    """ln(1 + x), with all digits of a small x.

    Examples
    --------
    >>> ln1p(Decimal("1e-100")) == Decimal("1e-100")
    True
    """
    if abs(x) > Decimal("1e-3"):
        return (1 + x).ln()
    power, total, k = x, x, 1
    while abs(power).scaleb(getcontext().prec) > abs(total):
        power, k = -power * x, k + 1
        total += power / k
    return total


def expm1(x: Decimal) -> Decimal:
    """e^x − 1, with all digits of a small x.

    Examples
    --------
    >>> expm1(Decimal("1e-100")) == Decimal("1e-100")
    True
    """
    if abs(x) > Decimal("1e-3"):
        return x.exp() - 1
    term, total, k = x, x, 1
    while abs(term).scaleb(getcontext().prec) > abs(total):
        k += 1
        term = term * x / k
        total += term
    return total


def logit(p: Decimal) -> Decimal:
    """ln(p/(1 − p)), with all digits near 1/2.

    Examples
    --------
    >>> logit(Decimal("0.5"))
    Decimal('0')
    """
    excess = (2 * p - 1) / (1 - p)
    return ln1p(excess) if abs(excess) < Decimal("0.5") else (p / (1 - p)).ln()


def _softplus(x: Decimal) -> Terms:
    return (x, ln1p((-x).exp())) if x > 0 else (ln1p(x.exp()),)


def _expit(x: Decimal) -> Decimal:
    return 1 / (1 + (-x).exp()) if x > 0 else x.exp() / (1 + x.exp())


def _ln1m_exp(x: Decimal) -> Decimal:
    """ln(1 − e^x) for x < 0."""
    return ln1p(-x.exp()) if x < -1 else (-expm1(x)).ln()


def _negative(t: Point) -> bool:
    return t[0] < 0


def _anywhere(t: Point) -> bool:  # noqa: ARG001
    return True


def _normal_value(t: Point) -> Terms:
    return -t[0] * t[0] / (4 * t[1]), -(-2 * t[1]).ln() / 2


def _normal_slope(t: Point) -> Sequence[Terms]:
    mean = -t[0] / (2 * t[1])
    return (mean,), (mean * mean, -1 / (2 * t[1]))


def _dirichlet_value(t: Point) -> Terms:
    return [*map(ln_gamma, t), -ln_gamma(sum(t, start=ZERO))]


def _dirichlet_slope(t: Point) -> Sequence[Terms]:
    whole = -psi(sum(t, start=ZERO))
    return [(psi(x), whole) for x in t]


def _inverse_gaussian_slope(t: Point) -> Sequence[Terms]:
    mean = (t[1] / t[0]).sqrt()
    return (mean,), (1 / mean, -1 / (2 * t[1]))


def _log_series_slope(t: Point) -> Sequence[Terms]:
    p = t[0].exp()
    return ((-p / ((1 - p) * ln1p(-p)),),)


def _tilted_value(t: Point) -> Terms:
    return ((expm1(t[0]) / t[0]).ln() if t[0] else ZERO,)


def _tilted_slope(t: Point) -> Sequence[Terms]:
    return ((-1 / expm1(-t[0]), -1 / t[0]) if t[0] else (Decimal("0.5"),),)


def _parts(t: Point) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """(μ, λ, a, b) of a normal–inverse-gamma: θ = (λ μ, −λ/2, −b − λ μ²/2, −a)."""
    lmbda = -2 * t[1]
    mu = t[0] / lmbda
    return mu, lmbda, -t[3], -t[2] - lmbda * mu * mu / 2


def _normal_inverse_gamma_value(t: Point) -> Terms:
    _, lmbda, a, b = _parts(t)
    return ln_gamma(a), -a * b.ln(), -lmbda.ln() / 2


def _normal_inverse_gamma_slope(t: Point) -> Sequence[Terms]:
    mu, lmbda, a, b = _parts(t)
    precision = a / b
    return (mu * precision,), (mu * mu * precision, 1 / lmbda), (precision,), (b.ln(), -psi(a))


def _normal_inverse_gamma_inside(t: Point) -> bool:
    return t[1] < 0 and t[3] < 0 and _parts(t)[3] > 0


RATE = LogPartition(lambda t: (-(-t[0]).ln(),), lambda t: ((-1 / t[0],),), _negative)
NORMAL = LogPartition(_normal_value, _normal_slope, lambda t: t[1] < 0)
GAMMA = LogPartition(
    lambda t: (ln_gamma(t[0]), -t[0] * (-t[1]).ln()),
    lambda t: ((psi(t[0]), -(-t[1]).ln()), (-t[0] / t[1],)),
    lambda t: t[0] > 0 and t[1] < 0,
)
DIRICHLET = LogPartition(_dirichlet_value, _dirichlet_slope, lambda t: min(t) > 0)
INVERSE_GAUSSIAN = LogPartition(
    lambda t: (-2 * (t[0] * t[1]).sqrt(), -(-2 * t[1]).ln() / 2),
    _inverse_gaussian_slope,
    lambda t: t[0] <= 0 and t[1] < 0,
)
POISSON = LogPartition(lambda t: (t[0].exp(),), lambda t: ((t[0].exp(),),), _anywhere)
BERNOULLI = LogPartition(lambda t: _softplus(t[0]), lambda t: ((_expit(t[0]),),), _anywhere)
GEOMETRIC = LogPartition(lambda t: (-_ln1m_exp(t[0]),), lambda t: ((1 / expm1(-t[0]),),), _negative)
LOG_SERIES = LogPartition(lambda t: ((-ln1p(-t[0].exp())).ln(),), _log_series_slope, _negative)
TILTED = LogPartition(_tilted_value, _tilted_slope, _anywhere)
LINDLEY = LogPartition(
    lambda t: (ln1p(-t[0]), -2 * (-t[0]).ln()),
    lambda t: ((-2 / t[0], -1 / (1 - t[0])),),
    _negative,
)
DISCRETE_LAPLACE = LogPartition(
    lambda t: (ln1p(t[0].exp()), -_ln1m_exp(t[0])),
    lambda t: ((-2 * t[0].exp() / expm1(2 * t[0]),),),
    _negative,
)
NORMAL_INVERSE_GAMMA = LogPartition(
    _normal_inverse_gamma_value, _normal_inverse_gamma_slope, _normal_inverse_gamma_inside
)
