"""Bounds for KL(P‖Q) where both sides are lists that servers printed, or Q is a whole row."""

import math
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback.errors import InputError, ShapeError
from kullback.lm.top_k.bounds import Bounds
from kullback.lm.top_k.bounds_of_rows import of_dense, of_lists
from kullback.lm.top_k.known_lists import KnownLists
from kullback.lm.top_k.lists import TopK

Ids = NDArray[np.int64]

# What servers compute with.
SINGLE = 2.0**-24


def list_bounds(p: TopK, q: TopK | ArrayLike, *, q_floor: float | None = None) -> Bounds:
    """Bound KL(P‖Q) token by token, where P is a list and Q a list too, or whole rows.

    Tokens are matched by id where both sides have ids, else by their bytes; a token that cannot
    be told from another (one text for two ids) is left to the tail on both sides, which keeps
    the bounds true.

    Parameters
    ----------
    p : TopK
        The base, from `read_logprobs`.
    q : TopK or array-like of shape (tokens, vocabulary)
        The model: its lists over the same text, or its log-probabilities of all tokens by id.
    q_floor : float, optional
        The log-probability, in nats, that no token of Q is below; without it, or whole rows, the
        upper bounds are +inf.

    Returns
    -------
    Bounds
        One a token. The lower bound also uses that a token in neither list has at most the
        least of it, on either side.

    Raises
    ------
    InputError, ShapeError
        If the two are not of one text and one tokeniser (another number of tokens, or another
        token came at a place), or what is said cannot be true of any distributions.

    Examples
    --------
    >>> base = [None, {"5": {"logprob": -0.2, "rank": 1}, "7": {"logprob": -2.5, "rank": 2}}]
    >>> model = [None, {"5": {"logprob": -0.3, "rank": 1}, "8": {"logprob": -2.0, "rank": 2}}]
    >>> from kullback import lm
    >>> print(list_bounds(lm.read_logprobs(base), lm.read_logprobs(model), q_floor=-20.0).mean())
    0.018805 ≤ KL(P‖Q) ≤ 3.2273 nats (81.87 % of P is known)
    """
    if q_floor is not None and not q_floor <= 0:
        raise InputError(
            f"the floor is {q_floor:g}; it is a log-probability in nats, such as -30: below 0"
        )
    cap = np.exp(p.limit)
    if not isinstance(q, TopK):
        return _against_rows(p, np.asarray(q), cap)
    _refuse_other_text(p, q)
    of_p, of_q = _keys(p, q)
    found = of_p[:, :, None] == of_q[:, None, :]
    there = found.any(axis=2)
    log_q = np.where(there, np.take_along_axis(q.logp, found.argmax(axis=2), axis=1), np.nan)
    unmatched = np.where(found.any(axis=1), np.nan, q.logp)
    # What cannot be told from another may be any unmatched token of the other side: it only
    # says how large an unlisted q may be, and so does all of Q where P has such a token.
    lost_p = np.logical_and(of_p < 0, ~np.isnan(p.logp)).any(axis=1, keepdims=True)
    lost = np.logical_or(of_q < 0, lost_p)
    most = np.fmax(q.limit, np.fmax.reduce(np.where(lost, unmatched, np.nan), axis=1))
    only_q = np.where(lost, np.nan, unmatched)
    known = KnownLists(p.logp, log_q, cap, (SINGLE, SINGLE))
    floor = np.full(len(p), -math.inf if q_floor is None else q_floor)
    return of_lists(known, floor, np.full(len(p), np.inf), only_q=only_q, most=np.exp(most))


def _against_rows(p: TopK, q: NDArray[Any], cap: NDArray[np.float64]) -> Bounds:
    if p.ids is None:
        raise InputError(f"p ({p.source}) has no token ids, and rows of q are found by them")
    if q.ndim != 2 or len(q) != len(p) or p.ids.max() >= q.shape[1]:
        raise ShapeError(
            f"q has shape {q.shape}; p has {len(p)} tokens and ids to {p.ids.max()}, so give one "
            f"row a token, one column an id"
        )
    return of_dense(p.ids, p.logp, q, cap, (SINGLE, SINGLE))


def _refuse_other_text(p: TopK, q: TopK) -> None:
    """Raise unless the same tokens came, in as many places."""
    if len(p) != len(q):
        raise ShapeError(
            f"p has {len(p)} tokens and q has {len(q)}; both must be of one text and tokeniser"
        )
    if p.target_ids is not None and q.target_ids is not None:
        differ = p.target_ids != q.target_ids
    else:
        pairs = zip(p.target_names, q.target_names, strict=True)
        differ = np.array([bool(a and b and a != b) for a, b in pairs])
    if differ.any():
        at = int(differ.argmax())
        said = [
            repr(side.target_names[at]) if side.target_ids is None else str(side.target_ids[at])
            for side in (p, q)
        ]
        raise InputError(
            f"token {at} is {said[0]} in p and {said[1]} in q ({int(differ.sum())} such of "
            f"{len(p)}); both must be of one text and tokeniser"
        )


def _keys(p: TopK, q: TopK) -> tuple[Ids, Ids]:
    """Return a number for each token of each list: the same on both sides for the same token.

    −1 and −2 stand for no token, and for one that cannot be told from another.
    """
    if p.ids is not None and q.ids is not None:
        return p.ids, np.where(q.ids < 0, -2, q.ids)
    numbers: dict[bytes, int] = {}
    fresh = count()
    keys = [np.full(side.logp.shape, missing, np.int64) for side, missing in ((p, -1), (q, -2))]
    for side, out in zip((p, q), keys, strict=True):
        for row, names in enumerate(side.names):
            for column, name in enumerate(names):
                if name and names.count(name) == 1:
                    out[row, column] = numbers.setdefault(name, next(fresh))
    return keys[0], keys[1]
