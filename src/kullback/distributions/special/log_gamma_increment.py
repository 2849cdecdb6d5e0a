"""What is left of lnΓ's divergence of a large part when a small one is added to it.

In the KL of two Dirichlets the divergence C(x, y) of the largest part and C(x + r, y + s) of
the total nearly cancel where r/x and s/y are small. With u = δ/x, v = (δ + η)/(x + r) and
e = (1 + u)/(1 + v) − 1, which is formed from y r − s x, every term of the two differs by

    g(u) − g(v) = v e + g(e),

and those of Stirling's series by the same step. Below 8 the arguments are shifted up as in
`gamma_function`; only the others' own divergence and these small terms remain, so that
nothing cancels.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kullback.distributions.special.arrays import Value, expm1, log1p, where
from kullback.distributions.special.log_gamma import FROM, STIRLING
from kullback.distributions.special.primitives import difference_of_products, g

# (a, b − a, b): a parameter of P, its change, that of Q.
Step = tuple[Value, Value, Value]
LEAST, MOST = 1e-280, 1e280


@dataclass(frozen=True, slots=True)
class Absorbed:
    """C(x, y) − C(x + r, y + s), as far as it is not of the means, and what the means need.

    Parameters
    ----------
    difference : Value
        The difference, with the arguments shifted up.
    totals : tuple of Value
        (A₁, A₂, A₁ − A₂), shifted: what the means are to be taken with.
    end : Value
        y, shifted.
    main, others : Value
        t = mean₁/mean₂ − 1 of the large part and of the others together.
    """

    difference: Value
    totals: tuple[Value, Value, Value]
    end: Value
    main: Value
    others: Value


def apart_by_changes(main: Step, others: Step) -> Value:
    """(y r − s x)/x from the changes or from the numbers, whichever lose less.

    Examples
    --------
    >>> apart_by_changes((4.0, 1.0, 5.0), (2.0, 0.0, 2.0))
    0.5
    """
    (x, delta, y), (r, eta, s) = main, others
    share = r / x
    near = abs(delta * share) + abs(eta) < y * share + s
    if isinstance(near, bool):
        return delta * share - eta if near else y * share - s
    return where(near, delta * share - eta, y * share - s)


def apart_by_products(main: Step, others: Step) -> Value:
    """(y r − s x)/x of numbers that no sum has rounded: to the last digit, in range.

    Examples
    --------
    >>> apart_by_products((4.0, 1.0, 5.0), (2.0, 0.0, 2.0))
    0.5
    """
    (x, _, y), (r, _, s) = main, others
    in_range: Value = (y * r > LEAST) & (s * x > LEAST) & (y * r < MOST) & (s * x < MOST)
    for number in (x, y, r, s):
        in_range = in_range & (number < MOST)
    if isinstance(in_range, bool):
        way = difference_of_products(y, r, s, x) / x if in_range else None
        return apart_by_changes(main, others) if way is None else way
    exact = difference_of_products(y, r, s, x) / x
    return exact if in_range.all() else where(in_range, exact, apart_by_changes(main, others))


def absorbed(main: Step, others: Step, apart: Value) -> Absorbed:
    """Add (r, s) to (x, y), for r ≤ x and s ≤ y; `apart` is (y r − s x)/x.

    Examples
    --------
    >>> f"{absorbed((1e30, 0.0, 1e30), (2.0, 1.0, 3.0), -1.0).difference:.2g}"
    '-2.5e-61'
    """
    (x, delta, y), (r, eta, s) = main, others
    shift: Value = where((x < FROM) | (y < FROM), float(FROM), 0.0)
    shift = float(shift) if isinstance(x, float) and isinstance(y, float) else shift
    top, end = x + shift, y + shift
    first, second = top + r, end + s
    v, e = (delta + eta) / first, (apart - shift / x * eta) * (x / top) / second
    series = _series((top, delta, end), others, v, e)
    total = (v * e + g(e)) / 2 + series
    for i in _raised(shift):
        u = (delta + eta) / (x + i + r)
        step = (apart - i / x * eta) * (x / (x + i)) / (y + i + s)
        term = u * step + g(step)
        total = total + (term if isinstance(shift, float) else where(shift > 0, term, 0.0))
    ratio = e * (top / first)
    totals = first, second, -(delta + eta)
    return Absorbed(total, totals, end, -ratio * (second / end), ratio * (second / s))


def _raised(shift: Value) -> Iterator[float]:
    """The arguments that the recurrence passes; none where nothing is small."""
    needed = shift > 0 if isinstance(shift, float) else (shift > 0).any()
    return iter(float(i) for i in range(FROM)) if needed else iter(())


def _series(main: Step, others: Step, v: Value, e: Value) -> Value:
    """Σ c_k (P_m(x, y) − P_m(X, Y)), P_m(x, y) = x^−m T_m(u) = y^−m − x^−m + m δ x^−(m + 1).

    T_m(u) − T_m(v) = (1 + v)^−m T_m(e) + m e ((m + 1) v − T_m(v)), m = 2k − 1; the first is
    P_m(z, y) with z = x (1 + v), and x^−m = (1 + r/x)^m X^−m.
    """
    (x, _, y), (r, _, s) = main, others
    first, second = x + r, y + s
    of_total, of_step = _bregmans(first, second, v), _bregmans(x * (second / first), y, e)
    grown, power, inverse = log1p(r / x), 1 / x, 1 / x
    total = 0.0 * v
    for k, (coefficient, a, b) in enumerate(zip(STIRLING, of_total, of_step, strict=False)):
        m = 2 * k + 1
        more = expm1(m * grown) * a
        total = total + coefficient * (b + more + m * e * ((m + 1) * v * power - a - more))
        power = power * inverse * inverse
    return total


def _bregmans(a: Value, b: Value, u: Value) -> Iterator[Value]:
    """P_m(a, b) for m = 1, 3, 5, …, with u = b/a − 1."""
    u2, across, inverse = u * u, 1 / b, 1 / a
    value, power = u2 * across, inverse
    m = 1
    while True:
        yield value
        rise = (m + 1) * across + (m + 2) * inverse
        value = across * (across * value + power * u2 * rise)
        power, m = power * inverse * inverse, m + 2
