"""−E ln p against the reference measure: lengths on the line, ones on the integers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from kullback.distributions.families import (
    Binomial,
    LogisticNormal,
    LogitNormal,
    Multinomial,
    Normal,
    Poisson,
)
from kullback.distributions.methods.integrands import Rounding
from kullback.distributions.methods.quadrature import missing, over_line, with_missing_mass
from kullback.distributions.model.answer import EPS, Answer, added, finish
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support
from kullback.distributions.special.arrays import Array, plain
from kullback.distributions.special.log_gamma import stirling_excess


class _Reference(Distribution):
    """The measure itself, as if it were a density of height 1 where P lives."""

    def __init__(self, support: Support) -> None:
        self._support = support

    @property
    def support(self) -> Support:
        return self._support

    def _part(self, *, discrete: bool) -> Distribution | None:
        pieces = self._support.lattices() if discrete else self._support.intervals()
        return self if pieces else None

    def log_density(self, x: Any) -> Array:
        return np.zeros(np.shape(x))

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        raise NotImplementedError


def of_marginals(
    p: Distribution, entropy: Callable[[Distribution], Answer], crossed: Callable[..., Answer]
) -> Answer | None:
    """The entropy of a law that its marginals on the line give, else None.

    The counts of a multinomial are Poisson's given their sum; the pieces of a broken stick are
    shares of what the ones before have left.
    """
    if isinstance(p, Multinomial):
        n = float(plain(p.n))
        if n == 0:
            return Answer(0.0, 0.0, "closed form")
        each = [crossed(Binomial(n, x), Poisson(n * x)) for x in plain(p.p).tolist()]
        of_sum = float(stirling_excess(n) - np.log(n))
        total = added([*each, Answer(of_sum, 16 * EPS * abs(of_sum), "summation")])
        return replace(total, value=max(total.value, 0.0))
    if isinstance(p, LogisticNormal):
        loc, scale = plain(p.loc) - p._offset(), plain(p.scale)
        found = []
        for later, m, s in zip(
            range(len(loc) - 1, -1, -1), loc.tolist(), scale.tolist(), strict=True
        ):
            piece = entropy(LogitNormal(m, s))
            # E ln(1 − x) of the piece x: E ln x + E ln(1 − x) is known, and their difference m.
            left = (piece.value - float(Normal(m, s).entropy()) - m) / 2
            found += [
                piece,
                replace(piece, value=later * left, error=later * (piece.error + EPS * abs(m))),
            ]
        return added(found)
    return None


def plain_entropy(p: Distribution, rtol: float) -> Answer:
    """−E ln p by quadrature or summation.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> round(plain_entropy(Normal(0, 1), 1e-10).value, 9)
    1.418938533
    """

    def rows(lp: Array, measure: Array, size: Rounding, d: Array | None) -> Array:  # noqa: ARG001
        mass = np.exp(np.minimum(lp, 700.0))
        lives = np.isfinite(lp) & (lp > -745)
        surprise = np.where(lives, mass * (measure - lp), 0.0)
        noise = mass * (size.ratio + np.abs(measure - lp) * size.p)
        return np.stack([surprise, np.where(lives & np.isfinite(noise), noise, 0.0), mass])

    def enough(values: Array, errors: Array) -> tuple[int, float]:  # noqa: ARG001
        return 0, max(rtol / 30 * abs(values[0]), 0.1 * EPS * abs(values[1]))

    values, errors, method = over_line(p, _Reference(p.support), rows, enough)
    found = finish(float(values[0]), float(errors[0] + 4 * EPS * values[1]), rtol, method)
    share = missing(values[2])
    return with_missing_mass(found, share) if share > errors[2] else found
