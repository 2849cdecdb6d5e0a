"""Topic: verdict."""

from kullback.probabilities import jensen_shannon
from kullback.units import NATS_PER_UNIT, format_number

OUTCOMES, ROWS = 20, 500


def text() -> str:
    """Return the topic with its numbers worked out."""
    small, large = (_from_half(rate) for rate in (0.45, 0.3))
    # Without drift 4n·JS in nats follows the chi-square law: its mean is one less than the
    # number of outcomes.
    by_chance = format_number((OUTCOMES - 1) / (4 * ROWS) / NATS_PER_UNIT["bits"], 2)
    return f"""
kullback compare gives each column one of three verdicts. It looks at the Jensen–Shannon
divergence, its interval, and the q-value (the p-value after allowing for many columns):
  ✗ drifted     a change is detected (q-value up to alpha, 0.05) and it matters: the whole
                interval is above the tolerance, 0.01 bits
  = same        the whole interval is below the tolerance: if anything changed, it is small
  ? undecided   the interval holds the tolerance, or nothing is detected: more data is needed,
                and the smallest difference that this much could have shown is given

The scale: a share of 50 % that becomes 45 % is JS = {small} bits, below the tolerance however
many rows show it; one that becomes 30 % is JS = {large} bits, above it.

Why both conditions: with many rows anything is detectable, and with few rows chance alone looks
like drift. Two samples of {ROWS} rows from one and the same distribution over {OUTCOMES} outcomes
differ by about {by_chance} bits of JS. That part is taken out before the verdict.

Rare changes can cost much and move a divergence little: 0 to 1 % missing, a flag that rises from
.1 to .5 %. So the shares of missing, out-of-range, new and rare values, and of keys that repeat,
have tests and tolerances of their own (--missing, --out-of-range, --new, --rare, --unique), and
the column takes the worst verdict.

kullback compare exits with 0 whatever it finds; --fail-on drift makes it exit with 1 when a
column drifted, and --fail-on undecided when one drifted or is undecided.

Try: kullback compare REF CUR --tolerance 0.02
"""


def _from_half(rate: float) -> str:
    value = float(jensen_shannon([rate, 1 - rate], [0.5, 0.5], unit="bits"))
    return format_number(value, 2)
