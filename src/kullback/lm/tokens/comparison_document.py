"""Two language models compared token by token, as a document."""

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from kullback.glossary import footer
from kullback.lm.tokens.charts import pictures
from kullback.report.blocks.document import (
    Block,
    Column,
    Document,
    Fact,
    Facts,
    Kind,
    Row,
    Table,
    Text,
    Verdict,
)
from kullback.report.blocks.label import name, shorten
from kullback.units import format_number

if TYPE_CHECKING:
    from kullback.lm.tokens.comparison import LMComparison, WorstToken
    from kullback.lm.tokens.record import Tokens
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
# Two bounds that are no further apart, in the unit or as a share, are one number.
NEARLY, NEARLY_SHARE = 1e-6, 1e-2
CONTEXT = 8  # ids of a context that a table shows
TOKENS = 3_000  # tokens that a page lists, to be sorted there
PIECE, BEFORE = 40, 100  # characters of a token's text, and of the text before it
Pieces = Callable[[int], object] | None


def document(comparison: "LMComparison", pieces: Pieces = None) -> Document:
    """Build the document of a comparison of two language models.

    Parameters
    ----------
    comparison : LMComparison
        What `kullback.lm.compare` returned.
    pieces : callable, optional
        Gives the text of a token by its id, for the worst tokens.

    Returns
    -------
    Document
        The mean KL, all means with both errors and the noise beside them, pictures of how KL is
        distributed, by confidence and by place, and the worst tokens.
    """
    c = comparison
    blocks: list[Block] = [
        Verdict("exact", headline(c)),
        Text(
            "P = base, Q = model: KL(base‖model) is the extra surprise a token of who "
            "believes the model where the base is right."
        ),
        Facts(tuple(_facts(c))),
        _means(c),
        *perplexities(c),
        *(Text(note.text, "note") for note in c.notes),
        Text(_noise(c)),
        *pictures((c,)),
        _worst(c, pieces),
        *_tokens(c, pieces),
    ]
    blocks.append(Text(footer("kl", "perplexity", "noise-floor", "clustered"), "hint"))
    return Document("Two language models compared", tuple(blocks))


def _facts(c: "LMComparison") -> Iterator[Fact]:
    unit = f" ({c.kl.unit})"
    yield Fact(f"mean KL{unit}", c.kl.value, "brief")
    yield Fact(f"median{unit}", c.percentiles[50.0], "brief")
    yield Fact(f"99 %{unit}", c.percentiles[99.0], "brief")
    yield Fact(f"most{unit}", c.percentiles[100.0], "brief")
    if c.same_top is not None:
        yield Fact("same top token", c.same_top, "share")
    yield Fact("accepted (1 − TV)", c.acceptance, "share")
    if c.perplexity_base is not None and c.perplexity_model is not None:
        yield Fact("PPL(model)/PPL(base)", c.perplexity_model / c.perplexity_base, "brief")


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
    c = comparison
    sizes = how_many(c.tokens, c.cluster, c.clusters)
    sides = f"{name(c.model)} against {name(c.base)}"
    return f"KL(base‖model) {_bounded(c)} a token ({sizes}) · {sides}"


def _bounded(c: "LMComparison") -> str:
    """Return the mean KL, and whether clamped tokens leave open how much more it is."""
    said, most = with_error(c.kl), c.most.get("kl", c.kl.value)
    if most - c.kl.value <= max(NEARLY, NEARLY_SHARE * c.kl.value):
        return said
    if math.isinf(most):
        return f"at least {said}"
    return f"at least {said}, at most {format_number(most, 4)} {c.unit},"


def with_error(estimate: "Estimate") -> str:
    """Return a mean and its clustered error, as many digits as mean something."""
    unit = f" {estimate.unit}".rstrip()
    text = format_number(estimate.value, 4)
    error = estimate.standard_error
    return f"{text}{unit}" if math.isnan(error) else f"{text} ± {format_number(error, 2)}{unit}"


def how_many(tokens: int, cluster: str, clusters: int) -> str:
    """Return how many tokens there are, and in how many clusters if they lie in any."""
    said = f"{tokens:,} {plural('token', tokens)}"
    if cluster == "token":
        return f"{said}, each by itself"
    return f"{said} in {clusters:,} {plural(cluster, clusters)}"


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
        *(None if x is None or math.isnan(x) else x for x in (*errors, floor)),
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
    floor = (
        "What rounding in the logits makes of KL is not known"
        if math.isnan(c.noise_floor)
        else f"Rounding in the files alone makes a KL of {format_number(c.noise_floor, 2)} {c.unit}"
    )
    accepted = format_number(c.acceptance)
    text = f"{floor}; 1 − TV, the share that speculative decoding accepts, is {accepted}."
    dropped = c.dropped_mass
    if dropped.base == dropped.model == 0:
        return text
    base, model = (format_number(x, 2) for x in (dropped.base, dropped.model))
    return f"{text} Of each row, at most {base} of the base and {model} of the model was clamped."


def _worst(c: "LMComparison", pieces: Pieces) -> Table:
    kind: Kind = "text" if pieces else "word"
    columns = (
        Column(f"KL ({c.unit})", "number"),
        Column(c.cluster, "word"),
        Column("place", "word"),
        Column("before" if pieces else "ids before", "text"),
        Column("came", kind),
        Column("base said", kind),
        Column("model said", kind),
        Column("base's top p", "number"),
    )
    rows = tuple(_worst_row(token, pieces) for token in c.worst)
    return Table(columns, rows, "The worst tokens", total=c.tokens)


def _worst_row(token: "WorstToken", pieces: Pieces) -> Row:
    said = (token.target, token.top_base, token.top_model)
    return (
        token.kl,
        str(token.cluster),
        None if token.position < 0 else str(token.position),
        _before(token.context[-CONTEXT:], pieces, cut=len(token.context) > CONTEXT),
        *(None if i is None else _piece(i, pieces) for i in said),
        token.confidence,
    )


def _tokens(c: "LMComparison", pieces: Pieces) -> Iterator[Table]:
    """Yield a table of every token, the largest KL first, where the worst are not all there are."""
    if c.tokens <= len(c.worst):
        return
    kind: Kind = "text" if pieces else "word"
    columns = (
        Column(c.cluster, "count"),
        Column("place", "count"),
        Column("came", kind),
        Column("base said", kind),
        Column("model said", kind),
        Column(f"KL ({c.unit})", "number"),
        Column(f"reverse KL ({c.unit})", "number"),
        Column("TV", "number"),
        Column("base's top p", "number"),
        Column("Δp", "number"),
    )
    order = np.argsort(-c.per_token["kl"], kind="stable")[:TOKENS]
    rows = tuple(_token_row(c.per_token[row], pieces) for row in order)
    title = "All tokens" if len(rows) == c.tokens else f"The {TOKENS:,} tokens of the largest KL"
    yield Table(columns, rows, title, total=c.tokens, detail=True)


def _token_row(token: "Tokens", pieces: Pieces) -> Row:
    said = (int(token[name]) for name in ("target", "top_base", "top_model"))
    places = (float(token[name]) for name in ("cluster", "position"))
    measures = ("kl", "reverse_kl", "total_variation", "confidence", "delta_p")
    return (
        *(None if place < 0 else place for place in places),
        *(None if i < 0 else _piece(i, pieces) for i in said),
        *(None if np.isnan(token[name]) else float(token[name]) for name in measures),
    )


def _piece(token: int, pieces: Pieces) -> str:
    return str(token) if pieces is None else shorten(str(pieces(token)), PIECE)


def _before(ids: tuple[int, ...], pieces: Pieces, *, cut: bool) -> str | None:
    shown = ("" if pieces else " ").join(_piece(token, pieces) for token in ids)
    if len(shown) > BEFORE:  # what is nearest counts
        return f"…{shown[-BEFORE:]}"
    return f"… {shown}" if cut else shown or None
