"""You hold a language model's logits or log-probabilities in a file: token by token.

P is the base (or teacher) and Q the model under test, in that order; everything is in nats.
"""

from kullback.lm.differences.explain import Mismatch, mismatch
from kullback.lm.differences.speculate import Speculation, speculate
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.open import open
from kullback.lm.files.sketch import Sketch
from kullback.lm.models.record import record
from kullback.lm.sketches.kept import SketchTokens, sketch_tokens
from kullback.lm.sketches.sizes import sketch_sizes
from kullback.lm.sketches.write import append, merge_sketches, sketch
from kullback.lm.streams.online import OnlineComparator, OnlineComparison, compare_streams
from kullback.lm.tokens.about import About
from kullback.lm.tokens.accumulator import Accumulator
from kullback.lm.tokens.candidates import Candidates
from kullback.lm.tokens.compare import accumulate, compare, compare_pair
from kullback.lm.tokens.comparison import LMComparison
from kullback.lm.top_k.bounds import Bounds
from kullback.lm.top_k.bounds_of_lists import list_bounds
from kullback.lm.top_k.bounds_of_rows import top_k_bounds
from kullback.lm.top_k.compare import ListComparison, compare_lists
from kullback.lm.top_k.lists import TopK
from kullback.lm.top_k.read import read_logprobs
from kullback.lm.top_k.sampled import kl_from_sampled
from kullback.lm.words.compare_bytes import ByteComparison, compare_bytes
from kullback.lm.words.pieces import token_pieces

__all__ = [
    "About",
    "Accumulator",
    "Bounds",
    "ByteComparison",
    "Candidates",
    "LMComparison",
    "ListComparison",
    "LogitsFile",
    "Mismatch",
    "OnlineComparator",
    "OnlineComparison",
    "Sketch",
    "SketchTokens",
    "Speculation",
    "TopK",
    "accumulate",
    "append",
    "compare",
    "compare_bytes",
    "compare_lists",
    "compare_pair",
    "compare_streams",
    "kl_from_sampled",
    "list_bounds",
    "merge_sketches",
    "mismatch",
    "open",
    "read_logprobs",
    "record",
    "sketch",
    "sketch_sizes",
    "sketch_tokens",
    "speculate",
    "token_pieces",
    "top_k_bounds",
]
