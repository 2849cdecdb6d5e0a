"""Divergences of covariances: eigenvalues of a difference, or exact decimals where they fail."""

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import linalg, special

from kullback.distributions.special.arrays import Array, Value
from kullback.distributions.special.decimals import decimal_log_det, decimal_normal_divergence
from kullback.distributions.special.log_gamma import lgamma_bregman
from kullback.distributions.special.primitives import g, g_at_log, g_step, log_ratio

# Above this condition number doubles lose more digits than the stated accuracy allows.
ILL_CONDITIONED = 50.0
# The exact decimals cost O(d³) Python operations.
LARGEST_EXACT = 100
# Beyond this doubles do not tell a small variance from none.
SINGULAR = 1e13


def log_multigamma(a: float, d: int) -> float:
    """The logarithm of the multivariate gamma function.

    Examples
    --------
    >>> round(log_multigamma(3.0, 1), 6)
    0.693147
    """
    return float(special.multigammaln(a, d))


def relative_eigenvalues(difference: Array, cov: Array) -> Value:
    """Eigenvalues of L⁻¹ (S₁ − S₂) L⁻ᵀ, S₂ = L Lᵀ, each > −1; after unit diagonals."""
    scale = 1 / np.sqrt(np.diag(cov))
    scaled = difference * scale[:, None] * scale
    lower = np.linalg.cholesky(cov * scale[:, None] * scale)
    half = linalg.solve_triangular(lower, scaled, lower=True)
    whole = linalg.solve_triangular(lower, half.T, lower=True)
    return np.linalg.eigvalsh((whole + whole.T) / 2)


def relative_directions(apart: Array, first: Array, second: Array) -> tuple[Array, Array]:
    """The relative eigenvalues of S₁ − S₂ in S₂, and m₁ − m₂ along their directions.

    Examples
    --------
    >>> values, along = relative_directions(np.ones(1), 2 * np.eye(1), np.eye(1))
    >>> float(values[0]), abs(float(along[0]))
    (1.0, 1.0)
    """
    scale = 1 / np.sqrt(np.diag(second))
    lower = np.linalg.cholesky(second * scale[:, None] * scale)
    half = linalg.solve_triangular(lower, (first - second) * scale[:, None] * scale, lower=True)
    whole = linalg.solve_triangular(lower, half.T, lower=True)
    values, vectors = np.linalg.eigh((whole + whole.T) / 2)
    return values, vectors.T @ linalg.solve_triangular(lower, apart * scale, lower=True)


def condition(cov: Array) -> float:
    """The condition number after unit diagonals; of a batch the worst.

    Examples
    --------
    >>> round(float(condition(np.stack([np.eye(2), np.diag([1.0, 1e9])]))), 9)
    1.0
    """
    diagonal = np.diagonal(cov, axis1=-2, axis2=-1)
    if np.min(diagonal) <= 0:
        return np.inf
    scale = 1 / np.sqrt(diagonal)
    values = np.linalg.eigvalsh(cov * scale[..., :, None] * scale[..., None, :])
    low, high = values[..., 0], values[..., -1]
    return float(np.max(high / low)) if np.min(low) > 0 else np.inf


def normal_divergence(apart: Array, first: Array, second: Array) -> float:
    """KL of two normals from m₁ − m₂, S₁ and S₂.

    Infinite where P is singular and Q is not, or where P leaves the subspace of Q.

    Examples
    --------
    >>> normal_divergence(np.zeros(1), np.eye(1), np.eye(1))
    0.0
    """
    first, second = np.asarray(first), np.asarray(second)
    worst = max(condition(first), condition(second))
    exact = worst > ILL_CONDITIONED and len(apart) <= LARGEST_EXACT
    value = decimal_normal_divergence(apart, first, second) if exact else None
    if value is not None:
        return value
    if worst > SINGULAR:
        return _on_subspace(apart, first, second)
    values = relative_eigenvalues(first - second, second)
    if values[0] < -0.9 and len(apart) <= LARGEST_EXACT:
        value = decimal_normal_divergence(apart, first, second)
        if value is not None:
            return value
    scale = 1 / np.sqrt(np.diag(second))
    lower = np.linalg.cholesky(second * scale[:, None] * scale)
    z = linalg.solve_triangular(lower, apart * scale, lower=True)
    return 0.5 * float(np.sum(g(values)) + z @ z)


def _on_subspace(apart: Array, first: Array, second: Array) -> float:
    """Singular covariances: finite only where both have one range and the means differ in it."""
    basis = shared_range(apart, first, second)
    if basis is None:
        return np.inf
    if not basis.size:
        return 0.0
    inner, other = (basis.T @ cov @ basis for cov in (first, second))
    return normal_divergence(basis.T @ apart, (inner + inner.T) / 2, (other + other.T) / 2)


def shared_range(apart: Array, first: Array, second: Array) -> Array | None:
    """A basis of the subspace that two singular normals live on; None where there are two.

    Examples
    --------
    >>> line = np.diag([1.0, 0.0])
    >>> np.abs(shared_range(np.array([1.0, 0.0]), line, 2 * line)).tolist()
    [[1.0], [0.0]]
    """
    values, vectors = np.linalg.eigh(second)
    size = max(values[-1], np.linalg.norm(first, 2), 1e-300)
    kept = values > 1e-13 * len(values) * size
    out, basis = vectors[:, ~kept], vectors[:, kept]
    outside = np.abs(out.T @ first @ out).max(initial=0.0) > 1e-12 * size
    moved = np.abs(out.T @ apart).max(initial=0.0) > 1e-12 * (
        np.abs(apart).max(initial=0.0) + 1e-300
    )
    if outside or moved:
        return None
    filled = not basis.size or np.linalg.eigvalsh(basis.T @ first @ basis)[0] > 1e-13 * size
    return basis if filled else None


def log_det(cov: Array) -> float:
    """ln det, by decimals where doubles lose digits; −∞ where it is singular.

    Examples
    --------
    >>> round(log_det(2 * np.eye(2)), 6)
    1.386294
    """
    cov = np.asarray(cov)
    if condition(cov) > ILL_CONDITIONED and len(cov) <= LARGEST_EXACT:
        value = decimal_log_det(cov)
        return -np.inf if value is None else value
    sign, value = np.linalg.slogdet(cov)
    return float(value) if sign > 0 else -np.inf


def counted_directions(cov: Array) -> int:
    """How many directions of a covariance have a variance that can be told from 0.

    Examples
    --------
    >>> counted_directions(np.diag([1.0, 0.0]))
    1
    """
    cov = np.asarray(cov)
    if condition(cov) <= SINGULAR or (
        len(cov) <= LARGEST_EXACT and decimal_log_det(cov) is not None
    ):
        return len(cov)
    values = np.linalg.eigvalsh(cov)
    return int((values > 1e-13 * len(values) * values[-1]).sum())


def singular_reason(first: Array, second: Array) -> str:
    """Why KL of two normals is infinite, with the direction."""
    from kullback.distributions.model.parameters import write_direction

    for name, matrix, other, what in (
        ("P", first, second, "so that P has no density where Q has one"),
        ("Q", second, first, "where P varies"),
    ):
        values, vectors = np.linalg.eigh(matrix)
        direction = vectors[:, 0]
        if values[0] <= 1e-12 * values[-1] and direction @ other @ direction > 0:
            return f"{name} has variance 0 in the direction {write_direction(direction)}, {what}"
    return "P and Q live on different subspaces"


def _of_full_digits(values: Any) -> Any:
    """The values, NaN where they are too small for a double of all digits."""
    return np.where(values > 1e-300, values, np.nan)


def wishart_divergence(first: tuple[float, Array], second: tuple[float, Array]) -> float:
    """KL of two Wisharts: Σ C((n₁ − i)/2) + n₂/2 Σ g((n₁/n₂)(1 + λᵢ) − 1), λ as for normals.

    Examples
    --------
    >>> round(wishart_divergence((3.0, np.array([[2.0]])), (5.0, np.array([[0.5]]))), 6)
    1.403239
    """
    (n1, v1), (n2, v2) = first, second
    d = len(v1)
    change = (n2 - n1) / 2
    values = relative_eigenvalues(np.asarray(v1) - np.asarray(v2), np.asarray(v2))
    # Near −1 the eigenvalues of the ratio keep the digits that those of the difference lose.
    logs = np.log(_of_full_digits(relative_eigenvalues(np.asarray(v1), np.asarray(v2))))
    ratio = (n1 - n2) / n2
    logs = logs + log_ratio(float(n1), float(n2))
    shapes = sum(lgamma_bregman((n1 - i) / 2, change, (n2 - i) / 2) for i in range(d))
    near = (abs(ratio) < 0.5) & (np.abs(values) < 0.5)
    excess = np.where(near, ratio + values + ratio * values, np.expm1(logs))
    scales = np.sum(g_at_log(excess, logs))
    return float(shapes + n2 / 2 * (scales - d * g_step(n1 - n2, n2, n1)))


def wishart_lost(first: tuple[float, Array], second: tuple[float, Array]) -> float:
    """What rounding may take from that: eigenvalues are off by the condition of V₂.

    Examples
    --------
    >>> wishart_lost((3.0, np.eye(2)), (3.0, np.eye(2))) < 1e-12
    True
    """
    (n1, v1), (n2, v2) = first, second
    values = relative_eigenvalues(np.asarray(v1), np.asarray(v2))
    size = 4.0 * sys.float_info.epsilon * len(values)
    off = size * condition(v2) * (1 + np.abs(values).max())
    # d/dλ of n₂/2 g((n₁/n₂) λ − 1), and half its second derivative.
    values = np.maximum(values, sys.float_info.min)
    slopes = np.abs(n1 / n2 - 1 / values) + off / values**2
    return float(n2 / 2 * off * slopes.sum())


def _triangular(factor: Any) -> bool:
    return factor is not None and factor.shape[-1] == factor.shape[-2]


def _steep(*factors: Any) -> bool:
    """Whether a factor's diagonal spans so much that its square has lost the small end."""
    spans = (f.detach().diagonal(dim1=-2, dim2=-1).abs() for f in factors)
    return any(bool((d.amin(-1) < 1e-4 * d.amax(-1)).any()) for d in spans)


def tensor_normal_divergence(first: Sequence[Any], second: Sequence[Any]) -> Any:
    """The same for torch tensors, batches included, with gradients.

    Each side is (mean, covariance, factor or None). Factors are used where covariances are too
    ill-conditioned; near laws keep their digits by the difference of the covariances.
    """
    torch: Any = sys.modules["torch"]
    (mean1, cov1, factor1), (mean2, cov2, factor2) = first, second
    if _triangular(factor1) and _triangular(factor2) and _steep(factor1, factor2):
        half = torch.linalg.solve_triangular(factor2, factor1, upper=False)
        logs = [f.diagonal(dim1=-2, dim2=-1).abs().log().sum(-1) for f in (factor1, factor2)]
        z = torch.linalg.solve_triangular(factor2, (mean1 - mean2)[..., None], upper=False)[..., 0]
        squares = (half * half).sum((-1, -2)) - half.shape[-1] + (z * z).sum(-1)
        return squares / 2 - logs[0] + logs[1]
    mean1, cov1, mean2, cov2 = (
        torch.as_tensor(v, dtype=torch.float64) if not hasattr(v, "dim") else v
        for v in (mean1, cov1, mean2, cov2)
    )
    lower = torch.linalg.cholesky(cov2)
    solve = torch.linalg.solve_triangular
    half = solve(lower, cov1 - cov2, upper=False)
    whole = solve(lower, half.mT, upper=False)
    values = torch.linalg.eigvalsh((whole + whole.mT) / 2)
    z = solve(lower, (mean1 - mean2)[..., None], upper=False)[..., 0]
    return (g(values).sum(-1) + (z * z).sum(-1)) / 2
