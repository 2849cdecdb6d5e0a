"""Topic: watching over time."""

import math

from kullback.units import format_number

LEVEL, LOOKS, COLUMNS, RUN = 0.05, 365, 20, 365


def text() -> str:
    """Return the topic with its numbers worked out."""
    expected = format_number(LOOKS * LEVEL, 3)
    ever = format_number(100 * (1 - (1 - LEVEL) ** 30), 3)
    bits = format_number(math.log2(RUN * COLUMNS), 3)
    return f"""
Whoever tests every night at {100 * LEVEL:g} % is wrong {expected} nights a year in each column
where nothing happens; after thirty nights, {ever} % of such columns were called drifted once.
kullback compare is for one look. kullback monitor is for as many as you like: at most one false
alarm in {RUN} windows on average, over all columns together.

It bets. For each column, on "more rows than usual are ≤ 10", "less are missing", and so on. While
nothing has changed, no bet wins on average, whenever one stops; so what is won is evidence of a
change. It is counted in bits: one bit is one doubling of the money. With {COLUMNS} columns a column
is alarmed at log₂({RUN} · {COLUMNS}) = {bits} bits.

  --run 180          one false alarm in 180 windows
  --alpha 0.05       or: a chance of 5 % of ever a false alarm
  --tolerance 0.01   changes below .01 bits of JS are none
  --season weekday   Sundays are compared with Sundays
  --rolling 26       the last 26 windows are what is usual
  --within 3         can a shift of --shift 0.25 sd be told within 3 windows, and at what cost?

Give the reference with the same column of times: how much its days differ says what is usual.

Try: kullback monitor examples/flights-january.parquet examples/flights-july.parquet --on time_hour
"""
