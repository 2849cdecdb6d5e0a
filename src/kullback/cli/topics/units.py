"""Topic: units."""

from kullback.probabilities import kl
from kullback.units import NATS_PER_UNIT, format_number


def text() -> str:
    """Return the topic with its numbers worked out."""
    p, q = [0.7, 0.2, 0.1], [0.4, 0.4, 0.2]
    nats, bits, bans = (format_number(float(kl(p, q, unit=unit))) for unit in NATS_PER_UNIT)
    bit, ban = (format_number(NATS_PER_UNIT[unit]) for unit in ("bits", "bans"))
    return f"""
The unit is the base of the logarithm. It changes the number, never the meaning:
  nats   natural logarithm, the usual unit of formulas
  bits   base 2, yes-or-no questions:   1 bit = {bit} nats
  bans   base 10, decimal digits:       1 ban = {ban} nats

One divergence in all three (P = 0.7, 0.2, 0.1 and Q = 0.4, 0.4, 0.2):
  KL(P‖Q) = {nats} nats = {bits} bits = {bans} bans

kullback kl answers in nats, kullback compare in bits; --unit changes it, and every number says
its unit. In Python adding two different units is an error, and x.to("bits") converts.

Try: kullback kl 0.7,0.2,0.1 0.4,0.4,0.2 --unit bans
"""
