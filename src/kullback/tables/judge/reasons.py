"""The verdict in plain words, with the outcome that explains most of it."""

from collections.abc import Collection, Hashable, Iterable, Sequence

import numpy as np

from kullback.tables.profiles import labels
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.labels import Bin, Special
from kullback.tables.results.column_facts import ShareChange, Verdict
from kullback.units import format_number

_LONGEST = 60


def percent(share: float) -> str:
    """Write a share as a percentage with three digits.

    Examples
    --------
    >>> percent(0.031), percent(1), percent(1e-7)
    ('3.1 %', '100 %', '<0.001 %')
    """
    if 0 < share < 1e-5:
        return "<0.001 %"
    return f"{100 * share:.3g} %"


def explain(aligned: Aligned, beyond: str | None = None, each: int = 1) -> str:
    """Say what happened to the outcome that contributes most to the JS divergence.

    Parameters
    ----------
    aligned : Aligned
        The counts of both sides.
    beyond : str or None
        What is said of rows outside the reference's range, where they were counted.
    each : int
        For how many outcomes one of many stands.
    """
    p, q = aligned.x / aligned.x.sum(), aligned.y / aligned.y.sum()
    m = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(p > 0, p * np.log(p / m), 0.0) + np.where(q > 0, q * np.log(q / m), 0.0)
    most = int(np.argmax(parts))
    for only, share, words in (
        ((q == 0) & (p > 0), p, "new values hold {} of current rows"),
        ((p == 0) & (q > 0), q, "values held {} of reference rows and are gone"),
    ):
        # Many small ones say more together than the largest of them alone.
        if parts[only].sum() > 2 * parts[most]:
            many = f"{only.sum()}" if each == 1 else f"about {only.sum() * each:,}"
            return f"{many} {words.format(percent(float(share[only].sum())))}"
    label = aligned.labels[most]
    if beyond is not None and q[most] == 0 and isinstance(label, Bin) and is_open(label):
        return beyond
    return _outcome(label, float(p[most]), float(q[most]))


def is_open(label: Bin) -> bool:
    """Return whether a bin has no end on one side."""
    return label.low is None or label.high is None


def new_values(names: Sequence[Hashable], share: float) -> str:
    """Say what share of the current rows values hold that the reference never shows."""
    if len(names) == 1:
        return _outcome(names[0], share, 0.0)
    return f"{len(names)} new values hold {percent(share)} of current rows"


def _outcome(label: Hashable, p: float, q: float) -> str:
    name = spoken(label)
    if label == labels.MISSING:
        return f"missing {percent(q)} → {percent(p)}"
    if label == labels.UNREADABLE:
        return f"{percent(p)} of current rows cannot be read as the reference's type"
    if q == 0:
        return f"{name} {_be(label)} new and {_hold(label)} {percent(p)} of current rows"
    if p == 0:
        return f"{name} held {percent(q)} of reference rows and {_be(label)} gone"
    return f"{name}: {percent(q)} → {percent(p)} of rows"


def _plural(label: Hashable) -> bool:
    return isinstance(label, Bin) or label in {labels.OTHER, labels.PRESENT}


def _be(label: Hashable) -> str:
    return "are" if _plural(label) else "is"


def _hold(label: Hashable) -> str:
    return "hold" if _plural(label) else "holds"


def spoken(label: Hashable) -> str:
    """Return how an outcome is called in a sentence; categories are quoted.

    Examples
    --------
    >>> spoken("EU-X"), spoken(Bin(1, 2, "(1, 2]")), spoken(3)
    ("'EU-X'", 'values (1, 2]', '3')
    """
    if isinstance(label, str):
        return repr(label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…")
    if label in {labels.PRESENT, labels.MISSING, labels.UNREADABLE}:
        return f"{label} values"
    return f"values {label}" if isinstance(label, Bin) else str(label)


def sentence(
    verdict: Verdict,
    q_value: float,
    alpha: float,
    detail: str,
    smallest: str | None,
    codes: Collection[str] = (),
) -> str:
    """Return the reason of a verdict.

    Parameters
    ----------
    verdict, q_value, alpha
        What was found.
    detail : str
        What happened to the outcome that explains most.
    smallest : str or None
        The smallest difference that could have been shown, where undecided.
    codes : collection of str
        Of what is noted: whether the verdict allows for neighbouring rows that are alike, and
        whether one side is rounded.
    """
    found = q_value <= alpha
    by = "rounding to single precision" if "rounded" in codes else "chance"
    nothing = f"no difference beyond {by}"
    if verdict == "drifted":
        return detail
    if verdict == "same":
        return f"a real but small difference: {detail}" if found else nothing
    if "autocorrelated" in codes:
        return f"{_NEAR[found]}: {detail}"
    if found:
        return f"different, but perhaps by less than the tolerance: {detail}"
    if smallest is None:
        return nothing
    return f"{nothing}; the smallest that would show is JS = {smallest}"


_NEAR = {
    True: "different; by how much is open, as rows near each other are alike",
    False: "no difference beyond chance where rows near each other are so alike",
}


def with_shares(
    own: Verdict, whole: str, verdict: Verdict, shares: Sequence[ShareChange], alpha: float
) -> str:
    """Return the reason of a column, the shares that weigh most in it first.

    Parameters
    ----------
    own, whole
        The verdict of the divergence, and its reason.
    verdict
        That of the column.
    shares
        Those with a verdict of their own.
    alpha
        Of the tests.
    """
    drifted = _sentences(s for s in shares if s.verdict == "drifted")
    wide = [s for s in shares if s.verdict == "undecided"]
    seen = _sentences(s for s in wide if s.q_value <= alpha)
    if drifted or own == "drifted":
        said = [*drifted, *([whole] if own == "drifted" else []), *seen]
        return "; ".join(dict.fromkeys(said))
    if verdict == own:
        return whole
    if seen:
        return f"{'; '.join(seen)}, perhaps by less than the tolerance"
    names = " and ".join(_SHARE_NAMES[s.name] for s in wide)
    return f"{whole}, but the share of {names} may have changed by more than its tolerance"


def _sentences(shares: Iterable[ShareChange]) -> list[str]:
    """Say each change; new values that are those out of range need no sentence beside theirs."""
    found = {share.name: share for share in shares}
    out, new = found.get("out of range"), found.get("new")
    if out is not None and new is not None and new.current - out.current <= new.tolerance:
        del found["new"]
    return [share.sentence for share in found.values()]


_SHARE_NAMES = {
    "missing": "missing values",
    "out of range": "values out of range",
    "new": "new values",
    "rare": "rare values",
}


def alike(order: str, current: float, reference: float, unseen: str = "") -> str:
    """Say that neighbouring rows are alike, what that does, and which command shows more."""
    where = f"near each other in {order!r}" if order else "next to each other"
    sides = {"current": current, "reference": reference}
    said = " and ".join(f"{factor:.3g} {side} rows" for side, factor in sides.items() if factor > 1)
    head = f"Rows {where} are alike, so that {said} say no more than one independent row: the "
    if unseen:
        return (
            f"{head}verdict allows for it; the {unseen} side is a profile, which keeps no "
            "order of rows, and is taken to be as alike as the other side."
        )
    more = f"order={order!r}" if order else "order= and the column they lie in order of,"
    return f"{head}verdict allows for it; {more} with block= shows more."


def amount(value: float, unit: str) -> str:
    """Write a number with its unit."""
    return f"{format_number(value, 2)} {unit}"


def is_named(label: Hashable) -> bool:
    """Return whether an outcome can be called new or gone: a value, a bin or unreadable rows."""
    return not (isinstance(label, Special) and label in {labels.MISSING, labels.OTHER})
