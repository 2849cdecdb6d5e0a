"""Two language models compared token by token, as a document."""

import math
from typing import TYPE_CHECKING

from kullback.report.document import Block, Column, Document, Row, Table, Text, Verdict
from kullback.report.label import name
from kullback.units import format_number

if TYPE_CHECKING:
    from kullback.lm.comparison import Bucket, LMComparison, WorstToken
    from kullback.results import Estimate

# Measures of KL alone come first; the means in this order.
SHOWN = (
    "kl",
    "reverse_kl",
    "jensen_shannon",
    "total_variation",
    "same_top",
    "top_k_overlap",
    "delta_p",
    "nll_base",
    "nll_model",
    "log_perplexity_ratio",
)
NAMES = {0.0: "least", 50.0: "median", 100.0: "most"}
CONTEXT = 8  # ids of a context that a table shows


def document(comparison: "LMComparison") -> Document:
    """Build the document of a comparison of two language models.

    Parameters
    ----------
    comparison : LMComparison
        What `kullback.lm.compare` returned.

    Returns
    -------
    Document
        The mean KL, all means with both errors and the noise beside them, percentiles, KL by
        confidence and by place, and the worst tokens.
    """
    c = comparison
    blocks: list[Block] = [
        Verdict("exact", headline(c)),
        Text(
            "P = base, Q = model: KL(base‖model) is the extra surprise a token, in nats, of who "
            "believes the model where the base is right."
        ),
        _means(c),
        *perplexities(c),
        *(Text(note.text, "note") for note in c.notes),
        Text(_noise(c)),
        _percentiles(c),
    ]
    if c.by_confidence:
        blocks.append(_buckets("base's top probability", "KL by the base's confidence", c, 0))
    if c.by_position:
        blocks.append(_buckets("place in its chunk", "KL by place", c, 1))
    blocks.append(_worst(c))
    return Document("Two language models compared", tuple(blocks))


def headline(comparison: "LMComparison") -> str:
    """Return the mean KL in one line.

    Parameters
    ----------
    comparison : LMComparison
        What `kullback.lm.compare` returned.

    Returns
    -------
    str
        One line: the mean with its clustered error, and on how many tokens.
    """
    kl, c = comparison.kl, comparison
    groups = f"{c.clusters:,} {plural(c.cluster, c.clusters)}"
    sizes = f"{c.tokens:,} {plural('token', c.tokens)} in {groups}"
    sides = f"{name(c.model)} against {name(c.base)}"
    return f"KL(base‖model) {with_error(kl)} a token ({sizes}) · {sides}"


def with_error(estimate: "Estimate") -> str:
    """Return a mean and its clustered error, as many digits as mean something."""
    unit = f" {estimate.unit}".rstrip()
    text = format_number(estimate.value, 4)
    error = estimate.standard_error
    return f"{text}{unit}" if math.isnan(error) else f"{text} ± {format_number(error, 2)}{unit}"


def plural(word: str, count: int) -> str:
    """Return the word for so many."""
    noun = "cluster" if word == "given" else word
    return noun if count == 1 else f"{noun}s"


def row_of(estimate: "Estimate", floor: float | None) -> Row:
    """Return a mean as a row: name, mean, interval, both errors and the noise."""
    low, high = estimate.interval or (None, None)
    errors = (estimate.standard_error, estimate.independent_error)
    return (
        estimate.quantity,
        estimate.value,
        low,
        high,
        *(None if error is None or math.isnan(error) else error for error in errors),
        floor,
    )


MEAN_COLUMNS = (
    Column("what", "word"),
    Column("mean", "number"),
    Column("95 % from", "number"),
    Column("to", "number"),
    Column("± clustered", "number"),
    Column("± unclustered", "number"),
    Column("file noise", "number"),
)


def _means(c: "LMComparison") -> Table:
    shown = [key for key in SHOWN if key in c.estimates]
    rows = tuple(row_of(c.estimates[key], c.noise_floors.get(key)) for key in shown)
    title = f"Means over tokens, in {c.kl.unit} where they are information"
    return Table(MEAN_COLUMNS, rows, title)


def perplexities(comparison: "LMComparison") -> list[Block]:
    """Return one line on both perplexities, where the tokens that came are known."""
    c = comparison
    if c.perplexity_base is None or c.perplexity_model is None:
        return []
    base, model = (format_number(x, 6) for x in (c.perplexity_base, c.perplexity_model))
    return [Text(f"Perplexity: base {base}, model {model}.")]


def _noise(c: "LMComparison") -> str:
    text = (
        f"Rounding in the files alone makes a KL of {format_number(c.noise_floor, 2)} nats; "
        f"1 − TV, the share that speculative decoding accepts, is {format_number(c.acceptance)}."
    )
    dropped = c.dropped_mass
    if dropped.base == dropped.model == 0:
        return text
    base, model = (format_number(x, 2) for x in (dropped.base, dropped.model))
    return f"{text} Of each row, at most {base} of the base and {model} of the model was clamped."


def _percentiles(c: "LMComparison") -> Table:
    columns = (Column("percentile", "word"), Column("KL (nats)", "number", bar=True))
    rows = tuple((percentile(p), float(value)) for p, value in c.percentiles.items())
    return Table(columns, rows, "KL(base‖model) a token")


def percentile(percent: float) -> str:
    """Return what a percentile is called."""
    return NAMES.get(percent, f"{percent:g} %")


def _buckets(what: str, title: str, c: "LMComparison", which: int) -> Table:
    buckets = (c.by_confidence, c.by_position)[which]
    columns = (
        Column(what, "word"),
        Column("tokens", "count"),
        Column("same top", "number"),
        Column("mean KL (nats)", "number", bar=True),
    )
    return Table(columns, tuple(map(_bucket, buckets)), title)


def _bucket(bucket: "Bucket") -> Row:
    alone = bucket.high - bucket.low == 1 and bucket.low >= 1  # one place of a chunk
    words = f"{bucket.low:g}" if alone else f"{bucket.low:g} to {bucket.high:g}"
    return (words, float(bucket.n), bucket.same_top, bucket.kl)


def _worst(c: "LMComparison") -> Table:
    columns = (
        Column("KL (nats)", "number"),
        Column(c.cluster, "word"),
        Column("place", "word"),
        Column("ids before", "text"),
        Column("came", "word"),
        Column("base said", "word"),
        Column("model said", "word"),
        Column("base's top p", "number"),
    )
    return Table(columns, tuple(map(_worst_row, c.worst)), "The worst tokens", total=c.tokens)


def _worst_row(token: "WorstToken") -> Row:
    shown = " ".join(map(str, token.context[-CONTEXT:]))
    context = f"… {shown}" if len(token.context) > CONTEXT else shown
    return (
        token.kl,
        str(token.cluster),
        str(token.position),
        context or None,
        *(None if i is None else str(i) for i in (token.target, token.top_base, token.top_model)),
        token.confidence,
    )
