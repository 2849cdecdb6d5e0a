"""Conjugate gradients for a matrix that is known only by its products."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# A curvature below this share of the largest one is rounding.
FLAT = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """x with A x ≈ b.

    Parameters
    ----------
    x : tensor or array
        The solution.
    residual : float
        ‖b − A x‖/‖b‖.
    iterations : int
        Products with A.
    """

    x: Any
    residual: float
    iterations: int


def size_of(vector: Any) -> float:
    """Return the Euclidean length."""
    length: float = float(vector @ vector) ** 0.5
    return length


def conjugate_gradient(
    product: Callable[[Any], Any], b: Any, *, iterations: int, tolerance: float = 1e-10
) -> Solution:
    """Solve A x = b for a symmetric positive definite A.

    Parameters
    ----------
    product : callable
        v → A v.
    b : tensor or array of shape (n,)
        The right-hand side.
    iterations : int
        At most so many products.
    tolerance : float
        Stop when the squared residual is below this share of ‖b‖².

    Returns
    -------
    Solution
        Stops early where the curvature along a direction is not positive, or is only the
        rounding of the largest one seen: A is singular there. Of all steps so far the mixture of
        least residual is taken, so that a singular A which cannot reach b leaves x finite.

    References
    ----------
    Hestenes and Stiefel (1952), Methods of conjugate gradients for solving linear systems.
    Weiss (1996), Parameter-free iterative linear solvers: the least residual, by smoothing.

    Examples
    --------
    >>> import numpy as np
    >>> A = np.array([[4.0, 1.0], [1.0, 3.0]])
    >>> found = conjugate_gradient(lambda v: A @ v, np.array([1.0, 2.0]), iterations=10)
    >>> found.x.round(6).tolist(), found.iterations
    ([0.090909, 0.636364], 2)
    """
    x, residual, direction = b * 0, b, b
    best, least = x, residual
    size = left = float(b @ b)
    done, steepest = 0, 0.0
    while done < iterations and left > tolerance * size:
        image = product(direction)
        curvature = float(direction @ image)
        relative = curvature / float(direction @ direction)
        steepest = max(steepest, relative, float(image @ image) ** 0.5 / size_of(direction))
        if not relative > FLAT * steepest:
            break
        step = left / curvature
        x, residual = x + step * direction, residual - step * image
        best, least = _nearer(best, least, x, residual)
        new = float(residual @ residual)
        direction, left, done = residual + (new / left) * direction, new, done + 1
    return Solution(best, size_of(least) / size**0.5 if size else 0.0, done)


def _nearer(best: Any, least: Any, x: Any, residual: Any) -> tuple[Any, Any]:
    """Return the point between two solutions whose residual is the least, and that residual."""
    apart = residual - least
    length = float(apart @ apart)
    share = -float(least @ apart) / length if length else 0.0
    return best + share * (x - best), least + share * apart
