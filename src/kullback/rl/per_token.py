"""What each token costs: the penalty that is taken from a reward, position by position."""

from typing import Any

import numpy as np

from kullback import arrays
from kullback.arguments import word
from kullback.checks import numeric, place
from kullback.errors import InputError, MethodError
from kullback.kernels.namespaces import constant, namespace
from kullback.rl.draws import read_mask, same_shape
from kullback.rl.estimators import ESTIMATORS


def penalties(log_p: Any, log_ref: Any, *, kind: str = "k1", mask: Any = None) -> Any:
    """Return the KL penalty of each action, of the shape and in the library of the arguments.

    Its mean estimates KL(π‖ref) as `kl` does. It is taken from rewards, so that no gradient
    flows through it; for a loss take `loss`.

    Parameters
    ----------
    log_p, log_ref : tensor or array of shape (...)
        Log-probabilities of the actions under the policy and under the reference.
    kind : {"k1", "k2", "k3", "abs"}
        With d = ln π/ref: d; d²/2; e^−d − 1 + d; |d|.
    mask : tensor or array of bool, or None
        True keeps a position; the others cost 0, whatever they hold.

    Returns
    -------
    tensor or array of the same shape
        In nats.

    Raises
    ------
    InputError, ShapeError
        Shapes that differ, or a mask that holds other numbers than 0 and 1.
    MethodError
        An unknown kind.

    Examples
    --------
    >>> penalties([-1.0, -2.0], [-1.5, -1.0], kind="abs").tolist()
    [0.5, 1.0]
    """
    word("kind", kind, ESTIMATORS, MethodError)
    named = {"log_p": log_p, "log_ref": log_ref}
    lent = arrays.lend(named)
    found: tuple[Any, ...]
    if lent is None:
        found = tuple(numeric(name, value).astype(np.float64) for name, value in named.items())
    else:
        found = tuple(constant(_widened(array)) for array in lent.arrays)
    shape = same_shape(dict(zip(named, found, strict=True)))
    xp = namespace(*found)
    kept = None if mask is None else _kept(xp, mask, found[0])
    if kept is not None:
        found = tuple(xp.where(kept, array, 0.0) for array in found)
    cost = ESTIMATORS[kind](found[0] - found[1])
    _refuse_nan(named, cost)
    return cost if lent is None else lent.back(cost, shape)


def _widened(array: Any) -> Any:
    return arrays.widened(array) if isinstance(array, np.ndarray) else array


def _kept(xp: Any, mask: Any, like: Any) -> Any:
    """Return which positions count, as booleans of the library of the arguments."""
    if not arrays.has_values(mask):
        return mask == 1
    kept = read_mask(mask, tuple(like.shape))
    return kept if xp is np else arrays.in_kind(kept, like)


def _refuse_nan(named: dict[str, Any], cost: Any) -> None:
    if not arrays.has_values(cost) or not bool(namespace(cost).any(namespace(cost).isnan(cost))):
        return
    where = np.argwhere(np.isnan(arrays.numpy_copy(cost)))[0]
    raise InputError(
        f"{' and '.join(named)} give no number at {place(where)}: one is NaN there, or both are "
        f"infinite; what is missing or padded is left out by mask="
    )
