"""Topic: smoothing."""

from kullback.counts import smooth
from kullback.probabilities import kl
from kullback.units import format_number

SEEN = {"a": 14, "b": 6, "c": 0}
METHODS = ("laplace", "jeffreys", "witten-bell")


def text() -> str:
    """Return the topic with its numbers worked out."""
    rows = "\n".join(_row(method) for method in METHODS)
    epsilon = ", ".join(_epsilon(e) for e in (1e-3, 1e-6, 1e-12))
    return f"""
A share of 0 in a sample means "not seen yet". Smoothing gives it a share by a rule with a name. For
14 a, 6 b and no c, and what P = 0.6, 0.3, 0.1 then costs:
{rows}

Which one? laplace (one more of each) where outcomes are few and known, jeffreys (half of one) as a
middle way, good-turing and witten-bell where new outcomes keep coming, dirichlet where you have a
distribution to lean on (toward=, strength=).

An epsilon is smoothing without a name: {epsilon} nats for
epsilon 1e-3, 1e-6 and 1e-12. The number is that of the epsilon, so there is none in this package:
kullback.counts.smooth names its rule, and counts.kl(…, method="dirichlet", smoothing="laplace")
writes it in the result. counts.kl takes laplace, jeffreys, perks, a number and a counts.Toward:
what is added to each count, so that it can say the error. The other rules are those of
counts.smooth alone; give the shares that it makes to kullback.kl, which adds no error to them.

Try: kullback kl 14,6,0 12,6,2
"""


def _row(method: str) -> str:
    shares = smooth(SEEN, method=method)
    values = [float(shares[name]) for name in SEEN] if isinstance(shares, dict) else list(shares)
    cost = format_number(float(kl([0.6, 0.3, 0.1], values)), 3)
    return f"  {method:<12} {', '.join(f'{v:.3f}' for v in values)}   KL = {cost} nats"


def _epsilon(epsilon: float) -> str:
    return format_number(float(kl([0.6, 0.3, 0.1], [0.7, 0.3 - epsilon, epsilon])), 3)
