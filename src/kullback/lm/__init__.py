"""You hold a language model's logits or log-probabilities in a file: token by token.

P is the base (or teacher) and Q the model under test, in that order; everything is in nats.
"""

from kullback.lm.about import About
from kullback.lm.accumulator import Accumulator
from kullback.lm.candidates import Candidates
from kullback.lm.comparing import accumulate, compare, compare_pair
from kullback.lm.comparison import LMComparison
from kullback.lm.logits_file import LogitsFile
from kullback.lm.opening import open

__all__ = [
    "About",
    "Accumulator",
    "Candidates",
    "LMComparison",
    "LogitsFile",
    "accumulate",
    "compare",
    "compare_pair",
    "open",
]
