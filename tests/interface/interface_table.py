"""The public interface as a table: measure × room × arguments × result.

A cell is `Cell(arguments, result)` or the reason why it is empty. `arguments` are those that a
caller gives by position; what is given by keyword stands in `SHARED`, since it means the same in
every room that has it. Where a room differs on purpose, `DIFFERENT` says why; what differs without
a reason stands in `INCONSISTENT`, until it is mended.
"""

from typing import NamedTuple


class Cell(NamedTuple):
    """What one room offers under one word."""

    arguments: str
    result: str


EXACT = Cell("p q", "Information")
PLAIN = Cell("p q", "float")
FORMULA = Cell("p q", "Divergence")
ESTIMATED = Cell("x y", "Estimate")
NO_ESTIMATOR = "no estimator with an error is known"
BY_COUNTS = "count the values and use kullback.counts"
PROBABILITIES_FIRST = "softmax first: kullback has it for probabilities"
NO_FORMULA = "no closed form that is worth its code; integrate a Density"

KL_OF_JOINT = "it is kl of the joint from the product of its margins"
NO_COLUMNS = "entropies of a formula add up: h(X) + h(Y) − h(X, Y)"

ROOMS = ("probabilities", "logits", "counts", "samples", "distributions")

MEASURES: dict[str, tuple[Cell | str, ...]] = {
    # measure: (probabilities, logits, counts, samples, distributions)
    "entropy": (
        Cell("p", "Information"),
        Cell("p", "Information"),
        Cell("x", "Estimate"),
        Cell("x", "Estimate"),
        Cell("p", "Divergence"),
    ),
    "cross_entropy": (EXACT, EXACT, ESTIMATED, NO_ESTIMATOR, FORMULA),
    "kl": (EXACT, EXACT, ESTIMATED, ESTIMATED, FORMULA),
    "kl_to_known": (
        "probabilities are known",
        "logits are known",
        Cell("x q", "Estimate"),
        Cell("x distribution", "Estimate"),
        "formulas are known",
    ),
    "jeffreys": (
        EXACT,
        PROBABILITIES_FIRST,
        "add the two estimates: their errors depend on one another",
        "add the two estimates: their errors depend on one another",
        FORMULA,
    ),
    "jensen_shannon": (Cell("p q *more", "Information"), EXACT, ESTIMATED, ESTIMATED, FORMULA),
    "jensen_shannon_distance": (
        EXACT,
        PROBABILITIES_FIRST,
        "the root of an estimate is biased",
        "the root of an estimate is biased",
        "the root of jensen_shannon",
    ),
    "renyi": (
        Cell("p q order", "Information"),
        PROBABILITIES_FIRST,
        NO_ESTIMATOR,
        NO_ESTIMATOR,
        Cell("p q order", "Divergence"),
    ),
    "tsallis": (
        Cell("p q order", "float"),
        PROBABILITIES_FIRST,
        NO_ESTIMATOR,
        NO_ESTIMATOR,
        Cell("p q order", "Divergence"),
    ),
    "alpha_divergence": (
        Cell("p q alpha", "float"),
        PROBABILITIES_FIRST,
        NO_ESTIMATOR,
        NO_ESTIMATOR,
        Cell("p q alpha", "Divergence"),
    ),
    "bhattacharyya": (EXACT, PROBABILITIES_FIRST, NO_ESTIMATOR, NO_ESTIMATOR, FORMULA),
    "hellinger": (PLAIN, PROBABILITIES_FIRST, NO_ESTIMATOR, NO_ESTIMATOR, FORMULA),
    "total_variation": (PLAIN, PLAIN, NO_ESTIMATOR, NO_ESTIMATOR, FORMULA),
    "chi_square": (PLAIN, PROBABILITIES_FIRST, NO_ESTIMATOR, NO_ESTIMATOR, FORMULA),
    "f_divergence": (
        Cell("p q f", "float"),
        PROBABILITIES_FIRST,
        NO_ESTIMATOR,
        NO_ESTIMATOR,
        NO_FORMULA,
    ),
    "surprisal": (
        Cell("p", "ndarray"),
        "it is log_softmax, with the sign changed",
        "of an estimated probability it is biased",
        BY_COUNTS,
        "it is −log_density",
    ),
    "renyi_entropy": (
        Cell("p order", "Information"),
        PROBABILITIES_FIRST,
        NO_ESTIMATOR,
        NO_ESTIMATOR,
        NO_FORMULA,
    ),
    "contributions": (
        Cell("p q", "ndarray"),
        PROBABILITIES_FIRST,
        "an Estimate has .contributions",
        "a sample has no outcomes",
        "a density has no outcomes",
    ),
    "pairwise": (
        Cell("measure P Q", "ndarray"),
        PROBABILITIES_FIRST,
        "loop over the pairs",
        "loop over the pairs",
        "a batch of parameters broadcasts",
    ),
    "compare": (
        Cell("p q", "Scorecard"),
        "logits.summary has all measures of all rows",
        Cell("x y", "Scorecard"),
        "samples.estimates has every method side by side",
        Cell("p q", "FormulaComparison"),
    ),
    "mutual_information": (
        KL_OF_JOINT,
        PROBABILITIES_FIRST,
        Cell("table", "Estimate"),
        Cell("x y", "Estimate"),
        Cell("joint", "Divergence"),
    ),
    "conditional_entropy": (
        "entropy of the joint less that of the margin",
        PROBABILITIES_FIRST,
        Cell("table", "Estimate"),
        Cell("x y", "Estimate"),
        NO_COLUMNS,
    ),
    "total_correlation": (
        KL_OF_JOINT,
        PROBABILITIES_FIRST,
        Cell("table", "Estimate"),
        Cell("x", "Estimate"),
        NO_COLUMNS,
    ),
    "transfer_entropy": (
        "a distribution has no past",
        "logits have no past",
        Cell("source target", "Estimate"),
        Cell("source target", "Estimate"),
        "a formula has no past",
    ),
    "estimates": (
        "an exact number needs no second one",
        "an exact number needs no second one",
        Cell("x y", "list"),
        Cell("x y", "list"),
        "route says which way is taken",
    ),
}

# What reads one thing for a room, and is given at the top too.
READERS: dict[str, tuple[str, str, str]] = {
    # reader: (room, arguments, result)
    "from_histograms": ("counts", "p q", "tuple"),
    "from_density": ("distributions", "x density", "GridDensity"),
}

# Keywords that mean the same in every room, and their default.
SHARED: dict[str, object] = {
    "unit": "nats",
    "level": 0.95,
    "mass": "check",
    "axis": -1,
    "temperature": 1.0,
    "weights": None,
    "mask": None,
    "cluster": None,
    "seed": None,
    "columns": None,
    "engine": "auto",
    "alpha": 0.05,
    "tolerance": 0.01,
    "soft": False,
    "strict": False,
}

# Measures without a unit take none.
UNITLESS = (
    "tsallis",
    "alpha_divergence",
    "total_variation",
    "hellinger",
    "chi_square",
    "f_divergence",
)

# (room, function, keyword), * for any: why it differs on purpose.
TABLES_IN_BITS = "people compare tolerances of tables in bits"
DIFFERENT: dict[tuple[str, str, str], str] = {
    **{
        ("tables", verb, "unit"): TABLES_IN_BITS
        for verb in ("compare", "windows", "segments", "joint", "sensitivity", "monitor")
    },
    ("lm", "*", "cluster"): "a file knows its chunks: the word names how tokens go together",
    ("tables", "*", "seed"): "a comparison says its seed, so that it is a number; 0 as elsewhere",
    (
        "lm",
        "*",
        "seed",
    ): "a sketch or record keeps its seed, so that it is a number; 0 as elsewhere",
    ("tables", "monitor", "alpha"): "the chance of ever a false alarm, asked for by name only",
    ("tables", "monitor", "tolerance"): "a monitor looks for any change unless told otherwise",
}

# (room, function, keyword): differs, and nothing speaks for it.
INCONSISTENT: dict[tuple[str, str, str], str] = {}

# Who comes first. P is the truth; where people say it the other way round, the table says so.
ORDER: dict[tuple[str, str], tuple[str, ...]] = {
    ("tables", "compare"): (
        "reference",
        "current",
    ),  # Q, P: as it is said; the direction is printed
    ("tables", "windows"): ("reference", "current"),
    ("tables", "segments"): ("reference", "current"),
    ("tables", "joint"): ("reference", "current"),
    ("tables", "sensitivity"): ("reference", "current"),
    ("lm", "compare"): ("base", "model"),  # P, Q: the base is the truth
    ("lm", "compare_lists"): ("base", "model"),
    ("rl", "kl"): ("log_p", "log_ref"),
    ("rl", "sequence_kl"): ("log_p", "log_ref"),
    ("rl", "loss"): ("log_p", "log_ref"),
    ("vi", "kl"): ("posterior", "prior"),
    ("torch", "kl_from_logits"): ("p", "q"),
    ("classifiers", "score"): ("labels", "predictions"),
    ("classifiers", "compare"): ("labels", "first", "second"),
}

# What KL comes back as. What has an error, an interval or a way of its own says so.
KL_RESULTS: dict[str, str] = {
    "probabilities.kl": "Information",
    "logits.kl": "Information",
    "counts.kl": "Estimate",
    "samples.kl": "Estimate",
    "rl.kl": "Estimate",
    "distributions.kl": "Divergence",
    "vi.kl": "Divergence",
}
# A batch: exact numbers are an array in the unit asked for; where each row has its own error, way
# and reason, one result holds the arrays of them. Estimates are taken row by row.
BATCHES: dict[str, str] = {
    "probabilities.kl": "ndarray",
    "logits.kl": "ndarray",
    "distributions.kl": "Divergence",
    "vi.kl": "Divergence",
}
# Plain numbers, and why they are.
PLAIN_NUMBERS: dict[str, str] = {
    "rl.TrustRegionStep.kl": "what the caller's own function says, in the caller's unit",
    "vi.Decomposition.kl": "one of the parts that add up to it, all in nats, as the class says",
    "vi.ELBO.kl": "a term of an objective in nats that keeps its gradient",
    "classifiers.log_loss": "the signature and the float of scikit-learn's",
}

LOSS = "a loss in nats: a unit would only scale what the optimiser takes"
IN_NATS = "what comes back adds up or is summed on, in nats, as its class says; convert at the end"
OF_MODEL = "perplexities are e to these numbers; .to(unit) of the result converts all"
BY_TOLERANCE = "it says yes or no, by a tolerance in bits as tables.compare"
# Quantities of information outside MEASURES: None where they take unit=, else why not.
UNITS: dict[str, str | None] = {
    **dict.fromkeys(("rl.kl", "rl.sequence_kl", "vi.kl"), None),
    **dict.fromkeys(("classifiers.score", "classifiers.compare", "classifiers.log_loss"), None),
    **dict.fromkeys(
        ("classifiers.expected_score", "distributions.compare", "logits.summary"), None
    ),
    **dict.fromkeys((f"tables.{n}" for n in ("compare", "windows", "segments", "joint")), None),
    "tables.sensitivity": None,
    "tables.monitor": "evidence is in bits against chance, whatever the unit of the shares",
    **dict.fromkeys(("rl.loss", "rl.exact_loss", "rl.penalties"), LOSS),
    **dict.fromkeys((f"torch.kl_from_{n}" for n in ("logits", "hidden", "top_k")), LOSS),
    **dict.fromkeys((f"vi.kl_{n}" for n in ("standard_normal", "normal", "full_normal")), LOSS),
    **dict.fromkeys(("vi.elbo", "vi.decompose", "vi.evidence", "vi.free_bits"), IN_NATS),
    **dict.fromkeys((f"lm.{n}" for n in ("compare", "compare_pair", "compare_lists")), OF_MODEL),
    **dict.fromkeys((f"lm.{n}" for n in ("compare_bytes", "kl_from_sampled")), OF_MODEL),
    **dict.fromkeys(("lm.top_k_bounds", "lm.list_bounds"), OF_MODEL),
    "testing.assert_same": BY_TOLERANCE,
}

MERGED = "sums that are merged before anyone asks: value ± z·standard_error at any level"
# Results with intervals: None where level= is asked for, else why not.
LEVELS: dict[str, str | None] = {
    **dict.fromkeys(("rl.kl", "rl.sequence_kl", "lm.kl_from_sampled"), None),
    **dict.fromkeys((f"tables.{n}" for n in ("compare", "windows", "segments", "joint")), None),
    **dict.fromkeys((f"classifiers.{n}" for n in ("score", "compare", "reliability")), None),
    **dict.fromkeys((f"lm.{n}" for n in ("compare", "compare_pair", "compare_lists")), MERGED),
    "lm.compare_bytes": MERGED,
    "testing.assert_same": "the level of its intervals is part of the verdict: .95",
}

# Words of one room, and why they are not the shared one.
OWN_WORDS: dict[tuple[str, str, str], str] = {
    ("rl", "kl", "kind"): "k1, k2, k3 and abs are what the field calls these; method= names ways",
    ("rl", "loss", "gradient"): "whose gradient is meant: a loss of either has the same value",
    ("torch", "kl_from_logits", "direction"): "which KL, of whose logits; the gradient follows",
    ("vi", "elbo", "kl_method"): "reported, and nothing is chosen by it",
    ("vi", "kl", "method"): "analytic is the field's word, and covers closed form, Bregman, sums",
    ("tables", "compare", "block"): "how many rows in a row belong together, not which",
    ("tables", "windows", "by"): "a calendar",
    ("tables", "segments", "by"): "the columns that make the segments",
    ("tables", "joint", "columns"): "the two that are compared together",
    ("tables", "sensitivity", "column"): "the one that is looked at",
    ("lm", "top_k_bounds", "p_logp"): "lists by token: ids and what each side said of them",
    ("rl", "kl", "log_p"): "the log-probability of what was done: one number a step, no list",
    ("lm", "list_bounds", "q_floor"): "of Q's list alone",
    ("lm", "compare_lists", "floor"): "of both lists, as both directions are told",
    ("counts", "kl_to_known", "q"): "shares of the outcomes",
    ("samples", "kl_to_known", "distribution"): "an object with a density",
    ("probabilities", "pairwise", "P"): "rows of distributions, where p is one",
    ("distributions", "kl", "method"): "KL has ways by name; the others take the best, and say it",
}
# Every measure of formulas but those that are always exact or one integral.
NO_STRICT = {"compare": "it shows each way", "mutual_information": "a closed form",
             "wasserstein": "a closed form or one integral"}  # fmt: skip

# What every result of one kind offers.
METHODS: dict[str, tuple[str, ...]] = {
    "results.Information": ("to", "to_dict", "_repr_html_"),
    "results.Estimate": ("to", "to_dict", "_repr_html_"),
    "results.Divergence": ("to", "to_dict", "_repr_html_"),
    "results.RowSummaries": ("to", "to_dict"),
    **dict.fromkeys(
        (
            *(f"vi.{n}" for n in ("ELBO", "Decomposition", "Evidence", "ActiveUnits", "Collapse")),
            *(f"rl.{n}" for n in ("Ratios", "TrustRegionStep", "AdaptiveController")),
            *(f"classifiers.{n}" for n in ("Reliability", "ExpectedScore")),
            *(f"lm.{n}" for n in ("Bounds", "Speculation", "OnlineComparison")),
            *("results.TestResult", "counts.Pooling", "tables.Gate", "tables.Look"),
        ),
        ("to_dict",),
    ),
    **dict.fromkeys(
        (
            "scorecard.Scorecard",
            "distributions.FormulaComparison",
            "tables.TableComparison",
            "tables.WindowedComparison",
            "tables.SegmentedComparison",
            "tables.JointComparison",
            "lm.LMComparison",
            "lm.ListComparison",
            "lm.Candidates",
            "classifiers.Score",
        ),
        (
            *("document", "headline", "to_dict", "to_json", "to_markdown", "to_html"),
            *("plot", "_repr_html_"),
        ),
    ),
    "tables.Sensitivity": ("document", "to_dict", "to_json", "to_markdown", "to_html", "to_frame"),
    "lm.Mismatch": ("document", "to_dict", "to_json", "to_markdown", "to_html"),
    "tables.Profile": ("save", "load", "merge", "document"),
}
# (result, method): why it is missing; what has no reason is inconsistent.
MISSING: dict[tuple[str, str], str] = {
    ("tables.TableComparison", "to"): "its tolerance is in the unit that was asked for",
    ("tables.Profile", "to_dict"): "save writes it whole, with its check-sum",
    ("lm.LMComparison", "to_frame"): "one row a token would be the file; to_dict has what is told",
    ("tables.JointComparison", "to_frame"): "one pair: there are no rows to list",
    ("scorecard.Scorecard", "to_frame"): "pandas.DataFrame(card.outcomes) is one",
    ("tables.TableComparison", "explain"): "kullback explain says it of every verdict",
    ("vi.ELBO", "to_html"): "facts of one line: to_dict and print",
    ("results.Estimate", "to_markdown"): "a number: print it",
}
