"""Free bits: a KL below which the posterior pays nothing, in its two definitions."""

import math
from collections.abc import Callable
from typing import Any

from kullback.arguments import number, word
from kullback.errors import InputError, MethodError, ShapeError
from kullback.kernels.namespaces import namespace
from kullback.vi.parameters import answer, parameters


def free_bits(kl: Any, minimum: float, *, per: str = "batch") -> Any:
    """KL with a floor of `minimum` nats a dimension.

    Parameters
    ----------
    kl : array_like of shape (data, dimensions) or (dimensions,)
        For example from `kl_standard_normal`; one axis is taken as already averaged.
    minimum : float
        λ ≥ 0, in nats.
    per : {"batch", "datum"}
        "batch": Σ_j max(λ, mean over the data of KL_j), of Kingma et al. "datum": the mean over
        the data of Σ_j max(λ, KL_j), which is at least as large: it also floors the data that
        need no information.

    Returns
    -------
    scalar of the same library
        In nats a datum; no gradient flows from what lies below the floor.

    Raises
    ------
    InputError
        NaN, or a negative minimum.
    MethodError
        Another `per`.

    References
    ----------
    Kingma et al. (2016), Improving variational inference with inverse autoregressive flow.

    Examples
    --------
    >>> float(free_bits([0.01, 0.02, 1.5, 0.8], 0.25))
    2.8
    """
    if not 0 <= number("minimum", minimum) < math.inf:
        raise InputError(f"minimum={minimum} must be finite and at least 0 nats")
    word("per", per, DEFINITIONS, MethodError)
    named = {"kl": kl}
    taken = parameters(named)
    (values,) = taken.arrays
    if values.ndim not in (1, 2) or 0 in values.shape:
        raise ShapeError(f"kl has shape {tuple(values.shape)}; give (data, dimensions)")
    xp = namespace(values)
    rows = values if values.ndim == 2 else values[None, :]
    return answer(named, taken, DEFINITIONS[per](xp, rows, minimum))


def _batch(xp: Any, rows: Any, minimum: float) -> Any:
    return xp.sum(_floored(xp, xp.mean(rows, axis=0), minimum))


def _datum(xp: Any, rows: Any, minimum: float) -> Any:
    return xp.mean(xp.sum(_floored(xp, rows, minimum), axis=-1))


def _floored(xp: Any, values: Any, minimum: float) -> Any:
    return xp.where(values < minimum, minimum, values)


DEFINITIONS: dict[str, Callable[[Any, Any, float], Any]] = {"batch": _batch, "datum": _datum}
