"""The multivariate normal distribution."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.shared.matrix import (
    LARGEST_EXACT,
    SINGULAR,
    condition,
    log_det,
    normal_divergence,
    relative_directions,
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
    Inverted,
    Matrix,
    Product,
    cholesky_in_doubles,
    decimal_log_det,
    decimal_normal_divergence,
    decimal_normal_renyi,
)
from kullback.errors import ShapeError

LN_2PI = 1.8378770664093453
# By what a covariance may be given.
GIVEN = ("factor", "precision", "rows", "columns")
# Kronecker products of more dimensions are rounded, and the error counts that.
LARGEST_PRODUCT = 16


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
    # What the covariance was given by, where it was; no parameters of their own.
    factor: ClassVar[Any] = None
    precision: ClassVar[Any] = None
    rows: ClassVar[Any] = None
    columns: ClassVar[Any] = None

    _CHECKS: ClassVar = {
        "mean": parameters.vector,
        "cov": parameters.covariance_or_tensor,
    }
    _EVENT: ClassVar = {"mean": 1, "cov": 2}

    _SCIPY_FROZEN: ClassVar = {
        "multivariate_normal_frozen": lambda d: MultivariateNormal._given(
            d.mean, d.cov_object.covariance, getattr(d.cov_object, "_factor", None),
            getattr(d.cov_object, "_precision", None),
        )
    }  # fmt: skip
    _TORCH: ClassVar = dict.fromkeys(
        ("MultivariateNormal", "LowRankMultivariateNormal"),
        lambda d: MultivariateNormal._given(d.loc, d.covariance_matrix, d.factor, d.precision),
    )
    _NAMED: ClassVar = dict.fromkeys(
        (
            "MultivariateNormalFullCovariance",
            "MultivariateNormalTriL",
            "MultivariateNormalDiag",
            "MultivariateNormalDiagPlusLowRank",
            "MultivariateNormalDiagPlusLowRankCovariance",
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
    def from_precision(cls, mean: Any, precision: Any) -> "MultivariateNormal":
        """A normal of covariance precision⁻¹, which is used as given and not inverted in doubles.

        Examples
        --------
        >>> law = MultivariateNormal.from_precision([0.0, 0.0], [[1.0, 1.0], [1.0, 1.0 + 2.0**-40]])
        >>> round(float(law.entropy()), 4)
        16.7008
        """
        precision = parameters.positive_definite("precision of MultivariateNormal", precision)
        return cls._given(mean, np.linalg.inv(precision), None, precision)

    @classmethod
    def _of_matrix(cls, mean: Any, rows: Any, columns: Any) -> "MultivariateNormal":
        """The rows of a normal matrix end to end; the product of covariances is kept as one."""
        cov = np.einsum("...ij,...kl->...ikjl", rows, columns)
        size = mean.shape[-2] * mean.shape[-1]
        law = cls(mean.reshape(*mean.shape[:-2], size), cov.reshape(*cov.shape[:-4], size, size))
        object.__setattr__(law, "rows", rows)
        object.__setattr__(law, "columns", columns)
        return law

    @classmethod
    def _given(
        cls, mean: Any, cov: Any, factor: Any, precision: Any = None
    ) -> "MultivariateNormal":
        law = cls(mean, cov)
        for name, value in (("factor", factor), ("precision", precision)):
            checked = parameters.factor_or_none(f"{name} of MultivariateNormal", value)
            object.__setattr__(law, name, checked)
        return law

    def _taken(self, law: "MultivariateNormal", take: Callable[[Any], Any]) -> "MultivariateNormal":
        """Give a law that was made from this one what its covariance was given by."""
        for name in GIVEN:
            value = getattr(self, name)
            object.__setattr__(law, name, None if value is None else take(value))
        return law

    def at(self, index: tuple[int, ...]) -> "MultivariateNormal":
        batch = self.batch_shape
        return self._taken(
            super().at(index),
            lambda m: np.broadcast_to(plain(m), (*batch, *np.shape(plain(m))[-2:]))[index],
        )

    def _chosen(self, index: tuple[Any, ...]) -> "MultivariateNormal":
        def take(matrix: Any) -> Any:
            shape = (*self.batch_shape, *np.shape(plain(matrix))[-2:])
            return getattr(matrix, "expand", lambda s: np.broadcast_to(matrix, s))(shape)[index]

        return self._taken(super()._chosen(index), take)

    def _values(self) -> list[Any]:
        return [self.mean, self.cov, *(getattr(self, name) for name in GIVEN)]

    @property
    def _exact(self) -> Matrix | None:
        """The covariance by what it is given by, where that is small enough."""
        precision = plain(self.precision)
        if precision is not None and precision.ndim == 2 and len(precision) <= LARGEST_EXACT:
            return Inverted(precision)
        if self.rows is not None and self.is_scalar and len(self.mean) <= LARGEST_PRODUCT:
            return Product(self.rows, self.columns)
        factor = plain(self.factor)
        if factor is None or factor.ndim > 2 or len(factor) > LARGEST_EXACT:
            return None
        return Factored(factor)

    def _lower(self) -> Array:
        """The Cholesky factor, from the factor that was given, or to the last digit."""
        if self.factor is None:
            lower = cholesky_in_doubles(self._exact or plain(self.cov))
            return np.linalg.cholesky(self.cov) if lower is None else lower
        upper = np.linalg.qr(np.swapaxes(plain(self.factor), -1, -2), mode="r")
        result: Array = np.swapaxes(upper, -1, -2)
        return result

    @property
    def _steep(self) -> bool:
        """Whether the covariance has an inverse, which doubles do not find."""
        steep = condition(plain(self.cov)) > SINGULAR or self.precision is not None
        return steep and not self.degenerate and len(self.mean) <= LARGEST_EXACT

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        if self.factor is not None or self._steep:
            lower = self._lower()
            z = np.linalg.solve(lower, (x - self.mean)[..., None])[..., 0]
            determinant = 2 * np.log(np.abs(np.diag(lower))).sum()
            value: Array = -0.5 * ((z * z).sum(-1) + len(lower) * LN_2PI + determinant)
            return value
        scale = np.sqrt(np.diag(self.cov))
        if not scale.all():
            return np.full(x.shape[:-1], -np.inf)
        values, vectors = np.linalg.eigh(self.cov / scale / scale[:, None])
        if values[0] <= 1e-14 * len(values) * values[-1]:
            return np.full(x.shape[:-1], -np.inf)
        z = ((x - self.mean) / scale) @ vectors
        constant = len(values) * LN_2PI + np.log(values).sum() + 2 * np.log(scale).sum()
        result: Array = -0.5 * ((z * z / values).sum(-1) + constant)
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        if self.factor is not None:
            factor = np.asarray(plain(self.factor))
            drawn: Array = self.mean + seed.standard_normal((size, factor.shape[1])) @ factor.T
            return drawn
        if self._steep:
            straight: Array = (
                self.mean + seed.standard_normal((size, len(self.mean))) @ self._lower().T
            )
            return straight
        values, vectors = np.linalg.eigh(self.cov)
        z = seed.standard_normal((size, len(values))) * np.sqrt(np.maximum(values, 0.0))
        result: Array = self.mean + z @ vectors.T
        return result

    def _rounded_product(self, q: "MultivariateNormal") -> float:
        """What the rounding of a Kronecker product is in relative eigenvalues; else 0."""
        rounded = any(x.rows is not None and x._exact is None for x in (self, q))
        single = rounded and self.is_scalar and q.is_scalar
        worst = max(condition(plain(x.cov)) for x in (self, q)) if single else 0.0
        return float(16 * EPS * len(plain(self.cov)) ** 0.5 * worst)

    def _product_lost(self, q: "MultivariateNormal") -> float:
        """What that may be in KL."""
        off = self._rounded_product(q)
        if not off:
            return 0.0
        values, z = relative_directions(self.mean - q.mean, self.cov, q.cov)
        left = np.maximum(1 + values - off, 0.0)
        if not left.all():
            return np.inf
        return float(np.sum(off * np.abs(values) / left + (off / left) ** 2) + 4 * off * (z @ z))

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
        tensors, d = self._holds_tensors or q._holds_tensors, np.shape(plain(self.mean))[-1]
        if not tensors and d <= LARGEST_EXACT:
            return self._product_lost(q)
        worst = max(condition(plain(self.cov)), condition(plain(q.cov)))
        return 4 * EPS * d * min(worst, SINGULAR)

    def _decimal_renyi(self, q: "MultivariateNormal", order: float) -> float | None:
        """R_a in decimals, where the covariances are small enough and have an inverse."""
        if max(len(self.mean), len(q.mean)) > LARGEST_EXACT:
            return None
        pair = self._exact or plain(self.cov), q._exact or plain(q.cov)
        return decimal_normal_renyi(plain(self.mean) - plain(q.mean), *pair, order)

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

    @property
    def degenerate(self) -> bool:
        """Whether the law lives on a subspace: its covariance has no inverse, to the last digit."""
        if condition(plain(self.cov)) <= SINGULAR:
            return False
        small = np.shape(plain(self.cov))[-1] <= LARGEST_EXACT
        return not small or decimal_log_det(self._exact or plain(self.cov)) is None

    def _second_moment(self) -> tuple[Array, Array]:
        """The mean and the covariance of X."""
        return self.mean, self.cov

    def _elliptical_surprisal(self) -> tuple[float, Array, Array]:
        """−ln f = constant + (x − m)ᵀ S⁻¹ (x − m)/2: the constant, m and S."""
        d = len(self.mean)
        return 0.5 * (d * LN_2PI + float(np.linalg.slogdet(self.cov)[1])), self.mean, self.cov
