"""The multivariate normal distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.shared.matrix import (
    LARGEST_EXACT,
    SINGULAR,
    condition,
    log_det,
    normal_divergence,
    tensor_normal_divergence,
)
from kullback.distributions.model import parameters
from kullback.distributions.model.answer import EPS
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value, plain
from kullback.distributions.special.bregman import mixed
from kullback.distributions.special.decimals import (
    Factored,
    Matrix,
    decimal_log_det,
    decimal_normal_divergence,
)
from kullback.errors import ShapeError

LN_2PI = 1.8378770664093453


@dataclass(frozen=True, eq=False, repr=False)
class MultivariateNormal(Distribution):
    """MultivariateNormal(mean, cov); a singular covariance lives on a subspace.

    KL = (Σ g(λᵢ) + (m₁ − m₂)ᵀ cov₂⁻¹ (m₁ − m₂))/2, λ the eigenvalues of cov₂⁻¹ (cov₁ − cov₂).

    Examples
    --------
    >>> MultivariateNormal([0, 0], [[1, 0], [0, 1]])
    MultivariateNormal(mean=[0.0, 0.0], cov=[[1.0, 0.0], [0.0, 1.0]])
    """

    mean: Value
    cov: Value
    # What the covariance was given by, where it was; no parameter of its own.
    factor: ClassVar[Any] = None

    _CHECKS: ClassVar = {
        "mean": parameters.vector,
        "cov": parameters.covariance_or_tensor,
    }
    _EVENT: ClassVar = {"mean": 1, "cov": 2}

    _SCIPY_FROZEN: ClassVar = {
        "multivariate_normal_frozen": lambda d: MultivariateNormal._given(
            d.mean, d.cov_object.covariance, getattr(d.cov_object, "_factor", None)
        )
    }  # fmt: skip
    _TORCH: ClassVar = dict.fromkeys(
        ("MultivariateNormal", "LowRankMultivariateNormal"),
        lambda d: MultivariateNormal._given(d.loc, d.covariance_matrix, d.factor),
    )
    _NAMED: ClassVar = dict.fromkeys(
        (
            "MultivariateNormal",
            "MultivariateNormalFullCovariance",
            "MultivariateNormalTriL",
            "MultivariateNormalDiag",
        ),
        ("loc", "covariance_matrix|covariance"),
    )
    _PYMC: ClassVar = {"multivariate_normal": lambda mean, cov: (mean, cov)}
    _PRELIZ: ClassVar = {"MvNormal": ("mu", "cov")}

    def _validate(self) -> None:
        d, shape = np.shape(plain(self.mean))[-1], np.shape(plain(self.cov))
        if shape[-1] != d:
            raise ShapeError(
                f"mean of MultivariateNormal has {d} entries and cov has shape {shape}; "
                f"they must have one dimension"
            )

    @property
    def support(self) -> Support:
        return Support("vector", dimension=np.shape(plain(self.mean))[-1:])

    @classmethod
    def from_factor(cls, mean: Any, factor: Any) -> "MultivariateNormal":
        """A normal of covariance factor · factorᵀ, which is used as given and not multiplied out.

        Examples
        --------
        >>> law = MultivariateNormal.from_factor([0.0, 0.0], [[1.0, 0.0], [1.0, 1e-9]])
        >>> round(float(law.entropy()), 6)
        -17.885389
        """
        factor = np.asarray(factor, dtype=np.float64)
        return cls._given(mean, factor @ np.swapaxes(factor, -1, -2), factor)

    @classmethod
    def _given(cls, mean: Any, cov: Any, factor: Any) -> "MultivariateNormal":
        law = cls(mean, cov)
        checked = parameters.factor_or_none("factor of MultivariateNormal", factor)
        object.__setattr__(law, "factor", checked)
        return law

    def at(self, index: tuple[int, ...]) -> "MultivariateNormal":
        law, factor = super().at(index), plain(self.factor)
        if factor is not None:
            shape = (*self.batch_shape, *np.shape(factor)[-2:])
            object.__setattr__(law, "factor", np.broadcast_to(factor, shape)[index])
        return law

    def _chosen(self, index: tuple[Any, ...]) -> "MultivariateNormal":
        law = super()._chosen(index)
        if self.factor is not None:
            shape = (*self.batch_shape, *np.shape(plain(self.factor))[-2:])
            wide = getattr(self.factor, "expand", lambda s: np.broadcast_to(self.factor, s))(shape)
            object.__setattr__(law, "factor", wide[index])
        return law

    def _values(self) -> list[Any]:
        return [self.mean, self.cov, self.factor]

    @property
    def _exact(self) -> Matrix | None:
        """The covariance by its factor, where that is given and small enough."""
        factor = plain(self.factor)
        if factor is None or factor.ndim > 2 or len(factor) > LARGEST_EXACT:
            return None
        return Factored(factor)

    def _lower(self) -> Array:
        """The Cholesky factor, from the factor that was given."""
        upper = np.linalg.qr(np.swapaxes(plain(self.factor), -1, -2), mode="r")
        result: Array = np.swapaxes(upper, -1, -2)
        return result

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        if self.factor is not None:
            lower = self._lower()
            z = np.linalg.solve(lower, (x - self.mean)[..., None])[..., 0]
            determinant = 2 * np.log(np.abs(np.diag(lower))).sum()
            value: Array = -0.5 * ((z * z).sum(-1) + len(lower) * LN_2PI + determinant)
            return value
        values, vectors = np.linalg.eigh(self.cov)
        if values[0] <= 1e-14 * len(values) * values[-1]:
            return np.full(x.shape[:-1], -np.inf)
        z = (x - self.mean) @ vectors
        constant = len(values) * LN_2PI + np.log(values).sum()
        result: Array = -0.5 * ((z * z / values).sum(-1) + constant)
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        if self.factor is not None:
            factor = np.asarray(plain(self.factor))
            drawn: Array = self.mean + seed.standard_normal((size, factor.shape[1])) @ factor.T
            return drawn
        values, vectors = np.linalg.eigh(self.cov)
        z = seed.standard_normal((size, len(values))) * np.sqrt(np.maximum(values, 0.0))
        result: Array = self.mean + z @ vectors.T
        return result

    def _same_family(self, q: "MultivariateNormal") -> Value:
        if self._holds_tensors or q._holds_tensors:
            sides = (self.mean, self.cov, self.factor), (q.mean, q.cov, q.factor)
            return tensor_normal_divergence(*sides)
        own, other = self._exact, q._exact
        if own is not None or other is not None:
            apart = self.mean - q.mean
            value = decimal_normal_divergence(apart, own or self.cov, other or q.cov)
            if value is not None:
                return value
        return normal_divergence(self.mean - q.mean, self.cov, q.cov)

    def _same_family_lost(self, q: "MultivariateNormal") -> Value:
        if self._holds_tensors or q._holds_tensors or len(self.mean) <= LARGEST_EXACT:
            return 0.0
        worst = max(condition(self.cov), condition(q.cov))
        return 4 * EPS * len(self.mean) * min(worst, SINGULAR)

    def _between(self, q: "MultivariateNormal", order: float) -> "MultivariateNormal | None":
        if len(self.mean) != len(q.mean) or np.ndim(self.cov) > 2 or np.ndim(q.cov) > 2:
            return None
        if max(condition(self.cov), condition(q.cov)) > SINGULAR:
            return None
        first, second = np.linalg.inv(self.cov), np.linalg.inv(q.cov)
        precision = mixed(order, first, second)
        precision = (precision + precision.T) / 2
        cov = np.linalg.inv(parameters.positive_definite("precision", precision))
        pull = mixed(order, first @ (self.mean - q.mean), 0.0)
        return MultivariateNormal(q.mean + cov @ pull, (cov + cov.T) / 2)

    def entropy(self) -> Value:
        constant = np.shape(plain(self.mean))[-1] * (1 + LN_2PI)
        return 0.5 * (constant + self._log_det())

    def _log_det(self) -> Value:
        """ln det of the covariance, from its factor where that is given."""
        exact = self._exact
        known = None if exact is None else decimal_log_det(exact)
        if known is not None:
            return known
        if self.factor is not None:
            diagonal = np.abs(np.diagonal(self._lower(), axis1=-2, axis2=-1))
            return 2 * np.log(diagonal).sum(axis=-1)
        if self.is_scalar:
            return log_det(plain(self.cov))
        sign, determinants = np.linalg.slogdet(plain(self.cov))
        return np.where(sign > 0, determinants, -np.inf)

    def _second_moment(self) -> tuple[Array, Array]:
        """The mean and the covariance of X."""
        return self.mean, self.cov

    def _elliptical_surprisal(self) -> tuple[float, Array, Array]:
        """−ln f = constant + (x − m)ᵀ S⁻¹ (x − m)/2: the constant, m and S."""
        d = len(self.mean)
        return 0.5 * (d * LN_2PI + float(np.linalg.slogdet(self.cov)[1])), self.mean, self.cov
