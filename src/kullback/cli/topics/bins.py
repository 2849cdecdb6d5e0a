"""Topic: bins."""

from kullback.probabilities import kl
from kullback.units import format_number

WIDTHS = (2, 4, 8, 16)


def text() -> str:
    """Return the topic with its numbers worked out."""
    grow = "\n".join(f"  {k:>2} bins:  KL = {_kl(k)} nats" for k in WIDTHS)
    return f"""
Numbers are counted in bins. Where they are cut changes the number: finer bins never show less, and
of samples they show more chance as well. Uniform on 0 to 1 against a density rising from 0 to 2:
{grow}
  without bins  1 − ln 2 = 0.3069 nats

What kullback compare does:
  the reference alone decides the edges, at its quantiles, with finer bins for the tails, and one on
  each side for what lies beyond everything that the reference holds
  both sides are counted with the same edges; what chance shows in so many bins is taken out
  a test that knows the order of numbers stands beside (Anderson and Darling)
  whole numbers of up to 256 different values are counted by value

How much a column depends on all this: tables.sensitivity shows it under several numbers of bins.
KL of raw samples needs no bins: kullback.samples.kl. Histograms with their edges:
kullback.from_histograms.

Try: kullback kl 0.25,0.25,0.25,0.25 0.0625,0.1875,0.3125,0.4375
"""


def _kl(bins: int) -> str:
    rising = [((i + 1) ** 2 - i**2) / bins**2 for i in range(bins)]
    return format_number(float(kl([1 / bins] * bins, rising)), 4)
