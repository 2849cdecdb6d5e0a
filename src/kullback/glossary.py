"""The words that outputs use, in plain words: what `kullback explain` and the footers draw from.

The site's glossary is made from it too, so that a word means the same wherever it is read.
"""

from typing import NamedTuple


class Word(NamedTuple):
    """A word of the field.

    Parameters
    ----------
    meaning : str
        What it means, in a sentence or two.
    topic : str
        The topic of `kullback explain` that works it out; "" where that is its own.
    also : tuple of str
        Other spellings under which it is looked up.
    """

    meaning: str
    topic: str = ""
    also: tuple[str, ...] = ()


WORDS: dict[str, Word] = {
    # what is measured
    "surprise": Word(
        "−log of the probability of what happened: the less likely, the more surprising.",
        also=("surprisal", "self-information"),
    ),
    "entropy": Word(
        "The mean surprise of who knows the probabilities, H(P): how uncertain P is by itself.",
        also=("h", "h(p)", "shannon-entropy"),
    ),
    "cross-entropy": Word(
        "The mean surprise of who believes Q while P happens: H(P, Q) = H(P) + KL(P‖Q).",
        also=("h(p,q)", "log-loss", "logloss", "nll"),
    ),
    "kl": Word(
        "The Kullback–Leibler divergence KL(P‖Q): the extra surprise, an observation, of who "
        "believes Q while P happens. 0 only where they are equal.",
        also=("kl-divergence", "kullback-leibler", "relative-entropy", "kl(p‖q)", "divergence"),
    ),
    "when": Word(
        "Which measure answers which question: KL, cross-entropy, Jensen–Shannon or another.",
        also=("which", "which-measure", "kl-or-cross-entropy"),
    ),
    "direction": Word(
        "KL(P‖Q) and KL(Q‖P) are two questions. The order is always P, what happens, then Q, what "
        "was believed.",
        also=("reverse", "reverse-kl", "forward", "asymmetry", "kl(q‖p)", "p-and-q"),
    ),
    "infinite": Word(
        "KL(P‖Q) is infinite where something that happens was called impossible (Q = 0).",
        also=("infinity", "inf", "zero", "zeros", "infinite-kl", "support"),
    ),
    "units": Word(
        "Nats, bits and bans are the natural, the binary and the decimal logarithm.",
        also=("unit", "nats", "nat", "bits", "bit", "bans", "ban"),
    ),
    "js": Word(
        "The Jensen–Shannon divergence: how far P and Q are from their average; from 0 to 1 bit, "
        "the same in both directions. Its square root is the Jensen–Shannon distance.",
        also=("jensen-shannon", "js-divergence", "js-distance", "√js", "js(p,q)"),
    ),
    "jeffreys": Word("KL(P‖Q) + KL(Q‖P), the sum of both directions.", "direction"),
    "total-variation": Word(
        "The largest difference of probability that P and Q give to any event; from 0 to 1.",
        "when",
        ("tv", "tv(p,q)"),
    ),
    "hellinger": Word(
        "A distance from 0 to 1: √(1 − Σ√(pq)), gentle where outcomes are rare.", "when"
    ),
    "chi-square": Word("Σ(p − q)²/q: what KL is nearly half of, where P is close to Q.", "when"),
    "renyi": Word(
        "A family of divergences with an order; order 1 is KL, and larger ones weigh what Q calls "
        "unlikely more.",
        "when",
    ),
    "contribution": Word(
        "What one outcome adds: p ln(p/q) − p + q. Each is 0 or more, and they sum to KL.",
        also=("contributions", "what-explains", "explains"),
    ),
    "psi": Word(
        "The population stability index: both KLs of two histograms, added up.",
        also=("population-stability-index",),
    ),
    "mutual-information": Word(
        "How much one variable says of another: KL of the joint distribution from the product of "
        "the two.",
        "when",
        ("information",),
    ),
    # what is known from data
    "bias": Word(
        "What an estimate shows by chance alone although nothing differs; it is taken out.",
        also=("chance", "null-bias", "chance-level", "by-chance"),
    ),
    "interval": Word(
        "The values that the data leave possible: of so many such intervals, the level says how "
        "many hold the truth.",
        also=("confidence-interval", "95%", "level", "standard-error", "±", "error-bar"),
    ),
    "p-value": Word(
        "The chance of a difference at least this large when nothing has changed.",
        "q-value",
        ("p",),
    ),
    "q-value": Word(
        "The p-value after allowing for many tests (Benjamini–Hochberg): calling all up to 0.05 "
        "changed leaves 1 in 20 of these calls wrong.",
        also=("q", "alpha", "false-discovery", "fdr"),
    ),
    "smoothing": Word(
        "Giving outcomes that were not seen a share, by a rule with a name; never done in silence.",
        also=("smooth", "epsilon", "pseudo-count", "laplace", "dirichlet", "pseudocount"),
    ),
    "pooling": Word(
        "Taking rare outcomes together as one, decided on the reference alone.",
        also=("pool", "pooled", "rare", "rare-outcomes", "other"),
    ),
    "clustered": Word(
        "Errors that allow for rows of one group (a chunk, a patient, an hour) being alike.",
        also=("cluster", "clusters", "groups", "dependence", "effective-rows"),
    ),
    "unseen": Word("The share of P's sample in outcomes that Q's sample never shows.", "smoothing"),
    # two datasets
    "verdict": Word(
        "Same, drifted or undecided: whether a change is both detected and large enough to matter.",
        also=("verdicts", "drift", "thresholds"),
    ),
    "drifted": Word("A change is detected, and is larger than the tolerance.", "verdict"),
    "same": Word("If anything changed, it is smaller than the tolerance.", "verdict"),
    "undecided": Word("More data is needed to say more.", "verdict", ("detectable",)),
    "lost": Word("A column that only the reference has; a gate fails.", "verdict"),
    "new": Word("A column, or an outcome, that only the current data has.", "verdict", ("gone",)),
    "retyped": Word("A column of another kind of type than in the reference.", "role"),
    "skipped": Word("A column that was not compared, with the reason.", "role", ("id-like",)),
    "tolerance": Word(
        "The Jensen–Shannon divergence, in bits, up to which a change does not matter.",
        "verdict",
        ("limit", "limits", "material"),
    ),
    "reference": Word("Q: what was believed, such as last month's data.", "direction"),
    "current": Word("P: what happens now, such as today's data.", "direction"),
    "role": Word(
        "How a column is read: categorical, numeric, integer-coded, date/time or boolean.",
        also=("roles", "categorical", "numeric", "integer-coded", "date/time", "boolean"),
    ),
    "bins": Word(
        "The ranges in which numbers are counted, made from the reference alone.",
        also=("bin", "histogram", "edges"),
    ),
    "missing": Word(
        "Rows without a value; their share has a test and a verdict of its own.", "role"
    ),
    "out-of-range": Word("Rows outside the smallest and largest value of the reference.", "bins"),
    "profile": Word("A table reduced to counts; holds no rows.", "bins"),
    "gate": Word("Exit code 1, or an assertion that fails, where data drifted.", "verdict"),
    "waiver": Word("A column that may differ until a day, and why.", "verdict"),
    # over time
    "monitor": Word(
        "Watching over time: at most one false alarm in so many windows, over all columns.",
        also=("evidence", "e-value", "false-alarm", "alarm", "season", "window", "windows"),
    ),
    # models
    "perplexity": Word(
        "e to the cross-entropy in nats: among how many equally likely tokens a model chooses.",
        also=("ppl",),
    ),
    "noise-floor": Word(
        "The KL that a file's rounding makes by itself; what lies near it says nothing.",
        also=("floor", "rounding"),
    ),
    "sketch": Word(
        "A row of logits kept as its likeliest tokens and some drawn ones, with their chances.",
        also=("sketches", "sampling-error", "head", "tail"),
    ),
    "same-top": Word(
        "The share of rows whose likeliest token is the same.", "perplexity", ("top-1",)
    ),
    "delta-p": Word(
        "The change in the probability of the token that came.", "perplexity", ("δp", "Δp")
    ),
    "calibration": Word(
        "Whether what was predicted at 70 % comes true in 70 of 100 cases.",
        also=("miscalibration", "ece", "reliability", "discrimination", "uncertainty", "brier"),
    ),
    "skill": Word(
        "The share of the base rates' surprise that predictions save: 0 knows no more than them, 1 "
        "knows all.",
        also=("auc", "accuracy", "score"),
    ),
    # how a number was obtained
    "method": Word(
        "How a number was obtained: closed form, quadrature, summation or Monte Carlo; each with "
        "its error.",
        also=("closed-form", "quadrature", "summation", "monte-carlo", "bregman", "estimator"),
    ),
}
_SPELLINGS = {other: word for word, entry in WORDS.items() for other in entry.also}


def find(text: str) -> str | None:
    """Return the word that a text means, or nothing.

    Examples
    --------
    >>> find("Noise floor"), find("nats"), find("xyzzy")
    ('noise-floor', 'units', None)
    """
    asked = "-".join(text.lower().replace("_", " ").replace("-", " ").split())
    return asked if asked in WORDS else _SPELLINGS.get(asked)


def topic_of(word: str) -> str:
    """Return the topic that works a word out.

    Examples
    --------
    >>> topic_of("p-value"), topic_of("kl")
    ('q-value', 'kl')
    """
    return WORDS[word].topic or word


def spellings() -> tuple[str, ...]:
    """Return every word and every other spelling."""
    return (*WORDS, *_SPELLINGS)


def footer(*words: str) -> str:
    """Return the line at the foot of an output that says where its words are explained.

    Examples
    --------
    >>> footer("verdict", "js", "q-value")
    'What the words mean: kullback explain verdict · js · q-value'
    """
    for word in words:
        assert word in WORDS, word
    return f"What the words mean: kullback explain {' · '.join(words)}"
