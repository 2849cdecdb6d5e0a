"""What the KL of a latent code is made of: information, correlation and shape."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.arguments import MANY, seed_of
from kullback.arguments import whole as whole_number
from kullback.arrays import numpy_copy
from kullback.results import Note
from kullback.results.facts import facts
from kullback.units import format_number
from kullback.vi.aggregate_margin import kl_of_margin
from kullback.vi.gaussian import kl_standard_normal
from kullback.vi.parameters import encoded

Array = NDArray[np.float64]

LN_2PI = math.log(2 * math.pi)
BLOCK = 1 << 21
FEW = 20  # degrees of freedom below which an error is rough


@dataclass(frozen=True, slots=True, eq=False)
class Decomposition:
    """kl = mutual_information + total_correlation + Σ dimension_wise, in nats a datum.

    Parameters
    ----------
    kl : float
        Mean KL(q(z|x)‖p(z)); analytic.
    mutual_information : float
        Between the datum and its code, I(x; z); at most ln n.
    total_correlation : float
        KL of the aggregate posterior q(z) from the product of its margins.
    dimension_wise : ndarray of shape (dimensions,)
        KL(q(z_j)‖p(z_j)) of each margin; by quadrature.
    aggregate_kl : float
        KL(q(z)‖p(z)) = total_correlation + Σ dimension_wise.
    standard_error : float
        Of mutual_information, total_correlation and aggregate_kl.
    methods : dict
        How each part was obtained.
    n : int
        Data.
    notes : tuple of Note
        What was noticed.
    """

    kl: float
    mutual_information: float
    total_correlation: float
    dimension_wise: Array
    aggregate_kl: float
    standard_error: float
    methods: dict[str, str]
    n: int
    notes: tuple[Note, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {name: facts(numpy_copy(getattr(self, name))) for name in self.__slots__}

    def __str__(self) -> str:
        parts = (
            f"mutual information {format_number(self.mutual_information)}",
            f"total correlation {format_number(self.total_correlation)}",
            f"dimension-wise {format_number(float(self.dimension_wise.sum()))}",
        )
        return f"KL = {format_number(self.kl)} nats = {' + '.join(parts)}, n={self.n}"

    __repr__ = __str__


def decompose(
    mean: Any, log_variance: Any, *, draws: int = 8, seed: int | None = None
) -> Decomposition:
    """Split the mean KL(q(z|x)‖N(0, I)) into information, total correlation and shape.

    Parameters
    ----------
    mean, log_variance : array_like of shape (data, dimensions)
        Diagonal Gaussian posteriors of equally likely data. For another prior standardise
        first: (mean − m₀)/s₀ and log_variance − ln s₀², which changes no KL.
    draws : int
        From each posterior, at least 2, where there are several dimensions.
    seed : int or None
        Of those draws; None is 0.

    Returns
    -------
    Decomposition
        The parts and how each was obtained: one dimension needs no draws.

    Raises
    ------
    InputError, ShapeError
        NaN or another shape.

    Notes
    -----
    q(z) is the mixture of all posteriors. Its margins go by Gauss–Legendre quadrature in cells
    that are as wide as the narrowest posterior there. I(x; z) = E ln q(z|x)/q(z) is drawn,
    equally often from each posterior, and the error is that of this stratified mean. The cost is
    draws·n².

    References
    ----------
    Hoffman and Johnson (2016), ELBO surgery; Chen et al. (2018), Isolating sources of
    disentanglement in variational autoencoders, eq. 2.

    Examples
    --------
    >>> parts = decompose([[2.0], [-2.0]], [[0.0], [0.0]])
    >>> parts.kl, round(parts.aggregate_kl, 10), round(parts.mutual_information, 10)
    (2.0, 1.3672798063, 0.6327201937)
    """
    means, log_variances = encoded(mean, log_variance)
    draws = whole_number("draws", draws, 2, MANY)  # two, for the error
    n, dimensions = means.shape
    whole = float(np.asarray(kl_standard_normal(means, log_variances)).sum(axis=1).mean())
    margins = np.array(
        [kl_of_margin(m, np.exp(lv / 2)) for m, lv in zip(means.T, log_variances.T, strict=True)]
    )
    if dimensions == 1:
        information, error, how = whole - float(margins[0]), 0.0, "quadrature"
    else:
        rng = np.random.default_rng(seed_of(seed))
        information, error = _information(means, log_variances, draws, rng)
        how = f"monte carlo, {draws} draws a datum"
    aggregate = whole - information
    correlation = aggregate - float(margins.sum()) if dimensions > 1 else 0.0
    return Decomposition(
        kl=whole,
        mutual_information=information,
        total_correlation=correlation,
        dimension_wise=margins,
        aggregate_kl=aggregate,
        standard_error=error,
        methods={
            "kl": "analytic",
            "mutual_information": how,
            "total_correlation": how,
            "dimension_wise": "quadrature",
            "aggregate_kl": how,
        },
        n=n,
        notes=(*_notes(information, correlation, error, n), *_few(dimensions, n * (draws - 1))),
    )


def _information(
    means: Array, log_variances: Array, draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    """I(x; z) from equally many draws of each posterior, with its stratified error."""
    n = len(means)
    scale = np.exp(log_variances / 2)
    each = np.empty((draws, n))
    for row in each:
        noise = rng.standard_normal(means.shape)
        own = -0.5 * (noise * noise + log_variances + LN_2PI).sum(axis=1)
        row[:] = own - _log_aggregate(means + scale * noise, means, log_variances)
    error = math.sqrt(float(each.var(axis=0, ddof=1).sum()) / draws) / n
    return float(each.mean()), error


def _log_aggregate(z: Array, means: Array, log_variances: Array) -> Array:
    """Return ln q(z) of the mixture of all posteriors, block by block."""
    precision = np.exp(-log_variances)
    constant = -0.5 * (means * means * precision + log_variances + LN_2PI).sum(axis=1)
    linear = (means * precision).T
    result = np.empty(len(z))
    rows = max(1, BLOCK // len(means))
    for i in range(0, len(z), rows):
        block = z[i : i + rows]
        log_q = constant + block @ linear - 0.5 * (block * block) @ precision.T
        top = log_q.max(axis=1)
        result[i : i + rows] = top + np.log(np.exp(log_q - top[:, None]).mean(axis=1))
    return result


def _notes(information: float, correlation: float, error: float, n: int) -> tuple[Note, ...]:
    notes = []
    if information > math.log(n) - 0.1 and n > 1:
        text = (
            f"The mutual information is at its limit ln n = {math.log(n):.4g} nats for {n} data: "
            f"every code names its datum, and the truth for more data may be larger."
        )
        notes.append(Note("saturated", text))
    if correlation < 0:
        text = f"The total correlation is negative within the error of the draws, {error:.2g} nats."
        notes.append(Note("negative", text))
    return tuple(notes)


def _few(dimensions: int, freedom: int) -> tuple[Note, ...]:
    """Say when the error itself rests on few draws."""
    if dimensions == 1 or freedom >= FEW:
        return ()
    text = (
        f"The error rests on {freedom} degrees of freedom, and may be off by a share of about "
        f"{1 / math.sqrt(2 * freedom):.2g}: give more draws."
    )
    return (Note("few-draws", text),)
