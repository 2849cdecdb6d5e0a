"""Topic: p-values and q-values."""

from kullback.statistics.false_discovery import q_values
from kullback.units import format_number

COLUMNS, LEVEL = 50, 0.05
P_VALUES = (0.001, 0.012, 0.03, 0.2, 0.6)


def text() -> str:
    """Return the topic with its numbers worked out."""
    wrong = format_number(COLUMNS * LEVEL, 2)
    ever = format_number(100 * (1 - (1 - LEVEL) ** COLUMNS), 2)
    found = [format_number(float(q), 2) for q in q_values(list(P_VALUES))]
    return f"""
A p-value is the chance of a difference at least as large as the one seen, when nothing has changed.
It is not the chance that nothing has changed, and it says nothing of how large a change is.

Test {COLUMNS} columns that did not change at {LEVEL}: on average {wrong} are called changed, and in {ever} % of such
tables at least one is. The q-value allows for that (Benjamini and Hochberg, 1995): if all columns
with q up to {LEVEL} are called changed, 1 in 20 of these calls is wrong on average.
  p-values   {", ".join(f"{p:g}" for p in P_VALUES)}
  q-values   {", ".join(found)}

It guards the calls of one comparison. Whoever compares every night asks 365 times a year:
see kullback explain monitor.

Where rows hang together (one order, many lines) p-values of independent rows are far too small;
kullback compare allows for it where a column of times shows it (kullback explain clustered).

Try: kullback kl 30,40,30 20,45,35
"""
