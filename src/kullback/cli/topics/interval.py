"""Topic: intervals."""

from kullback.counts import kl

N = (40, 400, 4_000)
SHARES = (0.5, 0.3, 0.2)
BELIEVED = (0.4, 0.4, 0.2)


def text() -> str:
    """Return the topic with its numbers worked out."""
    shown = "\n".join(f"  {n:>5,} rows a side:   {_line(n)}" for n in N)
    return f"""
An estimate is written "value ± standard error (95 %: [low, high])".

  ±             the standard error: how far the value would typically move with other rows
  [low, high]   the interval: made so that 95 of 100 such intervals hold the truth. It is not the
                value ± 2 errors: near 0 a divergence cannot go below 0, and its law is lopsided

The same shares in more and more rows (0.5, 0.3, 0.2 against 0.4, 0.4, 0.2):
{shown}

What an interval does not say: that the rows are independent (kullback explain clustered), that they
are a fair sample, or that what was never seen does not exist. Where P may hold outcomes that Q's
sample never shows KL has no upper end, and the interval says so.

--level 0.99 and level=0.99 ask for another share.

Try: kullback kl 200,120,80 160,160,80
"""


def _line(n: int) -> str:
    x, y = ([round(n * share) for share in side] for side in (SHARES, BELIEVED))
    return str(kl(x, y)).partition(", zhang")[0].removeprefix("KL(P‖Q) = ")
