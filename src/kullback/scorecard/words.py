"""A scorecard in plain words: what it costs, who pays, why infinite, and what chance does."""

import math
from collections.abc import Hashable, Iterator

import numpy as np

from kullback.report.blocks.label import quote
from kullback.results import Estimate, Information
from kullback.scorecard.scorecard import Quantity, Scorecard
from kullback.units import format_number, format_p_value

NAMED = 3  # outcomes that a sentence lists
ITEM = "– "  # what an item of a list starts with
TOLD = {"zeros"}  # codes of notes that are part of the explanation


def explain(card: Scorecard) -> str:
    """Say in plain words what a scorecard means, one paragraph a fact.

    Parameters
    ----------
    card : Scorecard
        What `compare` returned.

    Returns
    -------
    str
        Paragraphs with a blank line between them.
    """
    # The remedies are a list: they stay together.
    return "\n\n".join(sentences(card)).replace(f"\n\n{ITEM}", f"\n{ITEM}")


def in_brief(card: Scorecard) -> Iterator[str]:
    """Yield what Q costs; or, where that is infinite, why, and what helps."""
    if not math.isfinite(float(card.kl)):
        yield from _infinite(card)
    else:
        yield _cost(card)


def sentences(card: Scorecard) -> Iterator[str]:
    """Yield all that `explain` says, one paragraph or item of a list at a time."""
    yield from in_brief(card)
    if math.isfinite(float(card.kl)):
        yield from _who_pays(card)
    yield from (note.text for note in card.notes if note.code in TOLD)
    yield _asymmetry(card)
    yield from _noise(card)


def largest_js(card: Scorecard) -> float:
    """Return the largest JS divergence that there is, one bit, in the unit of the card."""
    return float(Information(1.0, "bits").to(card.unit))


def _cost(card: Scorecard) -> str:
    extra, total, own = (
        float(value.to("bits")) for value in (card.kl, card.cross_entropy, card.entropy_p)
    )
    if extra == 0 and isinstance(card.kl, Estimate):
        return (
            "What chance adds at these sizes is at least all of the KL(P‖Q) that the samples show: "
            "whether a code made for Q costs extra bits an outcome on data from P cannot be told "
            f"from it{_range(card.kl.to('bits'))}."
        )
    if extra == 0:
        return "P and Q are the same: a code made for Q costs nothing extra on data from P."
    if isinstance(card.kl, Estimate):
        costs = "costs about" if extra > 0 else "costs nothing that these data can show: about"
        return (
            f"Coding data from P with a code made for Q {costs} {_short(extra)} extra bits an "
            f"outcome{_range(card.kl.to('bits'))}."
        )
    return (
        f"Coding data from P with a code made for Q costs {_short(extra)} extra bits an "
        f"outcome: {_short(total)} bits instead of {_short(own)}."
    )


def _range(estimate: Estimate) -> str:
    if estimate.interval is None:
        return ""
    low, high = map(_short, estimate.interval)
    return f" ({100 * estimate.interval.level:g} %: from {low} to {high})"


def _who_pays(card: Scorecard) -> Iterator[str]:
    total = float(card.outcomes.contribution.sum())
    # With counts a share of Q may be 0 although the estimate is finite.
    if not 0 < total < math.inf:
        return
    most = card.outcomes.largest(1)[0]
    yield (
        f"Most is paid for {_who(most.label)}: P gives it {_short(most.p)}, Q gives it "
        f"{_short(most.q)}, and it makes {100 * most.contribution / total:.0f} % of the whole."
    )


def _infinite(card: Scorecard) -> Iterator[str]:
    yield f"KL(P‖Q) is infinite: {_impossible(card)}. One such outcome makes any code for Q fail."
    most = f"{_short(largest_js(card))} {card.unit}"
    yield "What helps, by name:"
    yield f"{ITEM}a bounded measure: {_value('JS(P, Q)', card.jensen_shannon)}, at most {most};"
    yield f"{ITEM}the other direction, if that is your question: {_other_direction(card)};"
    yield (
        f"{ITEM}the counts themselves, if these are shares of what was counted: there a 0 means "
        "not seen yet, and kullback.counts.kl estimates with an error. No epsilon is ever added "
        "in silence: any answer can be had by choosing one."
    )


def _impossible(card: Scorecard) -> str:
    outcomes = card.outcomes
    places = np.flatnonzero((outcomes.p > 0) & (outcomes.q == 0))[:NAMED].tolist()
    where = [f"{_who(outcomes[i].label)} (P = {_short(outcomes[i].p)})" for i in places]
    more = len(card.infinite_at) - len(where)
    listed = ", ".join(where) + (f" and {more} more" if more > 0 else "")
    verb = "happens" if len(card.infinite_at) == 1 else "happen"
    return f"{listed or 'some outcome'} {verb} under P and Q calls it impossible (Q = 0)"


def _who(label: Hashable) -> str:
    return quote(label) if isinstance(label, str) else f"outcome {quote(label)}"


def _other_direction(card: Scorecard) -> str:
    if math.isinf(float(card.reverse_kl)):
        return "KL(Q‖P) is infinite as well"
    return f"{_value('KL(Q‖P)', card.reverse_kl)} is finite"


def _asymmetry(card: Scorecard) -> str:
    forward, reverse = float(card.kl), float(card.reverse_kl)
    if math.isclose(forward, reverse, rel_tol=1e-9, abs_tol=1e-15):
        return (
            f"Both directions give {_value('KL', card.kl)} here; in general they differ, because "
            "P decides how often each outcome is paid for."
        )
    return (
        f"The direction matters: {_value('KL(P‖Q)', card.kl)} asks what believing Q costs while P "
        f"happens; {_value('KL(Q‖P)', card.reverse_kl)} asks the reverse."
    )


def _noise(card: Scorecard) -> Iterator[str]:
    if not isinstance(card.kl, Estimate):
        return
    if card.kl.null_bias is not None:
        yield (
            f"Noise floor: two samples of this size (n={card.kl.n:g}, m={card.kl.m or 0:g}) from "
            f"one distribution show about {_short(card.kl.null_bias)} {card.unit} by chance alone "
            "when the shares are put into the formula as they are."
        )
    if card.kl.raw is not None and card.kl.raw < 0:
        yield (
            "The estimate came out below 0 because the chance part was taken out: read it as near "
            "0."
        )
    if card.homogeneity is not None:
        yield _surprising(card.homogeneity.p_value)


def _surprising(p_value: float) -> str:
    verdict = "it is hard to explain by chance" if p_value <= 0.05 else "chance can explain it"
    return (
        f"If both samples came from one distribution, a difference at least this large would be "
        f"seen with probability {format_p_value(p_value)}: {verdict}."
    )


def _value(title: str, value: Quantity) -> str:
    return f"{title} = {_short(float(value))} {value.unit}"


def _short(value: float) -> str:
    return format_number(value, 3)
