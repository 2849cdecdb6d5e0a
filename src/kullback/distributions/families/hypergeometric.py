"""The hypergeometric distribution."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kullback.distributions.families.shared.shapes import LatticeFamily
from kullback.distributions.families.shared.urn import log_without_return, urn_log_ratio
from kullback.distributions.model import parameters
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, Value, plain, sqrt, where
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
    _PYMC: ClassVar = {"hypergeometric": lambda good, bad, n: (good + bad, good, n)}
    _PRELIZ: ClassVar = {"HyperGeometric": ("N", "k", "n")}

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
        return log_without_return(k, self.n, self.K, self.N - self.K)

    def _log_ratio(self, q: "Hypergeometric", x: Array) -> tuple[Array, Array] | None:
        if self.n != q.n:
            return None
        # Taken balls are added ones of a negative number.
        first, second = ((law.K, law.N - law.K) for law in (self, q))
        inside = q.support.contains(x)
        known = urn_log_ratio(np.where(inside, x, q.support.low), self.n, first, second, -1.0)
        return None if known is None else (np.where(inside, known[0], np.nan), known[1])

    def sample(self, size: int, seed: np.random.Generator) -> Value:
        total, good, draws = (
            np.asarray(plain(v)).astype(np.int64) for v in (self.N, self.K, self.n)
        )
        return seed.hypergeometric(good, total - good, draws, (size, *self.batch_shape)) * 1.0

    def expectation(self) -> Value:
        return self.n * self.K / where(self.N > 0, self.N, 1.0)

    def deviation(self) -> Value:
        total = where(self.N > 1, self.N, 2.0)
        share = self.K / total
        return sqrt(self.n * share * (1 - share) * ((self.N - self.n) / (total - 1)))
