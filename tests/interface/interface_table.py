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

# What every result of one kind offers.
METHODS: dict[str, tuple[str, ...]] = {
    "results.Information": ("to", "to_dict", "_repr_html_"),
    "results.Estimate": ("to", "to_dict", "_repr_html_"),
    "results.Divergence": ("to", "to_dict", "_repr_html_"),
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
        ("document", "headline", "to_dict", "to_json", "to_markdown", "to_html", "_repr_html_"),
    ),
}
# (result, method): why it is missing; what has no reason is inconsistent.
MISSING: dict[tuple[str, str], str] = {}
