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
        ("tail", "<f4"),  # of KL, what is supposed of clamped tokens
    ]
)
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
    for name in ("noise", "dropped_base", "dropped_model", "tail"):
        tokens[name] = 0.0
    return tokens
