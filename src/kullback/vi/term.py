"""The KL term of any two distributions, by a way that is asked for and reported."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kullback import distributions
from kullback.arguments import word
from kullback.arrays import numpy_copy
from kullback.errors import MethodError
from kullback.results import Divergence, Note
from kullback.results.facts import facts
from kullback.units import format_number

# The three ways of variational inference, and what kullback.distributions calls them.
ANALYTIC = ("closed form", "Bregman", "expectations", "support")
ASKED = {"quadrature": "quadrature", "monte carlo": "Monte Carlo"}
METHODS = ("analytic", "quadrature", "monte carlo", "auto")


@dataclass(frozen=True, slots=True, eq=False)
class KLTerm:
    """KL(q(z|x)‖p(z)) with the way it was obtained.

    Parameters
    ----------
    value : float, ndarray or tensor
        In nats; one for each member of a batch.
    method : str
        How it was obtained: "analytic", "quadrature" or "monte carlo"; for a batch, the inexact
        ways among its members.
    error : float or ndarray
        Absolute; 0 or rounding where analytic; one for each member of a batch.
    notes : tuple of Note
        What was decided or noticed.
    """

    value: Any
    method: str
    error: Any
    notes: tuple[Note, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {name: facts(numpy_copy(getattr(self, name))) for name in self.__slots__}

    def __float__(self) -> float:
        return float(self.value)

    def __str__(self) -> str:
        shape = tuple(getattr(self.value, "shape", ()))
        if shape:
            return f"KL(q‖p) of shape {shape} in nats, {self.method}"
        text = f"KL(q‖p) = {format_number(float(self.value))}"
        if self.method != "analytic":
            text += f" ± {format_number(self.error, 2)}"
        return f"{text} nats, {self.method}"


def kl(posterior: Any, prior: Any, *, method: str = "analytic", seed: int | None = None) -> KLTerm:
    """KL(posterior‖prior) of two distributions, by the way asked for and by no other.

    Parameters
    ----------
    posterior, prior : Distribution, or an object of scipy, torch, numpyro, TFP or PyMC
        q(z|x) and p(z). Parameters that are tensors keep their gradients where analytic.
    method : {"analytic", "quadrature", "monte carlo", "auto"}
        "analytic" refuses where there is no exact form. "auto" takes the best that exists, and
        a note says so where that is not analytic.
    seed : int or None
        For Monte Carlo.

    Returns
    -------
    KLTerm
        The value, its method and its error.

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
    return _term(distributions.kl(posterior, prior, method=asked, seed=seed), method)


def _term(found: Divergence, asked: str) -> KLTerm:
    ways = [str(way) for way in np.ravel(found.method) if str(way) not in ANALYTIC]
    named = {"quadrature" if way == "summation" else way.lower() for way in ways}
    taken = " and ".join(sorted(named)) or "analytic"
    notes = found.notes
    if asked == "auto" and taken != "analytic":
        by = " and ".join(sorted(set(ways)))
        text = f"No exact form exists: {by}, with an error of {np.max(found.error):.2g} nats."
        notes = (Note("not-analytic", text), *notes)
    return KLTerm(found.value, taken, found.error, notes)
