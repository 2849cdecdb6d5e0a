"""Topic: pooling."""

from kullback.counts import pool
from kullback.units import format_number


def text() -> str:
    """Return the topic with its numbers worked out."""
    x, y = {"a": 50, "b": 3, "c": 2, "d": 1}, {"a": 60, "b": 1, "c": 4}
    pooled = pool(x, y)
    names = ", ".join(map(str, pooled.labels))
    counts = [
        ", ".join(f"{v:g}" for v in side) for side in (pooled.x, pooled.y) if side is not None
    ]
    return f"""
Rare outcomes are noise one by one, and say something together. Pooling takes them as one outcome:
  P: a 50, b 3, c 2, d 1    Q: a 60, b 1, c 4
  pooled ({names}):   P {counts[0]}   Q {counts[1]}
  what that hides: {format_number(float(pooled.drop or 0), 3)} nats of KL

"Other" is what is rare in the reference, "new" what the reference never shows: news is never
thrown together with what is merely rare.

What is rare is decided on the reference alone. Whoever looks at both sides to decide, and then
tests on them, finds differences that are not there, or loses those that are.

KL of what is pooled is a lower bound of KL of what is not: taking outcomes together never adds.
A comparison's verdict pools by the law of the side an outcome lies on; in a picture "other" is only
for the eye, and the numbers are of all outcomes.

In Python: kullback.counts.pool(x, y, by="expected", minimum=5)

Try: kullback kl a=50,b=3,c=3 a=60,b=1,c=4
"""
