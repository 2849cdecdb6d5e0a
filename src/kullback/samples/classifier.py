"""KL from a classifier that tells the two samples apart: its log-odds are ln p/q.

Cross-fitted: no point is judged by a model that has seen it. The models are regularised
logistic regressions, linear and quadratic, of which the one with the least held-out loss is
taken: a model that is right beats everything, one that overfits is worst of all.
"""

import math
import warnings
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.errors import MissingDependencyError

Array = NDArray[np.float64]

FOLDS = 5
# Degree of the features, and the inverse strength of the ridge penalty.
CANDIDATES = {
    "linear": (1, 1.0),
    "quadratic": (2, 1.0),
    "quadratic, strong penalty": (2, 0.01),
}


class Judged(NamedTuple):
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


def judge(x: Array, y: Array, seed: int) -> Judged:
    """Estimate ln p/q at every point by cross-fitting; `seed` draws the folds."""
    if not installed():
        raise MissingDependencyError(
            'method="classifier" needs scikit-learn: pip install "kullback[ml]"'
        )
    points = np.concatenate([x, y])
    from_x = np.arange(len(points)) < len(x)
    offset = math.log(len(y) / len(x))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        odds = {
            name: _held_out(points, from_x, spec, seed)
            for name, spec in CANDIDATES.items()
            if _features(spec[0], x.shape[1]) <= len(points) / 2 or spec[0] == 1
        }
    best = min(odds, key=lambda name: _loss(odds[name], from_x))
    ratio = odds[best] + offset
    converged = not any("ConvergenceWarning" in w.category.__name__ for w in said)
    return Judged(ratio[from_x], ratio[~from_x], best, len(odds), converged)


def _features(degree: int, columns: int) -> int:
    """Return how many features a polynomial has; more than half the points would overfit."""
    return columns if degree == 1 else columns * (columns + 3) // 2


def _held_out(
    points: Array, from_x: NDArray[np.bool_], spec: tuple[int, float], seed: int
) -> Array:
    from sklearn.model_selection import StratifiedKFold

    odds = np.empty(len(points))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for train, test in folds.split(points, from_x):
        odds[test] = _fitted(points[train], from_x[train], spec).decision_function(points[test])
    return odds


def _fitted(points: Array, from_x: NDArray[np.bool_], spec: tuple[int, float]) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    degree, strength = spec
    model = make_pipeline(
        PolynomialFeatures(degree, include_bias=False),
        StandardScaler(),
        LogisticRegression(C=strength, max_iter=1000),
    )
    return model.fit(points, from_x)


def _loss(odds: Array, from_x: NDArray[np.bool_]) -> float:
    """Mean logistic loss."""
    return float(np.mean(np.logaddexp(0.0, np.where(from_x, -odds, odds))))
