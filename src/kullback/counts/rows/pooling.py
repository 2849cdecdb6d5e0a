"""Rare outcomes into one, decided on the reference alone."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kullback import kernels
from kullback.arguments import number
from kullback.counts.rows.pair import CountPair, pair
from kullback.counts.rows.row import CountRow, Counts, chosen, row
from kullback.errors import InputError, ShapeError, SupportError
from kullback.results import Information
from kullback.results.facts import PlainFacts

Array = NDArray[np.float64]

OTHER, NEW = "other", "new"


@dataclass(frozen=True, eq=False)
class Pooling(PlainFacts):
    """Counts in which rare outcomes were put together.

    Parameters
    ----------
    x : ndarray of shape (kept + 2,)
        Counts of P: the outcomes kept in their order, then "other", then "new".
    y : ndarray of shape (kept + 2,) or None
        Those of the reference; nothing is "new" there.
    labels : tuple
        Their names: labels (or positions) of the outcomes kept, "other" and "new".
    mapping : dict
        From each label (or position) to the name of the outcome that it went to.
    coverage : float
        Share of the reference in the outcomes kept.
    new : float
        Share of P's sample in outcomes that the reference never shows.
    drop : Information or None
        By how much the plug-in KL(P‖Q) became smaller, over the outcomes that the reference
        shows: never negative.
    """

    x: Array
    y: Array | None
    labels: tuple[Hashable, ...]
    mapping: dict[Hashable, Hashable]
    coverage: float
    new: float
    drop: Information | None

    def __repr__(self) -> str:
        return (
            f"<Pooling: {len(self.labels) - 2} of {len(self.mapping)} outcomes kept, with "
            f"{100 * self.coverage:.3g} % of the counts>"
        )

    def apply(self, x: Counts) -> Array:
        """Return other counts pooled in the same way; labels not known before are "new"."""
        counts = row(x)
        if counts.labels is None and len(counts.x) != len(self.mapping):
            raise ShapeError(f"x has {len(counts.x)} outcomes and {len(self.mapping)} were pooled")
        names = range(len(counts.x)) if counts.labels is None else counts.labels
        place = {label: index for index, label in enumerate(self.labels)}
        index = [place[self.mapping.get(name, NEW)] for name in names]
        return np.bincount(index, counts.x, len(self.labels)).astype(np.float64)


def pool(
    x: Counts, y: Counts | None = None, *, by: str = "expected", minimum: float = 5
) -> Pooling:
    """Put rare outcomes together as "other", and those that the reference lacks as "new".

    What is rare is decided on the reference alone, so that the data to be judged have no say:

    - ``expected``: kept with an expected count of `minimum` or more in the smaller sample,
      y·min(n, m)/m;
    - ``share``: kept with a share y/m of `minimum` or more;
    - ``top``: the `minimum` most frequent are kept;
    - ``coverage``: the fewest that together hold a share `minimum` or more are kept.

    KL of what is pooled is a lower bound of KL of what is not.

    Parameters
    ----------
    x : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts of P.
    y : like x, optional
        Counts of the reference, Q; without it `x` is its own.
    by : {"expected", "share", "top", "coverage"}
        The rule.
    minimum : float
        See above.

    Returns
    -------
    Pooling
        The pooled counts, where each outcome went, and what was lost.

    Raises
    ------
    InputError, ShapeError, MassError, MethodError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> pooling = pool({"a": 50, "b": 3, "c": 2, "d": 1}, {"a": 60, "b": 1, "c": 4})
    >>> pooling.labels, pooling.x, pooling.y
    (('a', 'other', 'new'), array([50.,  5.,  1.]), array([60.,  5.,  0.]))
    >>> pooling.drop
    0.0341 nats
    """
    counts = _with_itself(row(x)) if y is None else pair(x, y)
    kept = chosen(RULES, by, "pool", "by")(counts, _number(minimum)) & (counts.y > 0)
    names = [counts.name(i) for i in range(len(counts.x))]
    clash = {OTHER, NEW} & {names[i] for i in np.flatnonzero(kept)}
    if clash:
        raise SupportError(f"an outcome is named {clash.pop()!r} already; rename it")
    target = np.where(kept, np.cumsum(kept) - 1, kept.sum() + (counts.y == 0))
    labels = (*(names[i] for i in np.flatnonzero(kept)), OTHER, NEW)
    pooled = [
        np.bincount(target, side, len(labels)).astype(np.float64) for side in (counts.x, counts.y)
    ]
    return Pooling(
        x=pooled[0],
        y=None if y is None else pooled[1],
        labels=labels,
        mapping={name: labels[i] for name, i in zip(names, target.tolist(), strict=True)},
        coverage=float(counts.y[kept].sum()) / counts.m,
        new=counts.unseen,
        drop=None if y is None else Information(_drop(counts, ~kept & (counts.y > 0)), "nats"),
    )


def _with_itself(counts: CountRow) -> CountPair:
    return CountPair(counts.x, counts.x, counts.labels, counts.notes)


def _drop(counts: CountPair, other: NDArray[np.bool_]) -> float:
    """Return the divergence within what was put together, ≥ 0 by the log-sum inequality."""
    p, q = counts.x[other] / counts.n, counts.y[other] / counts.m
    if not p.sum() > 0:
        return 0.0
    return float(p.sum() * kernels.kl((p / p.sum())[None], (q / q.sum())[None])[0])


def _number(minimum: float) -> float:
    least = number("minimum", minimum)
    if not 0 <= least < np.inf:
        raise InputError(f"minimum={minimum} is not a finite number of at least 0")
    return least


def _by_expected(counts: CountPair, minimum: float) -> NDArray[np.bool_]:
    return np.asarray(counts.y * (min(counts.n, counts.m) / counts.m) >= minimum)


def _by_share(counts: CountPair, minimum: float) -> NDArray[np.bool_]:
    return np.asarray(counts.y / counts.m >= _share("share", minimum))


def _by_top(counts: CountPair, minimum: float) -> NDArray[np.bool_]:
    return _first(counts, round(minimum))


def _by_coverage(counts: CountPair, minimum: float) -> NDArray[np.bool_]:
    held = np.cumsum(-np.sort(-counts.y)) / counts.m
    needed = _share("coverage", minimum) * (1 - 1e-12)
    return _first(counts, int(np.searchsorted(held, needed)) + 1)


def _first(counts: CountPair, number: int) -> NDArray[np.bool_]:
    kept = np.zeros(len(counts.y), dtype=np.bool_)
    kept[np.argsort(-counts.y, kind="stable")[:number]] = True
    return kept


def _share(by: str, minimum: float) -> float:
    if minimum > 1:
        raise InputError(f"minimum={minimum:g} is not a share between 0 and 1, which by={by!r} has")
    return minimum


RULES: dict[str, Callable[[CountPair, float], NDArray[np.bool_]]] = {
    "expected": _by_expected,
    "share": _by_share,
    "top": _by_top,
    "coverage": _by_coverage,
}
