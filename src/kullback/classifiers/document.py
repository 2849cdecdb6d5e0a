"""What a classifier's predictions cost, as a document."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.report.blocks.cell import write
from kullback.report.blocks.chart_tables import as_table
from kullback.report.blocks.diagrams import Step, Waterfall
from kullback.report.blocks.document import (
    Block,
    Column,
    Document,
    Figure,
    Row,
    State,
    Table,
    Text,
    Verdict,
)
from kullback.report.blocks.label import name
from kullback.results import Information
from kullback.units import decimals_for, format_fixed, format_number

if TYPE_CHECKING:
    from kullback.classifiers.results import Score

BRIEF = 20  # classes or impossible labels that a terminal shows


def document(score: "Score") -> Document:
    """Build the document of a score.

    Parameters
    ----------
    score : Score
        What `kullback.classifiers.score` returned.

    Returns
    -------
    Document
        The headline, the two ways to split it, what is wrong, reliability, and the classes.
    """
    state: State = "exact" if math.isfinite(score.cross_entropy) else "infinite"
    blocks: list[Block] = [Verdict(state, headline(score)), Text(_sizes(score)), _parts(score)]
    blocks += _others(score)
    blocks += [Text(note.text, "note") for note in score.notes]
    if score.infinite_at:
        blocks.append(_impossible(score))
    blocks += [*_split(score), *_reliability(score), _classes(score), Text(_HINT, "hint")]
    return Document("Predictions scored", tuple(blocks))


_HINT = footer("cross-entropy", "calibration", "skill", "infinite", "units")


def headline(score: "Score") -> str:
    """Return the cross-entropy with its error, and what it is made of, in one line."""
    if not math.isfinite(score.cross_entropy):
        rows = sum(1 for note in score.notes if note.code == "impossible-labels")
        said = f"cross-entropy = {write(score.cross_entropy, 'measure')}"
        return f"{said}: a label was predicted to be impossible" if rows else said
    decimals = decimals_for(float(score.standard_error))
    value, error = (
        format_fixed(float(number), decimals)
        for number in (score.cross_entropy, score.standard_error)
    )
    text = f"cross-entropy = {value} ± {error} {score.unit}"
    if score.skill is not None:
        text += f"; skill {format_number(score.skill, 3)}"
    return text


def _sizes(score: "Score") -> str:
    text = f"{score.n:,} samples, {len(score.per_class)} classes"
    if score.groups != score.n:
        text += f", {score.groups:,} independent groups"
    if score.interval is not None:
        low, high = (format_number(end) for end in score.interval)
        text += f"; {100 * score.interval.level:g} % interval of the cross-entropy: {low} to {high}"
    return f"{text} {score.unit}." if score.interval is not None else f"{text}."


def _parts(score: "Score") -> Table:
    rows: list[Row] = [
        ("cross-entropy", score.cross_entropy, "what the predictions cost a sample"),
        ("= entropy", score.entropy, "of the labels themselves: no model can save it"),
        ("+ KL(labels‖predictions)", score.kl, "what the predictions cost on top"),
        ("= miscalibration", score.miscalibration, f"what recalibration saves ({_way(score)})"),
        ("− discrimination", score.discrimination, "what the model knows beyond base rates"),
        ("+ uncertainty", score.uncertainty, "what the base rates alone would cost"),
    ]
    columns = (Column("part", "word"), Column("value", "measure"), Column("is", "sentence"))
    return Table(columns, tuple(rows), "Split in two ways")


def _others(score: "Score") -> Iterator[Table]:
    """Yield what others report of the same predictions, where it is known."""
    rows = (
        ("accuracy", score.accuracy, "how often the likeliest class is right"),
        ("AUC", score.auc, "how often a case of a class gets more than another; 0.5 by chance"),
        ("Brier", score.brier, "mean squared error of the probabilities, from 0 to 2"),
        ("ECE", score.expected_calibration_error, "distance of what was said from what came"),
        ("skill", score.skill, "share of the base rates' surprise that is saved"),
    )
    known = tuple(row for row in rows if row[1] is not None)
    columns = (Column("score", "word"), Column("value", "number"), Column("is", "sentence"))
    if score.others is not None:
        yield Table(columns, known, "What others report")


def _way(score: "Score") -> str:
    return score.recalibration


def _impossible(score: "Score") -> Table:
    rows = tuple((str(row), name(label)) for row, label in score.infinite_at)
    columns = (Column("row, from 0", "word"), Column("label"))
    return Table(columns, rows, "Labels that were predicted to be impossible", brief=BRIEF)


def _classes(score: "Score") -> Table:
    columns = (
        Column("class"),
        Column("share", "number"),
        Column("predicted", "number"),
        Column("cross-entropy", "number", bar=True),
        Column("entropy", "number"),
        Column("KL", "number"),
        Column("miscalibration", "number"),
        Column("discrimination", "number"),
        Column("uncertainty", "number"),
    )
    rows = tuple(
        (
            name(c.label),
            c.share,
            c.predicted,
            *map(_plain, (c.cross_entropy, c.entropy, c.kl)),
            *map(_plain, (c.miscalibration, c.discrimination, c.uncertainty)),
        )
        for c in score.per_class
    )
    title = f"Classes, in {score.unit}; the last three of each class against all others"
    return Table(columns, rows, title, brief=BRIEF)


def _plain(value: Information | None) -> float | None:
    return None if value is None else float(value)


def _split(score: "Score") -> Iterator[Figure]:
    """Yield both splits as bars, each part from where the last one ended."""
    if not math.isfinite(score.cross_entropy):
        return
    whole, entropy = float(score.cross_entropy), float(score.entropy)
    steps = [
        Step("cross-entropy", 0.0, whole, "whole"),
        Step("= entropy", 0.0, entropy, "given"),
        Step("+ KL", entropy, whole, "cost"),
    ]
    if score.discrimination is not None and score.miscalibration is not None:
        uncertainty = float(score.uncertainty)
        left = uncertainty - float(score.discrimination)
        steps += [
            Step("= uncertainty", 0.0, uncertainty, "given"),
            Step("− discrimination", uncertainty, left, "gain"),
            Step("+ miscalibration", left, left + float(score.miscalibration), "cost"),
        ]
    yield Figure(Waterfall("What the cross-entropy is made of", tuple(steps), score.unit))


def _reliability(score: "Score") -> Iterator[Figure]:
    found = score.reliability
    if found is None:
        return
    chart = found.chart
    yield Figure(chart, as_table(chart))
