"""What is kept of each scored token: a hundred bytes in place of a row of logits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# One record a token, in nats. What is not known is NaN, and −1 among the places and ids.
TOKEN = np.dtype(
    [
        ("cluster", "<i8"),
        ("position", "<i8"),
        ("target", "<i4"),
        ("top_base", "<i4"),
        ("top_model", "<i4"),
        ("clamped", "<i4"),  # 1: the target was clamped in the base's file, 2: the model's
        ("kl", "<f8"),
        ("reverse_kl", "<f8"),
        ("jensen_shannon", "<f8"),
        ("total_variation", "<f8"),
        ("delta_p", "<f8"),
        ("nll_base", "<f8"),
        ("nll_model", "<f8"),
        ("confidence", "<f4"),
        ("top_k_overlap", "<f4"),
        ("same_top", "<f4"),
        ("noise", "<f4"),
        ("dropped_base", "<f4"),
        ("dropped_model", "<f4"),
        ("kl_more", "<f4"),  # how much more than is said clamped tokens allow
        ("reverse_kl_more", "<f4"),
        ("jensen_shannon_more", "<f4"),
        ("total_variation_more", "<f4"),
        ("rounding_base", "<f4"),  # how far each stored ln p may be off, in nats
        ("rounding_model", "<f4"),
    ]
)
# The measures of how far apart two rows are.
DISTANCES = ("kl", "reverse_kl", "jensen_shannon", "total_variation")
# What is in nats, as every token is kept.
IN_NATS = tuple(
    name
    for name in TOKEN.names or ()
    if name.startswith(("kl", "reverse_kl", "jensen_shannon", "nll")) or name == "noise"
)
# What is 0 unless it is said.
ZERO = ("noise", "dropped_base", "dropped_model", "rounding_base", "rounding_model")
# How many of the most probable tokens of both sides are compared.
TOP = 10

Tokens = NDArray[Any]


def empty(count: int) -> Tokens:
    """Return so many tokens of which nothing is known yet.

    Examples
    --------
    >>> bool(np.isnan(empty(2)["kl"]).all()), empty(2)["target"].tolist()
    (True, [-1, -1])
    """
    tokens = np.zeros(count, dtype=TOKEN)
    for name in TOKEN.names or ():
        tokens[name] = -1 if TOKEN[name].kind == "i" else np.nan
    tokens["clamped"] = 0
    for name in (*ZERO, *map(more_of, DISTANCES)):
        tokens[name] = 0.0
    return tokens


def more_of(distance: str) -> str:
    """Return the column that says by how much a distance may be larger."""
    return f"{distance}_more"


def rounded_up(number: float) -> np.float32:
    """Return a number ≥ 0 in float32, not below itself.

    Examples
    --------
    >>> float(rounded_up(0.0)), float(rounded_up(0.1)) >= 0.1
    (0.0, True)
    """
    near = np.float32(number)
    return near if near >= number else np.nextafter(near, np.float32(np.inf))
