"""The estimators of KL(π‖ref) from one action: what each draw contributes.

All take d = ln π(a) − ln ref(a) for actions a of π, in arrays of any library.

| kind | value | mean | as a differentiable loss it follows |
|---|---|---|---|
| k1 | d | KL(π‖ref) | nothing: its mean gradient is 0 |
| k2 | d²/2 | not KL: biased | ∇KL(π‖ref) |
| abs | abs(d) | not KL: biased | no KL |
| k3 | e^−d − 1 + d | KL(π‖ref) | ∇KL(ref‖π), the other direction |

Schulman (2020), Approximating KL divergence. The last column is proved by enumeration in
``tests/rl/test_rl_gradients.py``.
"""

from collections.abc import Callable
from typing import Any

from kullback.kernels.logits_reference import decay_excess
from kullback.kernels.namespaces import namespace


def k1(log_ratio: Any) -> Any:
    """Return ln π/ref itself: unbiased, of either sign.

    Examples
    --------
    >>> k1(0.5)
    0.5
    """
    return log_ratio


def k2(log_ratio: Any) -> Any:
    """Return (ln π/ref)²/2: never negative, of small spread, biased.

    Examples
    --------
    >>> k2(0.5)
    0.125
    """
    return log_ratio * log_ratio / 2


def absolute(log_ratio: Any) -> Any:
    """Return |ln π/ref|: never negative, biased upward.

    Examples
    --------
    >>> absolute(-0.5)
    0.5
    """
    return abs(log_ratio)


def k3(log_ratio: Any) -> Any:
    """Return ref/π − 1 − ln(ref/π): never negative; unbiased if π reaches all that ref does.

    Keeps its digits where π ≈ ref.

    Examples
    --------
    >>> import numpy as np
    >>> k3(np.array([0.0, 1e-9])).tolist()
    [0.0, 4.999999998333333e-19]
    """
    return decay_excess(namespace(log_ratio), log_ratio)


def reverse_of_k3(log_ratio: Any) -> Any:
    """Return (ref/π) ln(ref/π) − ref/π + 1: KL(ref‖π) from actions of π; never negative.

    Examples
    --------
    >>> import numpy as np
    >>> round(float(reverse_of_k3(np.array([-1.0]))[0]), 12)
    1.0
    """
    xp = namespace(log_ratio)
    return xp.exp(-log_ratio) * decay_excess(xp, -log_ratio)


ESTIMATORS: dict[str, Callable[[Any], Any]] = {
    "k1": k1,
    "k2": k2,
    "k3": k3,
    "abs": absolute,
}
