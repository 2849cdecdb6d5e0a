"""Measures between the distributions that rows of logits stand for."""

from collections.abc import Callable
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import kernels
from kullback.arrays import Reduction
from kullback.kernels import namespace
from kullback.logits.rows import LogitRows, refuse, rows
from kullback.results import Information, RowSummaries
from kullback.units import Unit, nats_per

Answer = Information | NDArray[np.float64]

# The columns of a summary.
COLUMN = {name: i for i, name in enumerate(kernels.SUMMARY)}


def kl(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: int = -1,
    unit: Unit = "nats",
    temperature: float = 1.0,
    **layout: Unpack[Reduction],
) -> Answer:
    """Kullback–Leibler divergence KL(P‖Q) of softmax(p) and softmax(q).

    Parameters
    ----------
    p, q : array_like of shape (..., k)
        The logits of the truth and of the model: float64, float32, float16 or bfloat16 of
        NumPy, PyTorch, JAX or CuPy. −inf is probability zero. The batch axes broadcast.
    axis : int
        The axis of the outcomes.
    unit : {"nats", "bits", "bans"}
        The unit of the result.
    temperature : float
        Divides every logit first.
    **layout
        ``keepdims=True`` keeps the axis of the outcomes, with length 1; ``where=`` an array of
        booleans, or a mapping from label to boolean, leaves outcomes out, as logits of −inf do.

    Returns
    -------
    Information or ndarray
        In [0, ∞]; infinite where P is possible and Q is not.
        An Information for one pair, an array of the batch shape for several.

    Raises
    ------
    InputError
        NaN, +inf, a row of −inf only, other kinds of numbers, or a temperature that is not > 0.
    ShapeError
        Different numbers of outcomes, none, or batches that do not fit.

    Notes
    -----
    One pass over both rows, in the non-negative form Σ p·(δ + e^−δ − 1), δ = ln(p/q), which keeps
    its digits where P ≈ Q. Logits of 32 bits and fewer are worked on as float32 and summed in
    float64: relative error about 1e-6. float64 has about 1e-15.

    References
    ----------
    Kullback and Leibler (1951), On information and sufficiency, eq. 2.4.

    Examples
    --------
    >>> kl([2.0, 1.0, 0.0], [2.0, 0.0, 1.0])
    0.1547 nats
    >>> kl([[0.0, 0.0]], [[0.0, float("-inf")]]).tolist()
    [inf]
    """
    named = {"p": p, "q": q}
    checked = rows(named, axis=axis, temperature=temperature, **layout)
    return _answer(named, checked, kernels.logits_kl(*checked.arrays, checked.scale), unit)


def entropy(
    p: ArrayLike,
    *,
    axis: int = -1,
    unit: Unit = "nats",
    temperature: float = 1.0,
    **layout: Unpack[Reduction],
) -> Answer:
    """Entropy H(P) of softmax(p): the expected surprise of who knows the truth.

    Parameters
    ----------
    p, axis, unit, temperature, **layout
        As for `kl`.

    Returns
    -------
    Information or ndarray
        In [0, ln k].

    Raises
    ------
    InputError, ShapeError
        As for `kl`.

    References
    ----------
    Shannon (1948), A mathematical theory of communication, section 6.

    Examples
    --------
    >>> entropy([0.0, 0.0], unit="bits")
    1 bits
    """
    checked = rows({"p": p}, axis=axis, temperature=temperature, **layout)
    nats = kernels.logits_entropy(*checked.arrays, checked.scale)
    return _answer({"p": p}, checked, nats, unit)


def cross_entropy(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: int = -1,
    unit: Unit = "nats",
    temperature: float = 1.0,
    **layout: Unpack[Reduction],
) -> Answer:
    """Cross-entropy H(P, Q) of softmax(p) and softmax(q): H(P) + KL(P‖Q).

    Parameters
    ----------
    p, q, axis, unit, temperature, **layout
        As for `kl`.

    Returns
    -------
    Information or ndarray
        In [H(P), ∞]; infinite where P is possible and Q is not.

    Raises
    ------
    InputError, ShapeError
        As for `kl`.

    References
    ----------
    Shannon (1948), A mathematical theory of communication, section 6.

    Examples
    --------
    >>> cross_entropy([0.0, 0.0], [2.0, 0.0])
    1.127 nats
    """
    named = {"p": p, "q": q}
    kernel = kernels.logits_cross_entropy
    checked, nats = _column("cross_entropy", kernel, named, axis, temperature, layout)
    return _answer(named, checked, nats, unit)


def jensen_shannon(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: int = -1,
    unit: Unit = "nats",
    temperature: float = 1.0,
    **layout: Unpack[Reduction],
) -> Answer:
    """Jensen–Shannon divergence of softmax(p) and softmax(q).

    Parameters
    ----------
    p, q, axis, unit, temperature, **layout
        As for `kl`.

    Returns
    -------
    Information or ndarray
        In [0, ln 2].

    Raises
    ------
    InputError, ShapeError
        As for `kl`.

    References
    ----------
    Lin (1991), Divergence measures based on the Shannon entropy, eq. 5.1.

    Examples
    --------
    >>> jensen_shannon([2.0, 1.0, 0.0], [2.0, 0.0, 1.0])
    0.03714 nats
    """
    named = {"p": p, "q": q}
    kernel = kernels.logits_jensen_shannon
    checked, nats = _column("jensen_shannon", kernel, named, axis, temperature, layout)
    return _answer(named, checked, nats, unit)


def total_variation(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: int = -1,
    temperature: float = 1.0,
    **layout: Unpack[Reduction],
) -> float | NDArray[np.float64]:
    """Total variation distance ½ Σ |p − q| of softmax(p) and softmax(q).

    Parameters
    ----------
    p, q, axis, temperature, **layout
        As for `kl`.

    Returns
    -------
    float or ndarray
        In [0, 1]; without unit.

    Raises
    ------
    InputError, ShapeError
        As for `kl`.

    References
    ----------
    Levin, Peres and Wilmer (2009), Markov chains and mixing times, proposition 4.2.

    Examples
    --------
    >>> round(float(total_variation([2.0, 1.0, 0.0], [2.0, 0.0, 1.0])), 6)
    0.154698
    """
    named = {"p": p, "q": q}
    kernel = kernels.logits_total_variation
    checked, values = _column("total_variation", kernel, named, axis, temperature, layout)
    refuse(named, checked, values)
    distance: float | NDArray[np.float64] = _shaped(checked, values)
    return distance


def summary(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: int = -1,
    unit: Unit = "nats",
    temperature: float = 1.0,
) -> RowSummaries:
    """Every measure of the rows at once, for less than the price of three.

    Parameters
    ----------
    p, q, axis, unit, temperature
        As for `kl`.

    Returns
    -------
    RowSummaries
        Arrays of the batch shape: kl, reverse_kl, jensen_shannon, total_variation, entropy_p,
        cross_entropy and same_top (whether both have the same largest logit).

    Raises
    ------
    InputError, ShapeError
        As for `kl`.

    Notes
    -----
    One pass for the normalisers and both directions of KL, a second one for what needs both
    normalisers.

    Examples
    --------
    >>> rows = summary([[2.0, 1.0, 0.0], [0.0, 1.0, 2.0]], [[2.0, 0.0, 1.0], [0.0, 1.0, 2.0]])
    >>> rows.kl.round(4).tolist(), rows.same_top.tolist()
    ([0.1547, 0.0], [True, True])
    """
    named = {"p": p, "q": q}
    checked = rows(named, axis=axis, temperature=temperature)
    table = kernels.logits_summary(*checked.arrays, checked.scale)
    table = namespace(table).reshape(table, (*checked.batch, len(COLUMN)))
    columns = {name: table[..., i] for name, i in COLUMN.items()}
    refuse(named, checked, columns["kl"])
    if checked.back:
        columns = {name: checked.back(c, checked.batch) for name, c in columns.items()}
    same_top = columns.pop("same_top") == 1.0
    return RowSummaries(unit="nats", same_top=same_top, **columns).to(unit)


def _column(
    name: str,
    elsewhere: Callable[..., Any],
    named: dict[str, Any],
    axis: int,
    temperature: float,
    layout: Reduction,
) -> tuple[LogitRows, Any]:
    """Take one column of the summary of NumPy arrays, or the formula for another library's."""
    checked = rows(named, axis=axis, temperature=temperature, **layout)
    if isinstance(checked.arrays[0], np.ndarray):
        values = kernels.logits_summary(*checked.arrays, checked.scale)[:, COLUMN[name]]
    else:
        values = elsewhere(*checked.arrays, checked.scale)
    return checked, values


def _answer(named: dict[str, Any], checked: LogitRows, nats: Any, unit: Unit) -> Answer:
    """Convert nats into `unit`, in the shape of the batch."""
    refuse(named, checked, nats)
    shaped = _shaped(checked, nats / nats_per(unit))
    return Information(shaped, unit) if isinstance(shaped, float) else shaped


def _shaped(checked: LogitRows, values: Any) -> Any:
    """Return a float, an array of the batch, or an array of the library the logits came from."""
    if checked.back:
        return checked.back(values, checked.batch)
    return values.reshape(checked.batch) if checked.batch else float(values[0])
