"""Pictures for papers and notebooks, with matplotlib."""

from typing import TYPE_CHECKING

import numpy as np

from kullback.outcomes import Outcome
from kullback.report.axes.draw import new_axes
from kullback.report.blocks.label import name
from kullback.report.svg.writer import CURRENT, FEWER, MORE, REFERENCE
from kullback.scorecard.scorecard import Scorecard

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

SHOWN = 30
HEADROOM = 1.2  # above the highest bar, for the legends
P_COLOUR, Q_COLOUR, MORE_COLOUR, FEWER_COLOUR = CURRENT, REFERENCE, MORE, FEWER


def scorecard(card: Scorecard, ax: "Axes | None" = None) -> "Axes":
    """Draw P and Q side by side, and above each pair what the outcome contributes.

    Parameters
    ----------
    card : Scorecard
        What `compare` returned.
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Returns
    -------
    matplotlib Axes
        With the contributions on a second axis at the right.

    Raises
    ------
    MissingDependencyError
        If matplotlib is not installed.
    """
    ax = new_axes() if ax is None else ax
    outcomes = card.outcomes[:] if len(card.outcomes) <= SHOWN else card.outcomes.largest(SHOWN)
    _probabilities(ax, outcomes)
    _contributions(ax, outcomes, card.unit)
    left_out = len(card.outcomes) - len(outcomes)
    more = f" ({len(outcomes)} largest of {len(card.outcomes)} outcomes)" if left_out else ""
    ax.set_title(f"KL(P‖Q) = {_headline(card)}{more}")
    return ax


def _headline(card: Scorecard) -> str:
    return str(card.kl).partition(" = ")[2] or str(card.kl)


def _probabilities(ax: "Axes", outcomes: list[Outcome]) -> None:
    places = np.arange(len(outcomes))
    # Q at the left, as in the pictures of the page: from what was believed to what happens.
    ax.bar(places, [o.p for o in outcomes], 0.27, label="P", color=P_COLOUR)
    ax.bar(places - 0.27, [o.q for o in outcomes], 0.27, label="Q", color=Q_COLOUR)
    # A dollar sign would start a formula.
    names = [name(o.label, 24).replace("$", r"\$") for o in outcomes]
    crowded = len(outcomes) > 8 or max(map(len, names), default=0) > 10
    ax.set_xticks(places, names, rotation=60 if crowded else 0, ha="right" if crowded else "center")
    ax.set_ylabel("probability")
    ax.set_ylim(0, max(max(o.p, o.q) for o in outcomes) * HEADROOM)
    ax.legend(loc="upper left", ncols=2, frameon=False)


def _contributions(ax: "Axes", outcomes: list[Outcome], unit: str) -> None:
    values = np.array([o.contribution for o in outcomes])
    finite = values[np.isfinite(values)]
    ceiling = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
    places = np.arange(len(outcomes)) + 0.27
    right = ax.twinx()
    heights = np.where(np.isfinite(values), values, ceiling)
    colours = [MORE_COLOUR if o.p > o.q else FEWER_COLOUR for o in outcomes]
    right.bar(places, heights, 0.27, label="contribution", color=colours)
    for place in places[~np.isfinite(values)]:
        right.annotate("∞", (place, ceiling), ha="center", va="bottom")
    right.set_ylim(0, ceiling * HEADROOM)
    right.set_ylabel(f"contribution to KL(P‖Q) ({unit})")
    right.legend(handles=_signs(), loc="upper right", frameon=False)


def _signs() -> "list[Patch]":
    from matplotlib.patches import Patch

    colours = {"contribution, P has more": MORE_COLOUR, "…, P has less": FEWER_COLOUR}
    return [Patch(color=colour, label=words) for words, colour in colours.items()]
