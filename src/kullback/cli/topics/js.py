"""Topic: Jensen–Shannon."""

from kullback.probabilities import jensen_shannon, jensen_shannon_distance
from kullback.units import format_number


def text() -> str:
    """Return the topic with its numbers worked out."""
    p, q = [0.7, 0.2, 0.1], [0.4, 0.4, 0.2]
    value = format_number(float(jensen_shannon(p, q, unit="bits")))
    root = format_number(float(jensen_shannon_distance(p, q, unit="bits")))
    most = format_number(float(jensen_shannon([1, 0], [0, 1], unit="bits")))
    from_half = "\n".join(
        f"  50 % becomes {100 * rate:>4g} %:  {_from_half(rate)}" for rate in RATES
    )
    return f"""
The Jensen–Shannon divergence asks how far P and Q are from their own average M = (P + Q)/2:
JS(P, Q) = half of KL(P‖M) plus half of KL(Q‖M). It has no direction, is never infinite, and
lies between 0 (the same) and {most} bit (nothing in common).
  P = 0.7, 0.2, 0.1 and Q = 0.4, 0.4, 0.2:   JS = {value} bits

Its square root, the Jensen–Shannon distance, is a metric: {root} for the pair above. The two
are easy to mix up, so kullback never says JS without saying which.

A feeling for the scale, with a share of 50 % that changes:
{from_half}

Try: kullback kl 0.5,0.5 0.45,0.55 --bits
"""


RATES = (0.45, 0.383, 0.3, 0.1)


def _from_half(rate: float) -> str:
    value = float(jensen_shannon([rate, 1 - rate], [0.5, 0.5], unit="bits"))
    return f"JS = {format_number(value, 2)} bits"
