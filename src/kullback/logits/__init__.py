"""You hold logits or log-probabilities: exact numbers, fused, nothing materialised.

A row of logits stands for softmax(logits / temperature); log-probabilities are logits, and −∞
is probability zero. P is the truth and Q the model, in that order.
"""

from kullback.logits.measures import (
    cross_entropy,
    entropy,
    jensen_shannon,
    kl,
    summary,
    total_variation,
)
from kullback.logits.state import RowState

__all__ = [
    "RowState",
    "cross_entropy",
    "entropy",
    "jensen_shannon",
    "kl",
    "summary",
    "total_variation",
]
