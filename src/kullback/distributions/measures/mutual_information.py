"""Mutual information where it is closed: blocks of a normal, and a Dirichlet and its draws."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kullback.arguments import names, whole
from kullback.arrays import outside_graphs
from kullback.distributions.adapters import as_distribution
from kullback.distributions.families import Beta, BetaBinomial, Dirichlet, MultivariateNormal
from kullback.distributions.families.shared.matrix import log_det
from kullback.distributions.measures.kl import answer
from kullback.distributions.model.answer import EPS, LEAST, Answer
from kullback.distributions.model.cautions import cautioned
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import plain
from kullback.distributions.special.log_gamma import lgamma_bregman
from kullback.errors import InputError, MethodError
from kullback.results import Divergence
from kullback.units import Unit, nats_per

MOST_TRIALS = 10**6


@outside_graphs
def mutual_information(
    joint: Any, *, block: Sequence[int] | None = None, trials: int = 1, unit: Unit = "nats"
) -> Divergence:
    """Mutual information I(X; Y) of two parts of a law, in closed form.

    Of a multivariate normal it is that of the components in `block` and of all others,
    (ln det S_X + ln det S_Y − ln det S)/2. Of a Dirichlet or a beta it is that of the
    probabilities and of the counts of `trials` draws from them, whose law is
    Dirichlet–multinomial: what the counts are expected to say.

    Parameters
    ----------
    joint : Distribution, or an object that `from_object` takes
        A multivariate normal, a Dirichlet or a beta.
    block : sequence of int
        Of a normal: the components of X.
    trials : int
        Of a Dirichlet or a beta: the number of draws.
    unit : {"nats", "bits", "bans"}
        The unit of the result.

    Returns
    -------
    Divergence
        The value and its error.

    Raises
    ------
    InputError
        If the block is empty, is all, or names no component.
    MethodError
        If no closed form is known.

    References
    ----------
    Cover and Thomas (2006), Elements of information theory, chapter 8.

    Examples
    --------
    >>> from kullback.distributions import Dirichlet, MultivariateNormal
    >>> print(mutual_information(MultivariateNormal([0, 0], [[1, 0.6], [0.6, 1]]), block=[0]))
    I(X; Y) = 0.2231 nats, closed form
    >>> print(mutual_information(Dirichlet([1.0, 1.0]), trials=1))
    I(X; Y) = 0.1931 nats, closed form
    """
    ratio = nats_per(unit)
    law = as_distribution("joint", joint)
    if not law.is_scalar:
        raise InputError(f"joint is a batch of shape {law.batch_shape}; index it to one law")
    if isinstance(law, MultivariateNormal):
        found = _of_blocks(law, block)
    elif isinstance(law, Dirichlet | Beta):
        found = _of_draws(law, trials)
    else:
        raise MethodError(
            f"the mutual information within {type(law).__name__} has no closed form here; known "
            f"are MultivariateNormal (block=), Dirichlet and Beta (trials=); for data use samples"
        )
    return answer(cautioned(found, law), unit, ratio, "I(X; Y)")


def _of_blocks(law: MultivariateNormal, block: Sequence[int] | None) -> Answer:
    cov, d = np.asarray(plain(law.cov)), len(law.mean)
    given = () if block is None else names("block", block)
    chosen = sorted({whole("block", i) for i in given})
    if not chosen or not 0 <= chosen[0] <= chosen[-1] < d or len(chosen) == d:
        raise InputError(
            f"block={block} of a normal with {d} components; name some of 0 … {d - 1}, not all"
        )
    others = [i for i in range(d) if i not in chosen]
    parts = [log_det(cov[np.ix_(side, side)]) for side in (chosen, others, range(d))]
    if not np.isfinite(parts[:2]).all():
        raise InputError("a block of the covariance is singular; leave out what others determine")
    if np.isneginf(parts[2]):
        return Answer(np.inf, 0.0, "closed form", "one block is a function of the other")
    value = (parts[0] + parts[1] - parts[2]) / 2
    lost = 64 * EPS * d * (sum(map(abs, parts)) + 1)
    return Answer(max(float(value), 0.0), float(lost), "closed form")


def _of_draws(law: Distribution, trials: int) -> Answer:
    """Σ E B(a + k, −k) − B(A + n, −n), B the Bregman divergence of lnΓ, k beta-binomial."""
    n = int(trials)
    if n != trials or not 0 <= n <= MOST_TRIALS:
        raise InputError(f"trials={trials}; give an integer from 0 to {MOST_TRIALS:,}")
    alpha = np.ravel([np.ravel(plain(v)) for v in law.parameters.values()])
    total, k = float(alpha.sum()), np.arange(n + 1.0)
    each = 0.0
    for a, rest in ((float(x), float(np.delete(alpha, i).sum())) for i, x in enumerate(alpha)):
        masses = np.exp(BetaBinomial(n, a, rest).log_density(k))
        each += float(masses @ lgamma_bregman(a + k, -k, a + 0 * k))
    whole = float(lgamma_bregman(total + n, -float(n), total))
    lost = 64 * EPS * (each + whole) * (1 + np.log1p(n)) + LEAST
    return Answer(max(each - whole, 0.0), lost, "closed form")
