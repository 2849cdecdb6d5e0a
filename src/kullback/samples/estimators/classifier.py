"""KL from a classifier that tells the two samples apart: its log-odds are ln p/q.

Cross-fitted: no point is judged by a model that has seen it. Of logistic regressions (linear,
quadratic) and small boosted trees, the one with the least held-out loss is taken: a model that
is right beats everything, one that overfits is worst of all.
"""

import math
import warnings
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.errors import MissingDependencyError
from kullback.samples.points.tree import workers
from kullback.statistics.progress import blocks

Array = NDArray[np.float64]

FOLDS = 5
MANY = 500_000  # points below which several threads wait for each other more than they work


class HeldOutRatio(NamedTuple):
    """Held-out ln p/q at the points of X and of Y, and which model gave it."""

    at_x: Array
    at_y: Array
    model: str
    tried: int
    converged: bool

    @property
    def value(self) -> float:
        """Mean log-ratio over X."""
        return float(self.at_x.mean())

    @property
    def donsker_varadhan(self) -> float:
        """E_P T − ln E_Q e^T ≤ KL for every T: here the held-out log-ratio."""
        top = float(self.at_y.max())
        return self.value - top - math.log(float(np.mean(np.exp(self.at_y - top))))

    @property
    def standard_error(self) -> float:
        """√(Var_P T/n + Var_Q e^T/m), the influence function's."""
        ratio = np.exp(np.minimum(self.at_y, 300.0))
        variance = np.var(self.at_x) / len(self.at_x) + np.var(ratio) / len(self.at_y)
        return math.sqrt(float(variance))


def installed() -> bool:
    """Return whether scikit-learn is there, without loading it."""
    return find_spec("sklearn") is not None


def judge(x: Array, y: Array, white: tuple[Array, Array], seed: int) -> HeldOutRatio:
    """Estimate ln p/q at every point by cross-fitting; `seed` draws the folds.

    Regressions see the whitened samples, where a ridge penalty treats all directions alike;
    trees the columns as they are, along which they cut.
    """
    if not installed():
        raise MissingDependencyError(
            'method="classifier" needs scikit-learn: pip install "kullback[ml]"'
        )
    raw, white_points = np.concatenate([x, y]), np.concatenate(white)
    from_x = np.arange(len(raw)) < len(x)
    with warnings.catch_warnings(record=True) as said, _threads(len(raw)):
        warnings.simplefilter("always")
        odds = {
            name: _held_out(white_points, from_x, model, seed)
            for name, model in _regressions(x.shape[1], len(raw)).items()
        }
        odds["boosted trees"] = _held_out(raw, from_x, _trees(seed), seed)
    best = min(odds, key=lambda name: _loss(odds[name], from_x))
    ratio = odds[best] + math.log(len(y) / len(x))
    converged = not any("ConvergenceWarning" in w.category.__name__ for w in said)
    return HeldOutRatio(ratio[from_x], ratio[~from_x], best, len(odds), converged)


def _regressions(columns: int, points: int) -> dict[str, Any]:
    """Return the regressions to try: a quadratic needs fewer features than half the points."""
    models = {"linear logistic regression": _logistic(1, 1.0)}
    if columns * (columns + 3) // 2 <= points / 2:
        models["quadratic logistic regression"] = _logistic(2, 1.0)
        models["quadratic logistic regression, more penalty"] = _logistic(2, 0.1)
    return models


def _trees(seed: int) -> Any:
    """Return small trees, boosted a few times: enough for edges, too few to learn by heart."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=60, max_leaf_nodes=8, early_stopping=False, random_state=seed % 2**32
    )


def _logistic(degree: int, strength: float) -> Any:
    """Return a logistic regression on polynomial features; small strength, strong penalty."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    return make_pipeline(
        PolynomialFeatures(degree, include_bias=False),
        StandardScaler(),
        LogisticRegression(C=strength, max_iter=1000),
    )


def _threads(points: int) -> AbstractContextManager[Any]:
    """Hold scikit-learn to the threads that the environment allows; few points need but one."""
    from threadpoolctl import threadpool_limits

    limit = 1 if points < MANY else workers()
    return nullcontext() if limit < 0 else threadpool_limits(limit)


def _held_out(points: Array, from_x: NDArray[np.bool_], model: Any, seed: int) -> Array:
    from sklearn.model_selection import StratifiedKFold

    odds = np.empty(len(points))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed % 2**32)
    progress = blocks(FOLDS, "classifier", size=1)
    for _, (train, test) in zip(progress, folds.split(points, from_x), strict=True):
        odds[test] = model.fit(points[train], from_x[train]).decision_function(points[test])
    return odds


def _loss(odds: Array, from_x: NDArray[np.bool_]) -> float:
    """Mean logistic loss."""
    return float(np.mean(np.logaddexp(0.0, np.where(from_x, -odds, odds))))
