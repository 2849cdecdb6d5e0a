"""Topic: clustered errors."""

import math

from kullback.units import format_number

SIZE = 255
ALIKE = (0.0, 0.01, 0.05, 0.2)


def text() -> str:
    """Return the topic with its numbers worked out."""
    shown = "\n".join(
        f"  {alike:<5g}  the error is {_times(alike)} times as large, {_rows(alike)} rows count as one"
        for alike in ALIKE
    )
    return f"""
Rows of one group are often alike: tokens of a chunk of text, lines of an order, flights of an hour.
Then there is less to learn from them than their number says, and errors made for independent rows
are too small. With groups of {SIZE} rows and a correlation between rows of one group of
{shown}

A clustered error takes each group as one observation (Liang and Zeger, 1986): it needs no
correlation, only to be told which rows belong together, and some 20 groups or more.

  lm.compare            by chunk, or by document; the independent error stands beside it
  classifiers.score     cluster=patients, --cluster patient
  rl.kl                 cluster=
  tables.compare        order= and block=; without them, by the first column of times, or as
                        rows lie in a file, where neighbours are seen to be alike

Try: kullback explain interval
"""


def _effect(alike: float) -> float:
    return 1 + (SIZE - 1) * alike


def _times(alike: float) -> str:
    return format_number(math.sqrt(_effect(alike)), 3)


def _rows(alike: float) -> str:
    return format_number(_effect(alike), 3)
