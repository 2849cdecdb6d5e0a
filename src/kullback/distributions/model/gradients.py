"""What is said where a value was found from the numbers of tensors, and carries no gradient."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from kullback.arrays import gradient_left
from kullback.distributions.model.answer import Answer
from kullback.distributions.model.distribution import Distribution

FROM_NUMBERS = {"quadrature", "summation", "Monte Carlo"}


def gradient_said(found: Answer, *laws: Distribution) -> Answer:
    """The answer, with a note where a parameter requires a gradient that the value has not.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> gradient_said(Answer(1.0, 0.0, "quadrature"), Normal(0, 1)).notes
    ()
    """
    if not any(law._holds_tensors for law in laws):
        return found
    carried = getattr(found.value, "requires_grad", False)
    if carried and not FROM_NUMBERS.intersection(np.ravel(found.method)):
        return found
    if any(note.code == "gradient" for note in found.notes):
        return found
    return found.noted(*gradient_left(*_numbers(laws)))


def _numbers(value: Any) -> Iterator[Any]:
    """The parameters of distributions, and of those that they are made of."""
    if isinstance(value, Distribution):
        yield from _numbers(tuple(value.parameters.values()))
        yield getattr(value, "factor", None)
    elif isinstance(value, tuple):
        for part in value:
            yield from _numbers(part)
    else:
        yield value
