"""Two models of which only lists of likely tokens are known: between which values their KL is."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kullback.errors import InputError, ShapeError
from kullback.lm.clusters import Clusters, mean_of_tokens
from kullback.lm.top_k.bounds import Bounds
from kullback.lm.top_k.bounds_of_lists import list_bounds
from kullback.lm.top_k.lists import TopK
from kullback.lm.top_k.read import read_logprobs
from kullback.renderable import Renderable
from kullback.results import Estimate, Note
from kullback.results.facts import facts

if TYPE_CHECKING:
    from kullback.report.blocks.document import Document

Given = str | Path | TopK


@dataclass(frozen=True, eq=False, repr=False)
class ListComparison(Renderable):
    """Bounds of KL(base‖model) from lists of the likeliest tokens.

    Parameters
    ----------
    base, model : str
        The names of both sides.
    lower, upper : Estimate
        Means over the tokens of the least and the largest KL that the lists allow, in nats, with
        errors clustered by response. The mean KL itself lies between the two.
    renormalised, truncated : float or None
        What others report in its place: KL of the lists divided by their sums, and the sum over
        the listed tokens alone. Neither bounds KL.
    coverage : float
        The mean probability of the tokens that both sides list.
    bounds : Bounds
        Of each token.
    notes : tuple of Note
        What was decided or noticed on the way.
    """

    base: str
    model: str
    lower: Estimate
    upper: Estimate
    renormalised: float | None
    truncated: float
    coverage: float
    bounds: Bounds
    notes: tuple[Note, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values, without the single tokens."""
        head = {"direction": "KL(base‖model)"}
        shown = (f.name for f in fields(self) if f.name != "bounds")
        return head | {name: facts(getattr(self, name)) for name in shown}

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.lm.top_k.comparison_document import document

        return document(self)


def compare_lists(base: Given, model: Given, *, floor: float | None = None) -> ListComparison:
    """Compare two models by the lists of likely tokens that servers print.

    Parameters
    ----------
    base, model : path or TopK
        P and Q over the same text: files that `kullback.lm.read_logprobs` reads.
    floor : float, optional
        A log-probability, in nats, that no token of Q is below. Without it KL has no upper bound.

    Returns
    -------
    ListComparison
        The bounds of the mean, sharp as each token's are.

    Raises
    ------
    FormatError
        A file is not what it should be.
    InputError, ShapeError
        The two are not of one text and one tokeniser.

    Examples
    --------
    >>> from kullback import lm
    >>> base = [None, {"5": {"logprob": -0.2, "rank": 1}, "7": {"logprob": -2.5, "rank": 2}}]
    >>> model = [None, {"5": {"logprob": -0.3, "rank": 1}, "8": {"logprob": -2.0, "rank": 2}}]
    >>> lists = lm.read_logprobs(base), lm.read_logprobs(model)
    >>> result = compare_lists(*lists, floor=-20.0)
    >>> round(result.lower.value, 4), round(result.upper.value, 4)
    (0.0188, 3.2273)
    """
    p, q = (x if isinstance(x, TopK) else read_logprobs(x) for x in (base, model))
    try:
        bounds = list_bounds(p, q, q_floor=floor)
    except (InputError, ShapeError) as error:
        names = f"p is {_name('base', base)} and q is {_name('model', model)}"
        raise type(error)(f"{names}: {error}") from None
    clusters = Clusters.of(p.clusters, "response")
    lower, upper = (
        mean_of_tokens(
            np.atleast_1d(values), clusters, f"{which} bound of KL(base‖model)", unit="nats"
        )
        for which, values in (("lower", bounds.lower), ("upper", bounds.upper))
    )
    mean = bounds.mean()
    renormalised = float(mean.renormalised)
    return ListComparison(
        base=_name("base", base),
        model=_name("model", model),
        lower=lower,
        upper=upper,
        renormalised=None if np.isnan(renormalised) else renormalised,
        truncated=float(mean.truncated),
        coverage=float(mean.coverage),
        bounds=bounds,
        notes=_notes(p, q, bounds),
    )


def _name(side: str, given: Given) -> str:
    return side if isinstance(given, TopK) else Path(given).name


def _notes(p: TopK, q: TopK, bounds: Bounds) -> tuple[Note, ...]:
    unbounded = Note("no-upper-bound", f"No upper bound: {bounds.reason}.")
    found = (*p.notes, *q.notes, *((unbounded,) if bounds.reason else ()))
    return tuple(dict.fromkeys(found))
