"""The hypergeometric distribution."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.model import parameters
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value, plain, where
from kullback.errors import InputError


@dataclass(frozen=True, eq=False, repr=False)
class Hypergeometric(LatticeFamily):
    """Hypergeometric(N, K, n): successes in n draws without return from N with K successes.

    Examples
    --------
    >>> Hypergeometric(50, 20, 10)
    Hypergeometric(N=50, K=20, n=10)
    """

    N: Value
    K: Value
    n: Value

    _CHECKS: ClassVar = {"N": parameters.count, "K": parameters.count, "n": parameters.count}

    _SCIPY: ClassVar = {"hypergeom": lambda total, good, draws: (total, good, draws)}

    def _validate(self) -> None:
        total = plain(self.N)
        if not np.all((plain(self.K) <= total) & (plain(self.n) <= total)):
            raise InputError(f"{self!r} needs K ≤ N and n ≤ N")

    @property
    def support(self) -> Support:
        total, good, draws = plain(self.N), plain(self.K), plain(self.n)
        low, high = np.maximum(0.0, draws + good - total), np.minimum(good, draws)
        return Support("lattice", low, high)

    def _log_mass(self, k: Array) -> Array:
        good = _log_choose(self.K, k)
        bad = _log_choose(self.N - self.K, self.n - k)
        result: Array = good + bad - _log_choose(self.N, self.n)
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        total, good, draws = (
            np.asarray(plain(v)).astype(np.int64) for v in (self.N, self.K, self.n)
        )
        return seed.hypergeometric(good, total - good, draws, (size, *self.batch_shape)) * 1.0

    def expectation(self) -> Value:
        return self.n * self.K / where(self.N > 0, self.N, 1.0)


def _log_choose(n: Any, k: Any) -> Any:
    return -np.log1p(n) - special.betaln(n - k + 1, k + 1)
