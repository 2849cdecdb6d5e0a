"""From counts to probabilities that are nowhere 0 by accident."""

import sys
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.arguments import MANY, whole
from kullback.counts.rows.row import CountRow, Counts, chosen, row
from kullback.counts.smoothing.discounting import (
    by_absolute_discounting,
    by_good_turing,
    by_witten_bell,
)
from kullback.counts.smoothing.mixtures import additive, by_dirichlet, by_james_stein
from kullback.counts.smoothing.prior import positive, proportions
from kullback.errors import InputError, ShapeError, SupportError

Array = NDArray[np.float64]


def smooth(
    x: Counts,
    *,
    method: str,
    alphabet: int | Sequence[Hashable] | None = None,
    toward: Counts | None = None,
    strength: float | None = None,
) -> Any:
    """Turn counts into probabilities by a smoothing that has a name.

    With n observations, K outcomes in the alphabet, T of them seen, f₁ once and f₂ twice:

    - ``laplace``, ``jeffreys``, ``additive``: (x + α)/(n + αK), α = 1, ½ or `strength`;
    - ``dirichlet``: (x + κr)/(n + κ), r = `toward` (equal shares without it) and
      κ = `strength`; without it the κ of the largest evidence (empirical Bayes);
    - ``james-stein``: λr + (1−λ) x/n with the λ of least mean square error (Hausser and
      Strimmer 2009);
    - ``good-turing``: f₁/n goes to the unseen (Gale and Sampson 1995);
    - ``witten-bell``: T/(n+T) goes to the unseen (Witten and Bell 1991);
    - ``absolute-discounting``: d = `strength`, else f₁/(f₁ + 2f₂), is taken from each count
      and given to the unseen (Ney, Essen and Kneser 1994).

    The last three share what they set aside out over the outcomes with count 0: evenly, or in
    proportion to `toward`. For KL smooth both sides over one alphabet; α = 1/K and James–Stein,
    which suit entropy, do not suit KL.

    Parameters
    ----------
    x : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts.
    method : str
        One of the above.
    alphabet : int or sequence of labels, optional
        All outcomes: how many, for an array, to which zeros are added at its end; or their
        labels, for labelled counts. Without it those that `x` lists.
    toward : array_like of shape (K,) or mapping, optional
        A reference, of which only the proportions are used.
    strength : float, optional
        See above.

    Returns
    -------
    ndarray of shape (K,), dict or Series
        Probabilities that sum to 1: a dict of label to probability for a mapping, a Series
        for a Series.

    Raises
    ------
    InputError, ShapeError, SupportError, MassError
        Naming the argument, the place, the value and the remedy; also where a method sets
        something aside for outcomes never seen, and there are none.
    MethodError
        For an unknown method, or one that these counts do not allow.

    Examples
    --------
    >>> smooth([4, 2, 1, 1, 0, 0], method="absolute-discounting")
    array([0.4375, 0.1875, 0.0625, 0.0625, 0.125 , 0.125 ])
    >>> smooth({"a": 3, "b": 1}, method="laplace", alphabet=["a", "b", "c", "d"])
    {'a': 0.5, 'b': 0.25, 'c': 0.125, 'd': 0.125}
    """
    rule = chosen(METHODS, method, "smooth")
    if toward is not None and not rule.toward:
        raise InputError(f'method={method!r} has no reference: leave toward= out, or "dirichlet"')
    if strength is not None and not rule.strength:
        raise InputError(f"method={method!r} has no strength to choose: leave strength= out")
    counts = _over(row(x), alphabet)
    reference = None
    if toward is not None:
        reference = proportions(toward, counts.labels, len(counts.x))
    return _like(x, counts.labels, rule.function(counts.x, reference, strength))


def _over(counts: CountRow, alphabet: int | Sequence[Hashable] | None) -> CountRow:
    """Return the counts over the whole alphabet."""
    if alphabet is None:
        return counts
    if isinstance(alphabet, int | np.integer):
        if counts.labels is not None:
            raise ShapeError("x has labels, so alphabet= names all outcomes; give their labels")
        more = whole("alphabet", alphabet, 0, MANY) - len(counts.x)
        if more < 0:
            raise InputError(f"alphabet={alphabet} and x lists {len(counts.x)} outcomes already")
        return CountRow(np.append(counts.x, np.zeros(more)))
    if counts.labels is None:
        raise ShapeError("alphabet= names outcomes and x has no labels; give a number of outcomes")
    table = dict(zip(counts.labels, counts.x.tolist(), strict=True))
    names = tuple(dict.fromkeys(alphabet))
    missing = [label for label in table if label not in set(names)]
    if missing:
        raise SupportError(f"x has {missing[0]!r}, which alphabet= does not name; add it there")
    return CountRow(np.array([table.get(name, 0.0) for name in names]), names)


def _like(x: Any, labels: tuple[Hashable, ...] | None, p: Array) -> Any:
    if labels is None:
        return p
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(x, pandas.Series):
        return pandas.Series(p, index=list(labels), name=x.name)
    if isinstance(x, Mapping):
        return dict(zip(labels, p.tolist(), strict=True))
    return p


class Rule(NamedTuple):
    """A smoothing, and whether it has a reference and a strength."""

    function: Callable[[Array, Array | None, float | None], Array]
    toward: bool
    strength: bool


def _additive(x: Array, _: Array | None, alpha: float | None) -> Array:
    if alpha is None:
        raise InputError('method="additive" adds strength= to every count; give it, above 0')
    return additive(x, positive("strength", alpha))


METHODS: dict[str, Rule] = {
    "laplace": Rule(lambda x, *_: additive(x, 1.0), toward=False, strength=False),
    "jeffreys": Rule(lambda x, *_: additive(x, 0.5), toward=False, strength=False),
    "additive": Rule(_additive, toward=False, strength=True),
    "dirichlet": Rule(by_dirichlet, toward=True, strength=True),
    "james-stein": Rule(by_james_stein, toward=True, strength=False),
    "good-turing": Rule(by_good_turing, toward=True, strength=False),
    "witten-bell": Rule(by_witten_bell, toward=True, strength=False),
    "absolute-discounting": Rule(by_absolute_discounting, toward=True, strength=True),
}
