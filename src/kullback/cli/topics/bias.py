"""Topic: bias, the chance level."""

from kullback.counts import jensen_shannon, kl
from kullback.units import format_number

OUTCOMES = 20
ROWS = (100, 1_000, 10_000)


def text() -> str:
    """Return the topic with its numbers worked out."""
    chance = "\n".join(
        f"  {rows:>6,} rows a side:   about {_by_chance(rows)} nats of KL by chance"
        for rows in ROWS
    )
    x, y = [30, 26, 24, 20], [25, 25, 25, 25]
    raw, clean = (kl(x, y, method=method) for method in ("plug-in", "zhang"))
    js = jensen_shannon(x, y)
    return f"""
Two samples of one and the same distribution never look equal. The formula for KL, given the shares
of two samples, shows about (K − 1)/2 · (1/n + 1/m) nats although nothing differs. With
K = {OUTCOMES} outcomes:
{chance}

So a small sample always "drifts", the more so the more outcomes there are. That part has a name
here, null_bias, and estimates are made so that it is taken out. For counts 30, 26, 24, 20 and
25, 25, 25, 25:
  the formula (plug-in)   KL = {format_number(raw.value, 3)} nats, of which {_null(raw)} by chance
  Zhang's estimate        KL = {format_number(clean.value, 3)} nats
  and for JS              JS = {format_number(js.value, 3)} nats

What is left may be below 0 for KL: then a note says that chance explains it all.

Try: kullback kl 30,26,24,20 25,25,25,25
"""


def _by_chance(rows: int) -> str:
    return format_number((OUTCOMES - 1) / rows, 2)


def _null(estimate: object) -> str:
    return format_number(getattr(estimate, "null_bias", None) or 0.0, 3)
