"""KL of a policy from its reference, from log-probabilities: an estimate with its error."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.arrays import gradient_left
from kullback.errors import ShapeError
from kullback.results import Estimate, Note
from kullback.rl import cautions
from kullback.rl.clamp import Clamp
from kullback.rl.contributions import Contributions, DrawOptions, contributions
from kullback.statistics.level import check_level
from kullback.statistics.mean import clustered_mean
from kullback.units import Unit, nats_per

Array = NDArray[np.float64]


def kl(  # noqa: PLR0913  the contract with users
    log_p: Any,
    log_ref: Any,
    *,
    kind: str = "k1",
    mask: Any = None,
    cluster: Any = None,
    log_sampled: Any = None,
    clamp: Clamp | None = None,
    level: float = 0.95,
    unit: Unit = "nats",
) -> Estimate:
    """Estimate KL(π‖ref) per action, from log-probabilities of actions that π drew.

    Parameters
    ----------
    log_p, log_ref : array_like of shape (...)
        Log-probabilities of the actions under the policy and under the reference: NumPy,
        PyTorch or JAX. For ``kind="exact"`` of shape (..., k): logits or log-probabilities of
        all k actions at each position.
    kind : {"k1", "k2", "k3", "abs", "exact"}
        What a position contributes, with d = ln π/ref: d; d²/2 (biased); e^−d − 1 + d; |d|
        (biased); or the KL of the two rows.
    mask : array_like of bool or None
        True keeps a position. Applied before anything is computed.
    cluster : array_like or None
        Ids of what belongs together, one for each position or each row: the standard error is
        then that of independent clusters. Without it every position counts as independent.
    log_sampled : array_like or None
        Log-probabilities under the policy that really drew the actions, where that was not π:
        each position is weighted by π/sampled. The states remain those that it visited.
    clamp : Clamp or None
        Limits; none by default. A note says what they changed.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result.

    Returns
    -------
    Estimate
        `value` may be negative for k1, and a note says when
        that cannot be chance. `n` is the number of valid positions.

    Raises
    ------
    InputError
        NaN, +inf or −9999 at a valid position; traced arguments.
    ShapeError
        Shapes that differ, or no valid position.
    MethodError
        An unknown kind, or a correction that does not apply to it.

    Notes
    -----
    k1 and k3 have the mean KL(π‖ref), k3 only if π reaches all that ref does, and its spread
    rests on the ratios ref/π: effective draws and Pareto k are in the notes. Exact sums over the
    actions and has no sampling noise within a position.

    References
    ----------
    Schulman (2020), Approximating KL divergence, http://joschu.net/blog/kl-approx.html;
    Cochran (1977), Sampling techniques, chapter 6, for the error of a ratio of means.

    Examples
    --------
    >>> policy, reference = np.log([0.7, 0.2, 0.1]), np.log([0.5, 0.25, 0.25])
    >>> actions = np.repeat([0, 1, 2], [70, 20, 10])
    >>> print(kl(policy[actions], reference[actions], kind="k3"))
    KL(π‖ref) = 0.0993 ± 0.0163 nats (95 %: [0.067, 0.132]), k3, n=100
    >>> round(float(kl([policy], [reference], kind="exact")), 10)
    0.0992727822
    """
    nats_per(unit)
    check_level(level)
    parts = contributions(log_p, log_ref, DrawOptions(kind, mask, cluster, log_sampled, clamp))
    alone = cautions.independence(cluster is not None, parts.kept.mask.ndim)
    notes = (*alone, *gradient_left(log_p))
    return _estimate(parts, parts.values, parts.kept.cluster, level, notes).to(unit)


def sequence_kl(  # noqa: PLR0913  the contract with users
    log_p: Any,
    log_ref: Any,
    *,
    kind: str = "exact",
    mask: Any = None,
    log_sampled: Any = None,
    clamp: Clamp | None = None,
    level: float = 0.95,
    unit: Unit = "nats",
) -> Estimate:
    """Estimate KL(π‖ref) of whole sequences: the sum over their positions, by the chain rule.

    Parameters
    ----------
    log_p, log_ref : array_like of shape (sequences, positions)
        As for `kl`; for ``kind="exact"`` of shape (sequences, positions, k).
    kind : {"exact", "k1", "k2", "k3"}
        "exact" sums the exact KL at each position that the sequence came through: the
        Rao–Blackwellised estimator, with the same mean as k1 and less spread.
    mask : array_like of bool of shape (sequences, positions), or None
        True keeps a position, padding is False.
    log_sampled : array_like of shape (sequences, positions), or None
        As for `kl`; a position is weighted by the product of the ratios up to its action.
    clamp, level, unit
        As for `kl`.

    Returns
    -------
    Estimate
        Of a sequence; sequences are independent, and `n` is how many there are.

    Raises
    ------
    InputError, ShapeError, MethodError
        As for `kl`.

    References
    ----------
    Amini, Vieira and Cotterell (2025), Better estimation of the KL divergence between language
    models; Precup, Sutton and Singh (2000), Eligibility traces for off-policy policy
    evaluation, for the products of ratios.

    Examples
    --------
    >>> policy, reference = np.log([0.7, 0.2, 0.1]), np.log([0.5, 0.25, 0.25])
    >>> whole = sequence_kl(np.tile(policy, (4, 3, 1)), np.tile(reference, (4, 3, 1)))
    >>> print(whole)
    KL(π‖ref) of a sequence = 0.2978 ± 0 nats (95 %: [0.298, 0.298]), exact, n=4
    """
    nats_per(unit)
    check_level(level)
    asked = DrawOptions(kind, mask, None, log_sampled, clamp, steps=True)
    parts = contributions(log_p, log_ref, asked)
    shape = parts.kept.mask.shape
    if len(shape) != 2:
        raise ShapeError(f"the positions have shape {shape}; give (sequences, positions)")
    lengths = parts.kept.mask.sum(axis=1)
    if not lengths.all():
        where = int(np.argmin(lengths))
        raise ShapeError(f"mask leaves no position of sequence {where}; drop that sequence")
    row = np.nonzero(parts.kept.mask)[0]
    sums = np.zeros(len(lengths))
    np.add.at(sums, row, parts.values)
    whole = _estimate(parts, sums, None, level, gradient_left(log_p))
    return replace(whole, quantity="KL(π‖ref) of a sequence").to(unit)


def _estimate(
    parts: Contributions,
    values: Array,
    cluster: NDArray[np.intp] | None,
    level: float,
    notes: tuple[Note, ...] = (),
) -> Estimate:
    """Average what independent draws or clusters contribute."""
    mean = clustered_mean(values, cluster)
    doubts = (
        *cautions.negative(mean),
        *cautions.infinite(mean.value, int(np.isinf(values).sum())),
        *cautions.few(cluster is not None, mean.groups),
        *cautions.errorless(mean.groups),
    )
    return Estimate(
        value=mean.value,
        unit="nats",
        standard_error=mean.error,
        interval=mean.interval(level),
        method=parts.method,
        n=len(values),
        m=None,
        outcomes=parts.outcomes,
        quantity="KL(π‖ref)",
        notes=(*parts.notes, *notes, *doubts),
    )
