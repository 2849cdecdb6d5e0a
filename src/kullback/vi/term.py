"""The KL term of any two distributions, by a way that is asked for and reported."""

from dataclasses import replace
from typing import Any

import numpy as np

from kullback import distributions
from kullback.arguments import word
from kullback.errors import MethodError
from kullback.results import Divergence, Note
from kullback.units import Unit

# The three ways of variational inference, and what kullback.distributions calls them.
ANALYTIC = ("closed form", "Bregman", "expectations", "support")
ASKED = {"quadrature": "quadrature", "monte carlo": "Monte Carlo"}
METHODS = ("analytic", "quadrature", "monte carlo", "auto")


def kl(
    posterior: Any,
    prior: Any,
    *,
    method: str = "analytic",
    unit: Unit = "nats",
    seed: int | None = None,
) -> Divergence:
    """KL(posterior‖prior) of two distributions, by the way asked for and by no other.

    Parameters
    ----------
    posterior, prior : Distribution, or an object of scipy, torch, numpyro, TFP or PyMC
        q(z|x) and p(z). Parameters that are tensors keep their gradients where analytic.
    method : {"analytic", "quadrature", "monte carlo", "auto"}
        "analytic" refuses where there is no exact form. "auto" takes the best that exists, and
        a note says so where that is not analytic.
    unit : {"nats", "bits", "bans"}
        Of the result; `elbo` takes any, and speaks in nats.
    seed : int or None
        For Monte Carlo.

    Returns
    -------
    Divergence
        The value, its error, and its method in the words above; for a batch, the inexact ways
        among its members.

    Raises
    ------
    MethodError
        If the way asked for does not exist for this pair.
    InputError
        For an object that is no distribution.

    Examples
    --------
    >>> from kullback.distributions import Laplace, Normal
    >>> print(kl(Normal(0.0, 1.0), Normal(0.5, 0.5**0.5)))
    KL(q‖p) = 0.4034 nats, analytic
    >>> print(kl(Normal(0.0, 1.0), distributions.Logistic(0.0, 1.0), method="quadrature").method)
    quadrature
    """
    word("method", method, METHODS, MethodError)
    if method == "analytic":
        way = distributions.route(posterior, prior)
        if way not in ANALYTIC:
            raise MethodError(
                f"there is no analytic KL of {type(posterior).__name__} and "
                f'{type(prior).__name__}: it goes by {way}; say method="quadrature", '
                f'"monte carlo" or "auto"'
            )
    asked = ASKED.get(method, "auto")
    found = distributions.kl(posterior, prior, unit=unit, method=asked, seed=seed)
    return _term(found, method)


def _term(found: Divergence, asked: str) -> Divergence:
    ways = [str(way) for way in np.ravel(found.method) if str(way) not in ANALYTIC]
    named = {"quadrature" if way == "summation" else way.lower() for way in ways}
    taken = " and ".join(sorted(named)) or "analytic"
    notes = found.notes
    if asked == "auto" and taken != "analytic":
        by = " and ".join(sorted(set(ways)))
        text = (
            f"No exact form exists: {by}, with an error of {np.max(found.error):.2g} {found.unit}."
        )
        notes = (Note("not-analytic", text), *notes)
    return replace(found, method=taken, notes=notes, quantity="KL(q‖p)")
