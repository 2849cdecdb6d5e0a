"""The weight of the KL over training: pure functions of the step."""

import math as _math

from kullback.errors import InputError as _InputError


def linear(step: float, *, warmup: float, start: float = 0.0, end: float = 1.0) -> float:
    """Rise from `start` to `end` over `warmup` steps, and stay.

    Bowman et al. (2016), Generating sentences from a continuous space, section 3.1.

    Examples
    --------
    >>> [linear(step, warmup=4) for step in (0, 1, 4, 9)]
    [0.0, 0.25, 1.0, 1.0]
    """
    _check(step, warmup=warmup)
    return start + (end - start) * min(1.0, step / warmup)


def cyclical(
    step: float, *, period: float, rising: float = 0.5, start: float = 0.0, end: float = 1.0
) -> float:
    """Rise over the first share `rising` of each period, stay for its rest, begin again.

    Fu et al. (2019), Cyclical annealing schedule, with period T/M and R = `rising`.

    Examples
    --------
    >>> [cyclical(step, period=4) for step in (0, 1, 2, 3, 4)]
    [0.0, 0.5, 1.0, 1.0, 0.0]
    """
    _check(step, period=period, rising=rising)
    if rising > 1:
        raise _InputError(f"rising={rising} is a share of the period, at most 1")
    return start + (end - start) * min(1.0, step % period / (rising * period))


def sigmoid(
    step: float, *, midpoint: float, width: float, start: float = 0.0, end: float = 1.0
) -> float:
    """Rise as 1/(1 + e^−(step − midpoint)/width).

    Bowman et al. (2016), Generating sentences from a continuous space, section 3.1.

    Examples
    --------
    >>> [round(sigmoid(step, midpoint=10, width=2), 4) for step in (0, 10, 20)]
    [0.0067, 0.5, 0.9933]
    """
    _check(step, width=width)
    return start + (end - start) * (1 + _math.tanh((step - midpoint) / (2 * width))) / 2


def _check(step: float, **positive: float) -> None:
    if not 0 <= step < _math.inf:
        raise _InputError(f"step={step} must be finite and at least 0")
    for name, value in positive.items():
        if not 0 < value < _math.inf:
            raise _InputError(f"{name}={value} must be finite and above 0")
