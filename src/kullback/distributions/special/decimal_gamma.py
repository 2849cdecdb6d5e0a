"""lnΓ and ψ in decimals, at the precision of the context."""

from decimal import Decimal, getcontext
from fractions import Fraction
from functools import lru_cache

HALF, TWO = Decimal("0.5"), Decimal(2)


@lru_cache(maxsize=1)
def _known() -> list[Fraction]:
    """B_0, B_2, B_4, …, as far as they have been needed."""
    return [Fraction(1)]


def bernoulli(n: int) -> Fraction:
    """The Bernoulli number B_2n.

    Examples
    --------
    >>> bernoulli(1), bernoulli(6)
    (Fraction(1, 6), Fraction(-691, 2730))
    """
    known = _known()
    while len(known) <= n:
        m = 2 * len(known)
        # Σ_j C(m + 1, j) B_j = 0, where of the odd numbers only B_1 = −1/2 counts.
        total, binomial = 1 - Fraction(m + 1, 2), 1
        for i in range(1, len(known)):
            binomial = binomial * (m + 3 - 2 * i) * (m + 2 - 2 * i) // ((2 * i) * (2 * i - 1))
            total += binomial * known[i]
        known.append(-total / (m + 1))
    return known[n]


def _shift(x: Decimal) -> int:
    """How far x must be moved up for Stirling's series to reach the last digit."""
    least = getcontext().prec
    return 0 if x >= least else int(least - x) + 1


def _term(n: int, power: Decimal) -> Decimal:
    return _decimal_bernoulli(n, getcontext().prec) * power


@lru_cache(maxsize=4096)
def _decimal_bernoulli(n: int, digits: int) -> Decimal:
    del digits  # the key of the cache
    number = bernoulli(n)
    return Decimal(number.numerator) / Decimal(number.denominator)


@lru_cache(maxsize=8)
def _half_log_2pi(digits: int) -> Decimal:
    """ln(2π)/2, from Machin's formula for π."""
    del digits  # the key of the cache
    pi = 4 * (4 * _inverse_tangent(5) - _inverse_tangent(239))
    return (TWO * pi).ln() / 2


def _inverse_tangent(n: int) -> Decimal:
    """Arctan of 1/n."""
    power = total = Decimal(1) / n
    least = Decimal(10) ** -(getcontext().prec + 2)
    k = 1
    while abs(power) > least:
        power /= -n * n
        k += 2
        total += power / k
    return total


def ln_gamma(x: Decimal) -> Decimal:
    """lnΓ(x) for x > 0.

    Examples
    --------
    >>> round(ln_gamma(Decimal("0.5")) * 2, 20)  # ln π
    Decimal('1.14472988584940017414')
    """
    steps = _shift(x)
    product = Decimal(1)
    for i in range(steps):
        product *= x + i
    y = x + steps
    total = (y - HALF) * y.ln() - y + _half_log_2pi(getcontext().prec)
    power, square, n = 1 / y, y * y, 1
    least = abs(total).scaleb(-getcontext().prec - 2)
    while True:
        term = _term(n, power / (2 * n * (2 * n - 1)))
        total += term
        if abs(term) <= least:
            return total - product.ln()
        power, n = power / square, n + 1


def psi(x: Decimal) -> Decimal:
    """ψ(x) for x > 0.

    Examples
    --------
    >>> round(psi(Decimal(1)), 20)
    Decimal('-0.57721566490153286061')
    """
    steps = _shift(x)
    below = sum((1 / (x + i) for i in range(steps)), start=Decimal(0))
    y = x + steps
    total = y.ln() - 1 / (2 * y)
    power, square, n = 1 / (y * y), y * y, 1
    least = abs(total).scaleb(-getcontext().prec - 2)
    while True:
        term = _term(n, power / (2 * n))
        total -= term
        if abs(term) <= least:
            return total - below
        power, n = power / square, n + 1
