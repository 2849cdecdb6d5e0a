"""Elementary functions of floats, NumPy arrays and torch tensors, by one name each.

A closed form is written once with these and keeps the autograd of tensors that a user passes;
torch is never imported here, only recognised.
"""

import sys
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array: TypeAlias = NDArray[np.float64]
# A float, an ndarray or a torch tensor: what a parameter may be.
Value: TypeAlias = Any


def is_tensor(value: Any) -> bool:
    """Say whether a value is a torch tensor, without importing torch.

    Examples
    --------
    >>> is_tensor(1.0)
    False
    """
    if isinstance(value, float):
        return False
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def plain(value: Value) -> Any:
    """A tensor as an array; anything else as it is."""
    return value.detach().cpu().numpy() if is_tensor(value) else value


def everywhere(condition: Value) -> bool:
    """Whether a condition holds, in each row of a batch.

    Examples
    --------
    >>> everywhere(np.array([True, False]))
    False
    """
    return condition if isinstance(condition, bool) else bool(np.all(plain(condition)))


def _either(numpy_function: Callable[..., Any], torch_name: str) -> Callable[..., Value]:
    def function(x: Value, *rest: Value) -> Value:
        if type(x) is not float and is_tensor(x):
            torch: Any = sys.modules["torch"]
            return getattr(torch, torch_name)(x, *rest)
        return numpy_function(x, *rest)

    return function


log = _either(np.log, "log")
log1p = _either(np.log1p, "log1p")
exp = _either(np.exp, "exp")
expm1 = _either(np.expm1, "expm1")
sqrt = _either(np.sqrt, "sqrt")
cos = _either(np.cos, "cos")
sin = _either(np.sin, "sin")
sinh = _either(np.sinh, "sinh")
tanh = _either(np.tanh, "tanh")
lgamma = _either(special.gammaln, "lgamma")
digamma = _either(special.psi, "digamma")
erf = _either(special.erf, "erf")


def trigamma(x: Value) -> Value:
    """The second derivative of lnΓ.

    Examples
    --------
    >>> float(trigamma(1.0).round(6))
    1.644934
    """
    if is_tensor(x):
        torch: Any = sys.modules["torch"]
        return torch.special.polygamma(1, x)
    return special.zeta(2.0, x)


def where(condition: Value, yes: Value, no: Value) -> Value:
    """Choose element by element, in the library of the condition or of the choices."""
    if isinstance(condition, bool) and isinstance(yes, float) and isinstance(no, float):
        return yes if condition else no
    if is_tensor(condition) or is_tensor(yes) or is_tensor(no):
        torch: Any = sys.modules["torch"]
        tensor = next(v for v in (yes, no, condition) if is_tensor(v))
        kind = tensor.dtype if tensor.is_floating_point() else torch.float64
        condition, yes, no = (
            v if is_tensor(v) else torch.as_tensor(v, device=tensor.device)
            for v in (condition, yes, no)
        )
        return torch.where(condition, yes.to(kind), no.to(kind))
    return np.where(condition, yes, no)


def softplus(x: Value) -> Value:
    """ln(1 + eˣ), without overflow.

    Examples
    --------
    >>> float(softplus(0.0).round(6))
    0.693147
    """
    if is_tensor(x):
        torch: Any = sys.modules["torch"]
        return torch.logaddexp(x, torch.zeros_like(x))
    return np.logaddexp(0.0, x)


def xlogy(x: Value, y: Value) -> Value:
    """x ln y, 0 where x is 0."""
    if is_tensor(x) or is_tensor(y):
        torch: Any = sys.modules["torch"]
        return torch.xlogy(x if is_tensor(x) else torch.as_tensor(x), y)
    return special.xlogy(x, y)
