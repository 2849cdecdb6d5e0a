"""The multivariate t distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value
from kullback.distributions.special.half_step import digamma_halves, lgamma_halves
from kullback.errors import ShapeError


@dataclass(frozen=True, eq=False, repr=False)
class MultivariateT(Distribution):
    """MultivariateT(df, loc, shape): (1 + r²/df)^(−(df + d)/2), r² = (x − loc)ᵀ shape⁻¹ (x − loc).

    Against another of one location and a proportional shape, KL is that of the radii; against
    a normal it is closed.

    Examples
    --------
    >>> MultivariateT(3, [0, 0], [[1, 0], [0, 1]])
    MultivariateT(df=3, loc=[0.0, 0.0], shape=[[1.0, 0.0], [0.0, 1.0]])
    """

    df: Value
    loc: Value
    shape: Value

    _CHECKS: ClassVar = {
        "df": parameters.positive,
        "loc": parameters.vector,
        "shape": parameters.positive_definite,
    }
    _EVENT: ClassVar = {"loc": 1, "shape": 2}

    _SCIPY_FROZEN: ClassVar = {"multivariate_t_frozen": lambda d: (d.df, d.loc, d.shape)}
    _PYMC: ClassVar = {"multivariate_studentt": lambda df, loc, shape: (df, loc, shape)}

    def _validate(self) -> None:
        entries, rows = np.shape(self.loc)[-1], np.shape(self.shape)[-1]
        if entries != rows:
            raise ShapeError(
                f"loc of MultivariateT has {entries} entries and shape has "
                f"{rows} rows; they must have one dimension"
            )

    @property
    def support(self) -> Support:
        return Support("vector", dimension=np.shape(self.loc)[-1:])

    def _log_normaliser(self) -> Any:
        d, half = len(self.loc), self.df / 2
        gammas = lgamma_halves(half, d)
        return d / 2 * np.log(2 * np.pi) - gammas + np.linalg.slogdet(self.shape)[1] / 2

    def log_density(self, x: Any) -> Value:
        x = np.asarray(x, dtype=np.float64)
        z = np.linalg.solve(np.linalg.cholesky(self.shape), (x - self.loc).T)
        r2 = (z * z).sum(0).T
        result: Array = -(self.df + len(self.loc)) / 2 * np.log1p(r2 / self.df)
        return result - self._log_normaliser()

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        z = seed.standard_normal((size, len(self.loc))) @ np.linalg.cholesky(self.shape).T
        stretch = np.sqrt(self.df / seed.chisquare(self.df, size))
        result: Array = self.loc + z * stretch[:, None]
        return result

    def entropy(self) -> Value:
        d, half = len(self.loc), self.df / 2
        spread = digamma_halves(half, d)
        return self._log_normaliser() + (half + d / 2) * spread

    def _second_moment(self) -> tuple[Array, Array]:
        """The mean and the covariance of X; the covariance is infinite for df ≤ 2."""
        factor = self.df / (self.df - 2) if self.df > 2 else np.inf
        return self.loc, np.where(self.shape == 0, 0.0, self.shape * factor)
