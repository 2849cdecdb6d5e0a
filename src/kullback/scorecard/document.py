"""The scorecard of two distributions as a document."""

import math
from collections.abc import Iterator

from kullback.glossary import footer
from kullback.outcomes import Outcome
from kullback.report.blocks.cell import write
from kullback.report.blocks.charts import SharePart, Shares
from kullback.report.blocks.document import (
    Block,
    Column,
    Document,
    Row,
    State,
    Table,
    Text,
    Verdict,
)
from kullback.report.blocks.label import name
from kullback.results import Estimate, Note
from kullback.scorecard.scorecard import Scorecard
from kullback.scorecard.words import ITEM, TOLD, explain, in_brief, largest_js, sentences
from kullback.units import format_number, format_p_value, nats_per

__all__ = ["document", "explain", "headline"]

BRIEF = 20  # outcomes that a terminal shows
DRAWN = 24  # outcomes that the picture shows
LEAST_SCALE = 0.02  # nats: contributions below it stay small in the picture
SHOWN = 500  # outcomes that any report holds; the object itself holds all of them


def document(card: Scorecard, *, in_full: bool = False) -> Document:
    """Build the document of a scorecard.

    Parameters
    ----------
    card : Scorecard
        What `compare` returned.
    in_full : bool
        End with all that `explain` says, and not only with what it costs.

    Returns
    -------
    Document
        The headline, the outcomes, every measure, what was decided, and plain words.
    """
    blocks: list[Block] = [
        Verdict(_state(card), headline(card)),
        _picture(card),
        _outcomes(card),
        _measures(card),
    ]
    blocks += _test(card)
    told = TOLD if in_full else set()
    blocks += [Text(note.text, "note") for note in _notes(card) if note.code not in told]
    blocks += map(_paragraph, sentences(card) if in_full else in_brief(card))
    blocks.append(Text(footer(*_words(card)), "hint"))
    return Document("Two distributions compared", tuple(blocks), card.unit)


def headline(card: Scorecard) -> str:
    """Return KL(P‖Q) in one line: an exact value in two units, an estimate with its error."""
    if isinstance(card.kl, Estimate):
        return str(card.kl)
    other = "nats" if card.unit == "bits" else "bits"
    if not math.isfinite(card.kl):
        return f"KL(P‖Q) = {write(card.kl, 'measure')}"
    return f"KL(P‖Q) = {write(card.kl, 'measure')}   ({write(card.kl.to(other), 'measure')})"


def _paragraph(sentence: str) -> Text:
    if sentence.startswith(ITEM):
        return Text(sentence.removeprefix(ITEM), "item")
    return Text(sentence)


def _words(card: Scorecard) -> tuple[str, ...]:
    """Return the words of a scorecard that a newcomer looks up."""
    if _state(card) == "infinite":
        return "infinite", "direction", "js", "contribution"
    known = ("bias", "interval") if isinstance(card.kl, Estimate) else ("contribution", "units")
    return "kl", "direction", *known


def _state(card: Scorecard) -> State:
    return "exact" if math.isfinite(float(card.kl)) else "infinite"


def _picture(card: Scorecard) -> Shares:
    """Return P and Q side by side, the surprise under each, and the contributions."""
    few = len(card.outcomes) <= DRAWN
    shown = card.outcomes[:] if few else card.outcomes.largest(DRAWN)
    parts = tuple(
        SharePart(
            name(o.label, 60),
            o.p,
            o.q,
            o.contribution,
            surprise=(o.surprisal_p, o.surprisal_q),
        )
        for o in shown
    )
    finite = (part.contribution for part in parts if math.isfinite(part.contribution))
    scale = max([LEAST_SCALE / nats_per(card.unit), *finite])
    title = "P and Q" if few else f"P and Q, the {DRAWN} largest contributions"
    return Shares(title, parts, card.unit, scale)


def _outcomes(card: Scorecard) -> Table:
    count = len(card.outcomes)
    # Few outcomes keep their own order; of many, those that matter come first.
    shown = card.outcomes[:] if count <= BRIEF else card.outcomes.largest(SHOWN)
    columns = (
        Column("outcome"),
        Column("P", "number"),
        Column("Q", "number"),
        Column("surprise P", "number", unit=card.unit),
        Column("surprise Q", "number", unit=card.unit),
        Column("contribution", "number", bar=True, unit=card.unit),
    )
    order = "" if count <= BRIEF else ", the largest contributions first"
    title = f"{count} outcomes{order}; surprise and contribution in {card.unit}"
    return Table(columns, tuple(map(_outcome, shown)), title, total=count, brief=BRIEF)


def _outcome(outcome: Outcome) -> Row:
    return (name(outcome.label), *map(float, outcome[1:]))


def _measures(card: Scorecard) -> Table:
    most = format_number(largest_js(card))
    rows: tuple[Row, ...] = (
        ("KL(P‖Q)", card.kl, "extra surprise of who believes Q while P happens"),
        ("KL(Q‖P)", card.reverse_kl, "the other direction, which answers another question"),
        ("JS(P, Q)", card.jensen_shannon, f"Jensen–Shannon divergence, at most {most} {card.unit}"),
        ("√JS", card.jensen_shannon_distance, "Jensen–Shannon distance, a metric"),
        ("TV(P, Q)", float(card.total_variation), "total variation, from 0 to 1"),
        ("Hellinger", float(card.hellinger), "Hellinger distance, from 0 to 1"),
        ("H(P)", card.entropy_p, "entropy: surprise of who knows P"),
        ("H(Q)", card.entropy_q, "entropy of Q"),
        ("H(P, Q)", card.cross_entropy, "cross-entropy = H(P) + KL(P‖Q)"),
    )
    columns = (Column("measure"), Column("value", "measure"), Column("what it is"))
    return Table(columns, rows, "Measures")


def _test(card: Scorecard) -> list[Block]:
    test = card.homogeneity
    if test is None:
        return []
    return [
        Text(
            f"Test of one common distribution: G = {format_number(test.statistic)}, "
            f"degrees of freedom {test.df}, p = {format_p_value(test.p_value)} ({test.method})."
        )
    ]


def _notes(card: Scorecard) -> Iterator[Note]:
    seen = set()
    quantities = (card.kl, card.reverse_kl, card.jensen_shannon)
    sources = (card.notes, *(quantity.notes for quantity in quantities))
    for note in (note for notes in sources for note in notes):
        if note.text not in seen:
            seen.add(note.text)
            yield note
