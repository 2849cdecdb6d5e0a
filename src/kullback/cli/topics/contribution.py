"""Topic: contributions."""

from kullback.probabilities import contributions, kl
from kullback.units import format_number


def text() -> str:
    """Return the topic with its numbers worked out."""
    p, q = [0.7, 0.2, 0.1], [0.4, 0.4, 0.2]
    parts = [format_number(float(v)) for v in contributions(p, q)]
    whole = format_number(float(kl(p, q)))
    naive = [format_number(a) for a in _plain(p, q)]
    return f"""
Which outcomes make up a divergence? The contribution of one is p ln(p/q) − p + q: what it costs,
with what probability merely moved elsewhere taken off. Each is 0 or more, it is 0 only where
p = q, and they sum to KL, because Σp = Σq = 1.
  P = 0.7, 0.2, 0.1 and Q = 0.4, 0.4, 0.2:
  contributions   {" + ".join(parts)} = {whole} nats

The bare terms p ln(p/q) sum to the same, but are negative where q is larger:
{", ".join(naive)}. An outcome that lost mass would look like a gain.

"What explains" in a report lists outcomes by their contribution. An outcome with Q = 0 that happens
contributes ∞.

Try: kullback kl 0.7,0.2,0.1 0.4,0.4,0.2
"""


def _plain(p: list[float], q: list[float]) -> list[float]:
    parts = contributions(p, q)
    return [float(c) + a - b for c, a, b in zip(parts, p, q, strict=True)]
