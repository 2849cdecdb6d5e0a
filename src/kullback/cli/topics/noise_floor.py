"""Topic: the noise floor."""

from kullback.units import format_number

STEPS = {"bfloat16": 2**-7, "float16": 2**-10, "float32": 2**-23}
LOGIT = 16


def text() -> str:
    """Return the topic with its numbers worked out."""
    shown = "\n".join(f"  {name:<9} about {_floor(step)} nats" for name, step in STEPS.items())
    return f"""
Logits are stored rounded, so that a model compared with its own logits, stored in another way, is
not 0 away. An error of e in each log-probability costs about e²/2. Logits of size {LOGIT}, each rounded
to the nearest number that the type holds:
{shown}
llama.cpp's files keep 16 bits over 16 nats, and clamp what lies deeper.

kullback lm finds the floor from the files themselves, row by row, and writes it beside each mean. A
KL near its floor says nothing about the model; one ten times above it is the model's.

What rounding does to single tokens may be negative in other tools ("Minimum KLD −0.00002"). Here
each term of the sum is 0 or more, and what rounding does to the sums cancels.

Try: kullback explain sketch
"""


def _floor(step: float) -> str:
    error = LOGIT * step / 12**0.5  # uniform between half a step below and above, near LOGIT
    return format_number(error**2 / 2, 2)
