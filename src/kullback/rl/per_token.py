"""What each token costs: the penalty that is taken from a reward, position by position."""

from typing import Any

from kullback import arrays
from kullback.checks import numeric
from kullback.errors import InputError, MethodError
from kullback.kernels.namespaces import constant, namespace
from kullback.rl.draws import same_shape
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
    if kind not in ESTIMATORS:
        names = ", ".join(map(repr, ESTIMATORS))
        raise MethodError(f"kind={kind!r} is unknown; choose one of {names}")
    named = {"log_p": log_p, "log_ref": log_ref} | ({} if mask is None else {"mask": mask})
    found = {
        name: constant(value) if arrays.library(value) else numeric(name, value)
        for name, value in named.items()
        if name != "mask"
    }
    if mask is not None:
        found["mask"] = mask if hasattr(mask, "shape") else numeric("mask", mask)
    same_shape(found)
    xp = namespace(found["log_p"])
    if mask is None:
        return ESTIMATORS[kind](found["log_p"] - found["log_ref"])
    kept = found["mask"] == 1
    if arrays.has_values(kept) and not bool(xp.all(kept | (found["mask"] == 0))):
        raise InputError("mask holds values other than 0 and 1; 1 (True) keeps a position")
    held = [xp.where(kept, found[name], 0.0) for name in ("log_p", "log_ref")]
    return ESTIMATORS[kind](held[0] - held[1])
