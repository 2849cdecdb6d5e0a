"""The matrix normal distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.families.multivariate_normal import MultivariateNormal
from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value, plain
from kullback.errors import ShapeError


@dataclass(frozen=True, eq=False, repr=False)
class MatrixNormal(Distribution):
    """MatrixNormal(mean, rowcov, colcov): vec X is normal with covariance colcov ⊗ rowcov.

    Examples
    --------
    >>> MatrixNormal([[0.0]], [[1.0]], [[2.0]])
    MatrixNormal(mean=[[0.0]], rowcov=[[1.0]], colcov=[[2.0]])
    """

    mean: Value
    rowcov: Value
    colcov: Value

    _CHECKS: ClassVar = {
        "mean": parameters.vector,
        "rowcov": parameters.positive_definite,
        "colcov": parameters.positive_definite,
    }
    _EVENT: ClassVar = {"mean": 2, "rowcov": 2, "colcov": 2}

    _SCIPY_FROZEN: ClassVar = {"matrix_normal_frozen": lambda d: (d.mean, d.rowcov, d.colcov)}

    def _validate(self) -> None:
        wanted = (np.shape(self.rowcov)[-1], np.shape(self.colcov)[-1])
        if np.shape(self.mean)[-2:] != wanted:
            raise ShapeError(
                f"mean of MatrixNormal has shape {np.shape(self.mean)}; rowcov and colcov ask "
                f"for {wanted}"
            )

    @property
    def support(self) -> Support:
        return Support("matrix", dimension=np.shape(self.mean)[-2:])

    def base(self) -> MultivariateNormal:
        """The distribution of the rows laid end to end."""
        mean, rows, columns = map(plain, (self.mean, self.rowcov, self.colcov))
        return MultivariateNormal._of_matrix(mean, rows, columns)

    def _canonical(self) -> tuple[tuple[Any, ...], Distribution]:
        return ("rows",), self.base()

    def log_density(self, x: Any) -> Array:
        x = np.asarray(x, dtype=np.float64)
        return self.base().log_density(x.reshape(*x.shape[:-2], -1))

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        return self.base().sample(size, seed).reshape(size, *np.shape(self.mean))

    def _same_family(self, q: "MatrixNormal") -> Value:
        return self.base()._same_family(q.base())

    def _same_family_lost(self, q: "MatrixNormal") -> Value:
        return self.base()._same_family_lost(q.base())

    def entropy(self) -> Value:
        return self.base().entropy()
