"""Topic: infinite."""

from kullback.probabilities import jensen_shannon, kl
from kullback.units import format_number


def text() -> str:
    """Return the topic with its numbers worked out."""
    p, q = [0.5, 0.5], [1.0, 0.0]
    forward, reverse = format_number(float(kl(p, q))), format_number(float(kl(q, p)))
    bounded = format_number(float(jensen_shannon(p, q, unit="bits")))
    invented = "\n".join(
        f"  epsilon {epsilon:<6g} gives {_with(epsilon)} nats" for epsilon in TRIED
    )
    return f"""
KL(P‖Q) is infinite when something that happens (P > 0) was called impossible (Q = 0). That is
no accident of arithmetic: no finite code, and no bet, survives an impossible thing.
  P = 0.5, 0.5 and Q = 1, 0:   KL(P‖Q) = {forward}

What helps:
  a bounded measure            JS(P, Q) = {bounded} bits, never above 1
  the other direction          KL(Q‖P) = {reverse} nats, if that is your question
  counts in place of shares    in a sample 0 means "not seen yet", not "impossible":
                               kullback kl 50,50 100,0 estimates, with an error

What does not help is a small epsilon in place of the 0: it lets you choose the answer.
P = 0.9, 0.1 and Q = 1−epsilon, epsilon:
{invented}

Try: kullback kl 0.5,0.5 1,0 --explain
"""


TRIED = (1e-3, 1e-6, 1e-10, 1e-12)


def _with(epsilon: float) -> str:
    return format_number(float(kl([0.9, 0.1], [1 - epsilon, epsilon])), 3)
