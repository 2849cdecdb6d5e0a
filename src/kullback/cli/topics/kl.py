"""Topic: the Kullback–Leibler divergence."""

import math

from kullback.probabilities import kl

SHARES = (0.51, 0.55, 0.6, 0.75, 0.99)
CERTAIN = 100  # to one


def text() -> str:
    """Return the topic with its numbers worked out."""
    scale = "\n".join(
        f"  a coin with {share:.2f} believed fair:   {_bits(share)} bits a throw, told apart after "
        f"some {_throws(share)} throws"
        for share in SHARES
    )
    return f"""
KL(P‖Q) = Σ p log(p/q) is the extra surprise, an observation, of who believes Q while P happens.
It is 0 only where they are equal, and never below. It has no upper end: see infinite.

A feeling for the scale:
{scale}

Three ways to read a number of bits:
  coding    so many bits an outcome longer is a code made for Q
  betting   by so much a bettor who knows P grows faster, in doublings a bet at Q's odds
  testing   after N observations P is 2 to the power of N·KL times as likely as Q, on average;
            the throws above make that {CERTAIN} to one

It is no distance: it has a direction (kullback explain direction), and no triangle. From data it
comes with an error (kullback explain bias, interval).

Try: kullback kl 0.55,0.45 0.5,0.5 --bits
"""


def _divergence(share: float) -> float:
    return float(kl([share, 1 - share], [0.5, 0.5]))


def _bits(share: float) -> str:
    return f"{_divergence(share) / math.log(2):.4f}"


def _throws(share: float) -> str:
    return f"{math.ceil(math.log(CERTAIN) / _divergence(share)):,}"
