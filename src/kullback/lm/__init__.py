"""You hold a language model's logits or log-probabilities in a file: token by token.

P is the base (or teacher) and Q the model under test, in that order; everything is in nats.
"""

from kullback.lm.logits_file import LogitsFile
from kullback.lm.opening import open

__all__ = [
    "LogitsFile",
    "open",
]
