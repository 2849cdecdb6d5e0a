"""You hold a language model's logits or log-probabilities in a file: token by token.

P is the base (or teacher) and Q the model under test, in that order; everything is in nats.
"""

from kullback.lm.about import About
from kullback.lm.accumulator import Accumulator
from kullback.lm.bounds import Bounds
from kullback.lm.candidates import Candidates
from kullback.lm.comparing import accumulate, compare, compare_pair
from kullback.lm.comparison import LMComparison
from kullback.lm.list_bounds import list_bounds
from kullback.lm.list_comparison import ListComparison, compare_lists
from kullback.lm.logits_file import LogitsFile
from kullback.lm.opening import open
from kullback.lm.reading_logprobs import read_logprobs
from kullback.lm.sampled import kl_from_sampled
from kullback.lm.top_k import top_k_bounds
from kullback.lm.top_k_lists import TopK

__all__ = [
    "About",
    "Accumulator",
    "Bounds",
    "Candidates",
    "LMComparison",
    "ListComparison",
    "LogitsFile",
    "TopK",
    "accumulate",
    "compare",
    "compare_lists",
    "compare_pair",
    "kl_from_sampled",
    "list_bounds",
    "open",
    "read_logprobs",
    "top_k_bounds",
]
