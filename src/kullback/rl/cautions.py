"""What a user should know about an estimate from actions, said in notes."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kullback.results import Note
from kullback.rl.importance_ratios import Ratios
from kullback.statistics import pareto
from kullback.statistics.mean import Mean, clustered_mean

Array = NDArray[np.float64]

# A mean below 0 this unlikely is no accident.
UNLIKELY = 0.01
FEW_CLUSTERS = 20


def negative(mean: Mean) -> Iterator[Note]:
    """Say why an estimate is negative, and whether that can be chance."""
    if not mean.value < 0:
        return
    text = (
        "A negative estimate of a KL near 0: ln(π/ref) of single actions has either sign, and "
        "only its mean over the policy's own actions is never negative."
    )
    yield Note("negative", text)
    p = mean.chance_below(mean.value)
    if p < UNLIKELY:
        text = (
            f"It is {-mean.value / mean.error:.3g} standard errors below 0 (p = {p:.2g}), which "
            f"chance does not explain: the actions were not drawn from the policy that gave log_p "
            f"(an older policy, another temperature or top-p, shifted or padded positions). Give "
            f"log_sampled."
        )
        yield Note("significantly-negative", text)


def inconsistent(log_ratio: Array, cluster: NDArray[np.intp] | None) -> Iterator[Note]:
    """Say when the actions cannot be those of the policy: the mean of ref/π is then not 1."""
    excess = np.expm1(-log_ratio)
    mean = clustered_mean(excess, cluster)
    away = abs(mean.value)
    if not 2 * mean.chance_below(-away) < UNLIKELY:
        return
    text = (
        f"The mean of ref/π is {1 + mean.value:.4g}, {away / mean.error:.3g} standard errors from "
        f"1, which it is over the policy's own actions: k1 and k3 disagree by {away:.3g} nats. "
        f"Were they drawn from an older policy, or at another temperature? Then give log_sampled."
    )
    yield Note("inconsistent", text)


def biased(kind: str) -> Iterator[Note]:
    """Say of a kind that it does not estimate KL itself."""
    if kind == "k2":
        text = (
            "k2 is biased: its mean is E (ln π/ref)²/2, close to KL only where both policies are "
            "close; the interval is for that mean."
        )
        yield Note("biased", text)
    if kind == "abs":
        text = "abs is biased: its mean is E |ln π/ref|, never below KL; the interval is for that."
        yield Note("biased", text)


def span(log_ratio: Array) -> Note:
    """State the range of the log-ratios."""
    return Note(
        "span", f"ln(π/ref) lies between {log_ratio.min():.4g} and {log_ratio.max():.4g} nats."
    )


def weights(name: str, found: Ratios) -> Iterator[Note]:
    """State how many draws the ratios are worth, and how heavy their tail is."""
    if math.isnan(found.pareto_k):
        yield Note("ratios", f"{found.n} ratios {name} are too few to judge their tail.")
        return
    text = (
        f"The ratios {name} are worth {found.effective_draws:.4g} of {found.n} draws, with "
        f"Pareto k {found.pareto_k:.2g}."
    )
    yield Note("ratios", text)
    if not found.reliable:
        text = (
            f"Pareto k {found.pareto_k:.2g} of the ratios {name} is above "
            f"{pareto.threshold(found.n):.2g}: the mean rests on rare large ratios that {found.n} "
            f"draws have hardly seen, so value and error are too small more often than not. k1 "
            f"on the policy's own actions, and exact, need no ratio."
        )
        yield Note("heavy-tail", text)


def clamped(raw: Array, held: Array) -> Iterator[Note]:
    """Say how many draws a clamp changed, and in which direction it moved the estimate."""
    before, after, count = float(raw.mean()), float(held.mean()), int((raw != held).sum())
    if count == 0:
        yield Note("clamped", "The clamp changed no draw.")
        return
    way = "down" if after < before else "up" if after > before else "nowhere"
    text = (
        f"The clamp changed {count} of {len(raw)} draws and moved the estimate {way}, to "
        f"{after:.6g} nats from {before:.6g}: that bias is not in the error."
    )
    yield Note("clamped", text)


def independence(given: bool, axes: int) -> Iterator[Note]:  # noqa: FBT001
    """Say what the standard error takes to be independent."""
    if not given and axes > 1:
        text = (
            "Positions were taken as independent; those of one sequence are not, and the error is "
            "then too small. cluster=range(len(log_p)) makes each row a cluster."
        )
        yield Note("independent", text)


def few(clustered: bool, groups: int) -> Iterator[Note]:  # noqa: FBT001
    """Say when clusters are few."""
    if clustered and 1 < groups < FEW_CLUSTERS:
        yield Note("few-clusters", f"{groups} clusters are few: the error is itself uncertain.")


def infinite(value: float, count: int) -> Iterator[Note]:
    """Say what made the value infinite."""
    if math.isinf(value):
        text = (
            f"{count} draws are infinite: the reference gives what the policy does probability 0, "
            f"and KL(π‖ref) is infinite if that is true."
        )
        yield Note("infinite", text)


def errorless(groups: int) -> Iterator[Note]:
    """Say why there is no error."""
    if groups < 2:
        yield Note("no-error", "One independent draw has no standard error; give more.")
