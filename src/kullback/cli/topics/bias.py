"""Topic: bias, the chance level."""

from math import comb, log

from kullback.probabilities import kl
from kullback.units import format_number

OUTCOMES = 20
ROWS = (100, 1_000, 10_000)
N = 100
X, Y = (30, 26, 24, 20), (25, 25, 25, 25)
Sides = tuple[tuple[int, int], ...]
SIDES: Sides = tuple(zip(X, Y, strict=True))


def text() -> str:
    """Return the topic with its numbers worked out."""
    chance = "\n".join(
        f"  {rows:>6,} rows a side:   about {_by_chance(rows)} nats of KL by chance"
        for rows in ROWS
    )
    p, q = ([count / N for count in side] for side in (X, Y))
    return f"""
Two samples of one and the same distribution never look equal. The formula for KL, given the shares
of two samples, shows about (K − 1)/2 · (1/n + 1/m) nats although nothing differs. With
K = {OUTCOMES} outcomes:
{chance}

So a small sample always "drifts", the more so the more outcomes there are. That part has a name
here, null_bias, and estimates are made so that it is taken out. For counts 30, 26, 24, 20 and
25, 25, 25, 25:
  the formula (plug-in)   KL = {_nats(float(kl(p, q)))} nats, of which {_nats((len(X) - 1) / N)} by chance
  Zhang's estimate        KL = {_nats(zhang())} nats
  and for JS              JS = {_nats(js())} nats

What is left may be below 0 for KL: then a note says that chance explains it all.

Try: kullback kl 30,26,24,20 25,25,25,25
"""


def _by_chance(rows: int) -> str:
    return format_number((OUTCOMES - 1) / rows, 2)


def zhang(sides: Sides = SIDES) -> float:
    """Estimate KL: ψ at whole numbers is a harmonic sum, so that no special function is needed."""
    terms = (
        x * (_harmonic(N) - _harmonic(y) - _harmonic(N - 1) + _harmonic(x - 1)) for x, y in sides
    )
    return max(sum(terms) / N, 0.0)


def js(sides: Sides = SIDES) -> float:
    """Estimate JS, where no difference is detected: less what chance adds."""
    return max(sum(_js_term(x, y) for x, y in sides) - js_by_chance(sides), 0.0)


def js_by_chance(sides: Sides = SIDES) -> float:
    """Return the mean of JS over all relabellings of the rows."""
    return sum(
        comb(x + y, k) * comb(2 * N - x - y, N - k) / comb(2 * N, N) * _js_term(k, x + y - k)
        for x, y in sides
        for k in range(x + y + 1)
    )


def _js_term(x: int, y: int) -> float:
    """Return what an outcome adds to JS: ½ Σ p ln(p/M) of both sides."""
    return sum(side / N * log(2 * side / (x + y)) for side in (x, y) if side) / 2


def _harmonic(n: int) -> float:
    return sum(1 / i for i in range(1, n + 1))


def _nats(value: float) -> str:
    return format_number(value, 3)
