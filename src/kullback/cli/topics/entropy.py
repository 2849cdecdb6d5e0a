"""Topic: entropy."""

from kullback.probabilities import entropy
from kullback.units import format_number


def text() -> str:
    """Return the topic with its numbers worked out."""
    genres, fair, sure = [0.5, 0.25, 0.125, 0.125], [0.25] * 4, [1.0, 0, 0, 0]
    some, most, least = (
        format_number(float(entropy(p, unit="bits"))) for p in (genres, fair, sure)
    )
    return f"""
Entropy is the mean surprise of who knows the probabilities: H(P) = −Σ p log p. In bits it is how
many yes-or-no questions are needed on average, by who asks cleverly.
  four film genres at 1/2, 1/4, 1/8, 1/8:   H(P) = {some} bits ("is it a drama?" comes first)
  four genres equally likely:               H(P) = {most} bits, the most that four can have
  always the same genre:                    H(P) = {least} bits

It says how uncertain P is by itself. How far P is from something believed is another question:
KL (kullback explain kl).

From counts the formula comes out too small, since what is rare was not seen yet:
kullback.counts.entropy takes that out, and gives an interval.

Try: kullback kl 0.5,0.25,0.125,0.125 0.25,0.25,0.25,0.25 --bits
"""
