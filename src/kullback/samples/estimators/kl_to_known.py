"""KL(P‖q) where Q is known by its density and P by a sample."""

import math
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.errors import InputError, ShapeError
from kullback.results import Estimate, Note
from kullback.samples.estimators.cautions import errorless, in_range
from kullback.samples.estimators.cloud import AUTO, METHODS, WHY, Cloud, CloudDraft, cloud
from kullback.samples.estimators.estimation import chosen, settings_of
from kullback.samples.estimators.uncertainty import sampling_interval
from kullback.samples.points.points import read
from kullback.units import Unit, nats_per

Array = NDArray[np.float64]

LOG_DENSITIES = ("log_density", "logpdf", "log_prob")


def kl_to_known(
    x: Any,
    distribution: Any,
    *,
    method: str = "auto",
    level: float = 0.95,
    unit: Unit = "nats",
    seed: int | None = None,
    k: int | None = None,
) -> Estimate:
    """Estimate KL(P‖Q) from a sample x of P and the density of Q.

    Parameters
    ----------
    x : array_like of shape (n,) or (n, d), frame, or mapping of columns
        Observations of P, one a row.
    distribution : callable or object
        Q, by its log-density in nats: a vectorised function of all points at once, or an
        object with a method ``log_density``, ``logpdf`` (scipy) or ``log_prob`` (torch).
    method : {"auto", "nearest-neighbours", "gaussian"}
        ``nearest-neighbours`` (what auto takes) is −h(P) − (1/n) Σ ln q(x), h by Kozachenko
        and Leonenko; ``gaussian`` takes P as normal, without bias.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result.
    seed : int or None
        For the same call everywhere; nothing is drawn at random here.
    k : int or None
        Nearest neighbours; None is 5 for one column and 1 for more.

    Returns
    -------
    Estimate
        Never below 0: what comes out there is `raw`. The value is +∞ where a point of x has
        density 0 under Q; `unseen` is the share of such points. The interval lies in [0, ∞].

    Raises
    ------
    InputError, ShapeError
        NaN or infinite values, too few points, constant columns, or a log-density that is NaN
        or of another shape than (n,).
    MethodError
        An unknown method, or points that coincide.

    References
    ----------
    Pérez-Cruz (2008), Kullback–Leibler divergence estimation of continuous distributions, ISIT.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import stats
    >>> x = np.random.default_rng(0).normal(size=2000)
    >>> print(kl_to_known(x, stats.norm(1, 2)))  # the truth is 0.4431
    KL(P‖Q) = 0.4514 ± 0.0273 nats (95 %: [0.398, 0.505]), nearest-neighbours, n=2000
    """
    nats_per(unit)
    method = str(method)  # what is no text is no method
    settings = settings_of(level, k, seed)
    answer = chosen(METHODS, AUTO if method == "auto" else method)
    points = read("x", x)
    sample = cloud(points)
    log_q = _log_density(distribution, sample.x[:, 0] if points.flat else sample.x)
    barred = np.isneginf(log_q)
    draft = _infinite(sample, barred) if barred.any() else answer(sample, log_q, settings)
    notes = (*((WHY,) if method == "auto" else ()), *draft.notes)
    notes += tuple(errorless(draft.standard_error))
    how = draft.how if sample.dimensions == 1 else f"sampling interval, {draft.how}"
    made = Estimate(
        value=draft.value,
        unit="nats",
        standard_error=draft.standard_error,
        interval=sampling_interval(draft.value, draft.standard_error, settings.level, how),
        method=AUTO if method == "auto" else method,
        n=sample.n,
        m=None,
        outcomes=len(sample.copies),
        quantity="KL(P‖Q)",
        unseen=float(barred.mean()),
        notes=notes,
    )
    return in_range(made).to(unit)


def _log_density(distribution: Any, points: Array) -> Array:
    """Evaluate ln q at all points, and check what came back."""
    function = next(
        (getattr(distribution, name) for name in LOG_DENSITIES if hasattr(distribution, name)),
        distribution,
    )
    if not callable(function):
        raise InputError(
            f"distribution is a {type(distribution).__name__}, which has no log-density; give a "
            f"function of the points, or an object with one of {', '.join(LOG_DENSITIES)}"
        )
    values = np.asarray(_evaluated(function, distribution, points), dtype=np.float64)
    if values.size != len(points):
        raise ShapeError(
            f"the log-density of {len(points)} points has shape {values.shape}, not "
            f"({len(points)},); sum it over the columns of a point"
        )
    values = values.reshape(len(points))
    bad = np.isnan(values) | np.isposinf(values)
    if bad.any():
        at = int(np.argmax(bad))
        raise InputError(
            f"the log-density is {values[at]} at x = {points[at]} ({int(bad.sum())} such points); "
            f"it must be a number or −inf: mend the function, or leave such points out"
        )
    return values


def _evaluated(function: Any, distribution: Any, points: Array) -> Any:
    """Call a log-density; torch's take and return tensors."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(distribution, torch.distributions.Distribution):
        return function(points)
    return function(torch.from_numpy(np.ascontiguousarray(points))).detach().cpu().numpy()


def _infinite(sample: Cloud, barred: NDArray[np.bool_]) -> CloudDraft:
    at = sample.x[int(np.argmax(barred))]
    text = (
        f"Infinite: Q has density 0 at {int(barred.sum())} of {sample.n} points, the first "
        f"{at.tolist()}. If its log-density only underflows there (37 of scipy's "
        f"families take the logarithm of a density), give a function that does not."
    )
    return CloudDraft(math.inf, math.inf, "none", (Note("infinite", text),))
