"""Differential entropy from a sample."""

import math
from typing import Any

from kullback.results import Estimate
from kullback.samples.estimators.cautions import errorless
from kullback.samples.estimators.cloud import AUTO, METHODS, WHY, cloud
from kullback.samples.estimators.entropy_strata import entropy_of_strata
from kullback.samples.estimators.estimation import chosen, settings_of
from kullback.samples.estimators.uncertainty import sampling_interval
from kullback.samples.points.points import read
from kullback.units import Unit, nats_per


def entropy(
    x: Any,
    *,
    method: str = "auto",
    level: float = 0.95,
    unit: Unit = "nats",
    seed: int | None = None,
    k: int | None = None,
) -> Estimate:
    """Estimate the differential entropy h(P) = −∫ p ln p from a sample x.

    Parameters
    ----------
    x : array_like of shape (n,) or (n, d), frame, or mapping of columns
        Observations, one a row: numbers, texts, or columns of both. With categories it is
        their entropy and the mean density entropy of the numbers within each.
    method : {"auto", "nearest-neighbours", "gaussian", "vasicek", "van-es", "ebrahimi", "correa"}
        ``nearest-neighbours`` (what auto takes) is ψ(n) − ψ(k) + ln V_d + (d/n) Σ ln ρ_k after
        whitening; ``gaussian`` takes P as normal, without bias. The others take gaps between
        the sorted values of one column (Vasicek 1976; van Es 1992; Ebrahimi, Pflughoeft and
        Soofi 1994; Correa 1995), with the error of nearest neighbours.
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
        Any real number: unlike that of counts, the entropy of a density may be negative and
        depends on the scale of x. The interval holds the noise and not the bias.

    Raises
    ------
    InputError, ShapeError
        NaN or infinite values, too few points, constant columns.
    MethodError
        An unknown method, or points that coincide.

    References
    ----------
    Kozachenko and Leonenko (1987), Sample estimate of the entropy of a random vector.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).normal(size=2000)  # the truth is ½ ln(2πe) = 1.4189
    >>> print(entropy(x))
    h(P) = 1.4179 ± 0.0283 nats (95 %: [1.362, 1.473]), nearest-neighbours, n=2000
    """
    nats_per(unit)
    method = str(method)  # what is no text is no method
    settings = settings_of(level, k, seed)
    answer = chosen(METHODS, AUTO if method == "auto" else method)
    points = read("x", x)
    if points.labels is not None:
        return entropy_of_strata(points, answer, settings).to(unit)
    sample = cloud(points)
    draft = answer(sample, None, settings)
    why = (WHY,) if method == "auto" else ()
    how = draft.how if sample.dimensions == 1 else f"sampling interval, {draft.how}"
    return Estimate(
        value=draft.value,
        unit="nats",
        standard_error=draft.standard_error,
        interval=sampling_interval(
            draft.value, draft.standard_error, settings.level, how, legal=(-math.inf, math.inf)
        ),
        method=AUTO if method == "auto" else method,
        n=sample.n,
        m=None,
        outcomes=len(sample.copies),
        quantity="h(P)",
        notes=(*why, *draft.notes, *errorless(draft.standard_error)),
    ).to(unit)
