"""KL as a loss: the value and the gradient of one direction, chosen by name."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from kullback import arrays, logits
from kullback.arguments import number, shown
from kullback.errors import InputError, MethodError, ShapeError
from kullback.intake import contents
from kullback.kernels.namespaces import constant, item_size, namespace
from kullback.rl.estimators import k3, reverse_of_k3

# ln π/ref within which the short forms of the terms lose digits, and the long ones none.
NEAR = 1.0


def _reverse(log_ratio: Any, weight: Any, other: Any) -> tuple[Any, Any]:
    """Return w·(r − 1 − ln r) and its slope w·d, with r = ref/π = e^−d and w·r given."""
    xp = namespace(log_ratio)
    near = xp.abs(log_ratio) < NEAR
    far = other - weight + weight * log_ratio
    value = xp.where(near, weight * k3(xp.where(near, log_ratio, 0.0)), far)
    return value, weight * log_ratio


def _forward(log_ratio: Any, weight: Any, other: Any) -> tuple[Any, Any]:
    """Return w·(r ln r − r + 1) and its slope w·(1 − r), with w·r given."""
    xp = namespace(log_ratio)
    near = xp.abs(log_ratio) < NEAR
    held = xp.where(near, log_ratio, 0.0)
    spent = xp.where(other > 0, other * (1 + log_ratio), 0.0)  # 0 ln 0 = 0
    value = xp.where(near, weight * reverse_of_k3(held), weight - spent)
    return value, xp.where(near, -weight * xp.expm1(-held), weight - other)


# What a draw of π contributes to the value and the gradient of each direction.
TERMS: dict[str, Callable[[Any, Any, Any], tuple[Any, Any]]] = {
    "reverse": _reverse,
    "forward": _forward,
}


def loss(
    log_p: Any,
    log_ref: Any,
    *,
    gradient: str = "reverse",
    mask: Any = None,
    log_sampled: Any = None,
    count: Any = None,
) -> Any:
    """KL between policy and reference from sampled actions, as a differentiable loss.

    Parameters
    ----------
    log_p : tensor or array of shape (...)
        Log-probabilities of the actions under the policy, with their gradient: PyTorch, JAX,
        or NumPy for the value alone.
    log_ref : tensor or array of the same shape
        Under the reference; no gradient flows into it.
    gradient : {"reverse", "forward"}
        "reverse" is KL(π‖ref), which keeps the policy where the reference is; "forward" is
        KL(ref‖π), which makes it cover the reference. Value and gradient are both of this
        direction.
    mask : tensor or array of bool, or None
        True keeps a position; applied before anything is exponentiated. Numbers are 0 or 1.
    log_sampled : tensor or array, or None
        Under the policy that drew the actions; by default the policy itself, at its present
        parameters.
    count : number or None
        What the sum is divided by; by default the valid positions. Under gradient accumulation
        or on several devices give the count of the whole batch, and add the losses.

    Returns
    -------
    scalar of the same library
        In nats.

    Raises
    ------
    InputError
        Arguments of different libraries, or a mask that holds other numbers than 0 and 1.
    ShapeError
        Shapes that differ, or no valid position (with a `count` the loss is 0 then). What is
        being traced has no values, and its mask is not looked at: its mean of nothing is NaN.
    MethodError
        An unknown gradient.

    Notes
    -----
    A draw contributes w·f with w = π/sampled *differentiable* (1 on-policy, in value) and
    f = r − 1 − ln r for "reverse", f = r ln r − r + 1 for "forward", r = ref/π. The gradients
    are w·ln(π/ref)·∇ln π and w·(1 − r)·∇ln π, whose means are those of the two divergences. k3
    alone, without w, has the value of the first and the gradient of the second. Both gradients
    are attached as they stand here, not differentiated from the value, in which they cancel to
    nothing some 16 nats apart in float32; so there is no second derivative. The gradient holds
    the visited states fixed: what the policy will visit is for the reward to say.

    References
    ----------
    Schulman (2020), Approximating KL divergence; the pairing of value and gradient is proved by
    enumeration in ``tests/rl/test_rl_gradients.py``.

    Examples
    --------
    >>> import numpy as np
    >>> policy, reference = np.log([0.7, 0.2, 0.1]), np.log([0.5, 0.25, 0.25])
    >>> actions = np.repeat([0, 1, 2], [7, 2, 1])
    >>> round(float(loss(policy[actions], reference[actions])), 10)
    0.0992727822
    """
    terms = _direction(gradient)
    named = {"log_p": log_p, "log_ref": log_ref, "mask": mask, "log_sampled": log_sampled}
    required = ("log_p", "log_ref")
    given = {n: array for n, array in named.items() if array is not None or n in required}
    xp = _fitting(given)
    log_p, log_ref = _wide(xp, log_p), _wide(xp, log_ref)
    kept = _kept(xp, log_p, mask, count)
    moved = xp.where(kept, log_p - constant(log_p), 0.0)  # 0, with the gradient of log_p
    at, ref = constant(log_p), constant(log_ref)
    behaviour = at if log_sampled is None else constant(_wide(xp, log_sampled))
    log_ratio, log_weight, log_other = (
        xp.where(kept, x, 0.0) for x in (at - ref, at - behaviour, ref - behaviour)
    )
    value, slope = terms(log_ratio, xp.exp(log_weight), xp.exp(log_other))
    most = xp.finfo(slope.dtype).max  # times `moved`, which is 0, a slope beyond it would be NaN
    total = xp.sum(value) + xp.sum(xp.clip(slope, -most, most) * moved)
    return _mean(xp, total, kept, count)


def exact_loss(
    policy: Any, reference: Any, *, gradient: str = "reverse", mask: Any = None, count: Any = None
) -> Any:
    """KL between policy and reference from the logits of all actions, as a loss.

    Parameters
    ----------
    policy, reference : tensor or array of shape (..., k)
        Logits or log-probabilities; no gradient flows into the reference.
    gradient : {"reverse", "forward"}
        KL(π‖ref) or KL(ref‖π).
    mask : tensor or array of bool of shape (...), or None
        True keeps a position, as for `loss`.
    count : number or None
        As for `loss`.

    Returns
    -------
    scalar of the same library
        In nats; the gradient has no sampling noise within a position.

    Raises
    ------
    MethodError, ShapeError
        As for `loss`.

    Examples
    --------
    >>> import numpy as np
    >>> policy, reference = np.log([[0.7, 0.2, 0.1]]), np.log([[0.5, 0.25, 0.25]])
    >>> round(float(exact_loss(policy, reference, gradient="forward")), 10)
    0.1166224525
    """
    _direction(gradient)
    xp = _fitting({"policy": policy, "reference": reference})
    if policy.ndim < 2:
        raise ShapeError(f"policy has shape {tuple(policy.shape)}; give (positions, k)")
    if mask is not None:
        _fitting({"policy[..., 0]": policy[..., 0], "mask": mask})
    kept = _kept(xp, policy[..., 0], mask, count)
    if mask is not None:
        policy, reference = (xp.where(kept[..., None], x, 0.0) for x in (policy, reference))
    pair = (policy, constant(reference))
    each: Any = logits.kl(*(pair if gradient == "reverse" else pair[::-1]))
    return _mean(xp, xp.sum(xp.where(kept, each, 0.0)), kept, count)


def _mean(xp: Any, total: Any, kept: Any, count: Any) -> Any:
    """Divide a sum by the positions that count, which some libraries add up as numbers only."""
    return total / (xp.sum(_as(xp, kept, total.dtype)) if count is None else count)


def _as(xp: Any, array: Any, dtype: Any) -> Any:
    return array.astype(dtype) if isinstance(array, np.ndarray) else xp.astype(array, dtype)


def _kept(xp: Any, positions: Any, mask: Any, count: Any) -> Any:
    """Return which positions count, as booleans; refuse a count that is no number."""
    if count is not None and arrays.has_values(count) and not 0 < number("count", count) < math.inf:
        raise InputError(f"count={shown(count)} is no number of positions; give that of all")
    if mask is None:
        if count is None and 0 in positions.shape:
            raise _no_mean(positions)
        return xp.isfinite(xp.zeros_like(positions))  # all, in booleans of any library
    flags = _as(xp, mask, positions.dtype)
    kept = flags == 1
    if arrays.has_values(mask):
        if not bool(xp.all(kept | (flags == 0))):
            raise InputError("mask holds values other than 0 and 1; 1 (True) keeps a position")
        if count is None and not bool(xp.any(kept)):
            raise _no_mean(kept)
    return kept


def _no_mean(positions: Any) -> ShapeError:
    return arrays.no_mean(positions.shape, ", or give count= of the whole batch: the sum is 0")


def _direction(gradient: str) -> Callable[[Any, Any, Any], tuple[Any, Any]]:
    try:
        return TERMS[gradient]
    except (KeyError, TypeError):
        raise MethodError(
            f"gradient={gradient!r} is unknown; 'reverse' is KL(π‖ref), 'forward' KL(ref‖π)"
        ) from None


def _wide(xp: Any, array: Any) -> Any:
    """Work on 16-bit numbers as float32, and on NumPy's as float64."""
    if isinstance(array, np.ndarray):
        return array.astype(np.float64)
    return xp.astype(array, xp.float32) if item_size(array) < 4 else array


def _fitting(given: dict[str, Any]) -> Any:
    """Return the namespace of arrays of one library and one shape."""
    for name, array in given.items():
        contents(name, array)  # refuses masked, sparse and lazy arrays
        if not (hasattr(array, "shape") and hasattr(array, "dtype")):
            raise InputError(f"{name} is a {type(array).__name__}; give an array or a tensor")
        if name != "mask" and "float" not in str(array.dtype):
            raise InputError(f"{name} holds {array.dtype} values; give floating-point numbers")
    shapes = {name: tuple(array.shape) for name, array in given.items()}
    if len(set(shapes.values())) > 1:
        said = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ShapeError(f"the shapes must be equal, position by position; they are {said}")
    try:
        return namespace(*given.values())
    except TypeError:
        said = ", ".join(f"{name} {type(array).__module__}" for name, array in given.items())
        raise InputError(f"the arguments come from different libraries ({said})") from None
