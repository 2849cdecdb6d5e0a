"""The evidence lower bound with its parts."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from kullback.arguments import number
from kullback.arrays import numpy_copy
from kullback.errors import InputError, ShapeError
from kullback.kernels.namespaces import namespace
from kullback.results import Divergence, Note
from kullback.results.facts import facts
from kullback.units import format_number
from kullback.vi.parameters import answer, parameters


@dataclass(frozen=True, slots=True, eq=False)
class ELBO:
    """log_likelihood − weight·kl, and its parts, in nats a datum.

    Parameters
    ----------
    value : float or scalar tensor
        The objective to raise; a tensor keeps its gradient.
    log_likelihood : float or scalar tensor
        E_q ln p(x|z), the negative distortion.
    kl : float or scalar tensor
        KL(q(z|x)‖p(z)), the rate.
    per_datum : array of shape (data,)
        The objective of each datum.
    kl_per_dimension : array of shape (dimensions,) or None
        Averaged over the data, where the dimensions were given.
    weight : float
        Of the KL; 1 makes it the ELBO.
    kl_method : str
        How the KL was obtained.
    standard_error : float
        Of `value` over the data; NaN for one datum, and where a datum is infinite.
    notes : tuple of Note
        What was noticed.
    """

    value: Any
    log_likelihood: Any
    kl: Any
    per_datum: Any
    kl_per_dimension: Any
    weight: float
    kl_method: str
    standard_error: float
    notes: tuple[Note, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {name: facts(numpy_copy(getattr(self, name))) for name in self.__slots__}

    def __float__(self) -> float:
        return float(self.value)

    def __str__(self) -> str:
        value, fit, cost = (float(x) for x in (self.value, self.log_likelihood, self.kl))
        name = "ELBO" if self.weight == 1 else "objective"
        by = "" if self.weight == 1 else f"{self.weight:g} × "
        return (
            f"{name} = {format_number(value)} nats a datum: log-likelihood {format_number(fit)} − "
            f"{by}KL {format_number(cost)} ({self.kl_method})"
        )

    __repr__ = __str__


def elbo(log_likelihood: Any, kl: Any, *, weight: float = 1.0, kl_method: str = "analytic") -> ELBO:
    """Put the evidence lower bound together from its two terms.

    Parameters
    ----------
    log_likelihood : array_like of shape (data,) or (draws, data)
        ln p(x|z) for z drawn from q(z|x); draws are averaged. NumPy, PyTorch or JAX.
    kl : array_like of shape (data,) or (data, dimensions), or Divergence
        KL(q(z|x)‖p(z)) in nats, for example from `kl_standard_normal`; that of `kl` brings its
        unit and its method.
    weight : float
        β: below 1 while annealing, above 1 for a β-VAE.
    kl_method : str
        Reported; how `kl` was obtained, if it is an array.

    Returns
    -------
    ELBO
        Value, parts, KL per dimension, and the error over the data.

    Raises
    ------
    ShapeError
        If the numbers of data differ.
    InputError
        NaN, or a weight that is negative.

    Notes
    -----
    ln p(x) = ELBO + KL(q(z|x)‖p(z|x)), so that it is a lower bound, tight for the exact
    posterior.

    References
    ----------
    Jordan, Ghahramani, Jaakkola and Saul (1999), An introduction to variational methods for
    graphical models; Higgins et al. (2017), β-VAE.

    Examples
    --------
    >>> print(elbo([-1.9189385332], [0.0]))
    ELBO = -1.919 nats a datum: log-likelihood -1.919 − KL 0 (analytic)
    """
    if not 0 <= number("weight", weight) < math.inf:
        raise InputError(f"weight={weight} must be finite and at least 0")
    term = kl.to("nats") if isinstance(kl, Divergence) else Divergence(kl, "nats", 0.0, kl_method)
    named = {"log_likelihood": log_likelihood, "kl": term.value}
    taken = parameters(named)
    fit, cost = _fit(*taken.arrays)
    xp = namespace(fit, cost)
    whole = fit if fit.ndim == 1 else xp.mean(fit, axis=0)
    each = cost if cost.ndim == 1 else xp.sum(cost, axis=-1)
    objective = whole - weight * each
    answer(named, taken, objective)
    return ELBO(
        value=taken.back(xp.mean(objective)),
        log_likelihood=taken.back(xp.mean(whole)),
        kl=taken.back(xp.mean(each)),
        per_datum=taken.back(objective),
        kl_per_dimension=taken.back(xp.mean(cost, axis=0)) if cost.ndim == 2 else None,
        weight=weight,
        kl_method=term.method,
        standard_error=math.nan if taken.traced else _error(objective),
        notes=(*term.notes, *_notes(weight), *(() if taken.traced else _infinite(objective))),
    )


def _fit(fit: Any, cost: Any) -> tuple[Any, Any]:
    if cost.ndim == 0:
        cost = cost.reshape((1,))
    if 0 in (*fit.shape, *cost.shape):
        raise ShapeError(
            f"log_likelihood has shape {tuple(fit.shape)} and kl {tuple(cost.shape)}: no datum, so "
            f"there is no mean; leave such a batch out"
        )
    if fit.ndim not in (1, 2) or cost.ndim not in (1, 2) or fit.shape[-1] != cost.shape[0]:
        raise ShapeError(
            f"log_likelihood has shape {tuple(fit.shape)} and kl {tuple(cost.shape)}; give "
            f"(data,) or (draws, data), and (data,) or (data, dimensions)"
        )
    return fit, cost


def _error(objective: Any) -> float:
    values = np.asarray(numpy_copy(objective), dtype=np.float64)
    if len(values) < 2 or not np.isfinite(values).all():
        return math.nan
    return float(values.std(ddof=1) / math.sqrt(len(values)))


def _infinite(objective: Any) -> tuple[Note, ...]:
    values = np.asarray(numpy_copy(objective), dtype=np.float64)
    lost = np.flatnonzero(np.isinf(values))
    if not len(lost):
        return ()
    text = (
        f"The objective of {len(lost)} of {len(values)} data is infinite, the first of them "
        f"{lost[0]}: so is the mean, and it has no standard error."
    )
    return (Note("infinite", text),)


def _notes(weight: float) -> tuple[Note, ...]:
    if weight >= 1:
        return ()
    text = f"With a weight of {weight:g}, below 1, the objective is no bound on the evidence."
    return (Note("no-bound", text),)
