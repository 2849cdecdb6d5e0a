"""KL of two densities in the plane (or on one axis of vectors) by adaptive cubature.

The plane is whitened by P's mean and covariance and drawn with sinh charts, so that power
tails decay exponentially; boxes with large errors are cut in four.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from kullback.distributions.methods.integrands import Rounding, rounding_of
from kullback.distributions.methods.monte_carlo import DRAWS
from kullback.distributions.methods.quadrature import kl_enough, kl_rows
from kullback.distributions.model.answer import EPS, Answer, finish
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import Array
from kullback.distributions.special.gauss_kronrod import GAUSS, KRONROD, NODES

REACH = 7.0  # sinh(7) = 548 deviations
BOXES = 1200


def kl_cubature(p: Distribution, q: Distribution, rtol: float) -> Answer:
    """KL(P‖Q) in one or two dimensions.

    Examples
    --------
    >>> from kullback.distributions.families import MultivariateNormal, MultivariateT
    >>> p = MultivariateNormal([0, 0], [[1, 0], [0, 1]])
    >>> found = kl_cubature(p, MultivariateT(5, [0, 0], [[1, 0], [0, 1]]), 1e-9)
    >>> round(found.value, 4)
    0.0623
    """
    centre, factor = _frame(p)
    jacobian = float(np.log(np.abs(np.linalg.det(factor))))
    enough = kl_enough(max(rtol, 1e-9) / 3)

    def at(t: Array) -> Array:
        x = centre + np.sinh(t) @ factor.T
        stretch = jacobian + np.log(np.cosh(t)).sum(-1)
        lp, lq = p.log_density(x) + stretch, q.log_density(x) + stretch
        stretched = 2 * np.abs(stretch)
        rounding = Rounding(*(part + stretched for part in rounding_of(lp, lq)))
        return kl_rows(lp, lq, rounding)

    values, errors = _adaptive(at, len(centre), enough)
    which, _ = enough(values, errors)
    value = float(values[which])
    error = float(errors[which] + 4 * EPS * values[2 + which]) + 1e-12 * abs(value)
    return finish(value, error, rtol)


def _frame(p: Distribution) -> tuple[Array, Array]:
    """A centre and a factor of the spread: known, or from seeded draws."""
    known: Any = getattr(p, "_second_moment", None)
    if known is not None:
        centre, cov = known()
        if np.isfinite(cov).all():
            return np.asarray(centre, dtype=float), np.linalg.cholesky(cov)
    x = p.sample(DRAWS // 32, np.random.default_rng(0))
    centre = np.median(x, axis=0)
    low, high = np.quantile(x, [0.1, 0.9], axis=0)
    return centre, np.diag((high - low) / 2.56)


def _adaptive(
    at: Callable[[Array], Array], d: int, enough: Callable[[Array, Array], tuple[int, float]]
) -> tuple[Array, Array]:
    grid = np.linspace(-REACH, REACH, 9)
    low = np.stack(np.meshgrid(*[grid[:-1]] * d, indexing="ij"), -1).reshape(-1, d)
    size = np.full(len(low), grid[1] - grid[0])
    values, errors = _boxes(at, low, size)
    while len(low) < BOXES:
        which, allowed = enough(values.sum(1), errors.sum(1))
        if errors[which].sum() <= allowed:
            break
        split = errors[which] > 0.5 * allowed / len(low)
        corners = np.stack(np.meshgrid(*[[0.0, 0.5]] * d, indexing="ij"), -1).reshape(-1, d)
        new_low = (low[split, None] + corners * size[split, None, None]).reshape(-1, d)
        new_size = np.repeat(size[split] / 2, len(corners))
        more_values, more_errors = _boxes(at, new_low, new_size)
        low, size = np.concatenate([low[~split], new_low]), np.concatenate([size[~split], new_size])
        values = np.concatenate([values[:, ~split], more_values], axis=1)
        errors = np.concatenate([errors[:, ~split], more_errors], axis=1)
    return values.sum(1), errors.sum(1)


def _boxes(at: Callable[[Array], Array], low: Array, size: Array) -> tuple[Array, Array]:
    d = low.shape[1]
    unit = (NODES + 1) / 2
    points = np.stack(np.meshgrid(*[unit] * d, indexing="ij"), -1).reshape(-1, d)
    t = low[:, None] + size[:, None, None] * points
    with np.errstate(all="ignore"):
        y = at(t.reshape(-1, d))
    y = np.where(np.isfinite(y), y, 0.0).reshape(len(y), len(low), -1)
    fine, rough = _product(KRONROD / 2, d), _product(GAUSS / 2, d)
    volume = size**d
    return (y @ fine) * volume, np.abs(y @ fine - y @ rough) * volume


def _product(weights: Array, d: int) -> Array:
    result = weights
    for _ in range(d - 1):
        result = np.outer(result, weights).ravel()
    return result
