"""Topic: the population stability index."""

from kullback.units import format_number

ROWS = (100, 400, 2_000, 20_000)
BINS = 10


def text() -> str:
    """Return the topic with its numbers worked out."""
    chance = "\n".join(
        f"  {rows:>6,} rows a side:  PSI = {format_number((BINS - 1) * 2 / rows, 2)} by chance"
        for rows in ROWS
    )
    enough = format_number((BINS - 1) * 2 / 0.1, 3)
    return f"""
The population stability index is the sum of (p − q) ln(p/q) over bins: KL in one direction plus
KL in the other, in nats. Its rule of thumb ("below .1 stable, above .25 shifted") has no n in it.
Two samples of the same distribution in K bins show (K − 1)(1/n + 1/m) by chance alone. With
{BINS} bins:
{chance}
So .1 is pure noise up to {enough} rows a side, and with many rows it is far above what can be seen.

counts.psi takes that chance level out and gives an interval and a p-value instead. Where a bin is
empty on one side the index is infinite: tools that print a number there add an epsilon, and the
number is that of the epsilon.

In Python: kullback.counts.psi([30, 40, 30], [20, 45, 35])

Try: kullback kl 0.30,0.40,0.30 0.20,0.45,0.35
"""
