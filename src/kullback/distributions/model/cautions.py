"""What is said beside a value: of gradients that it does not carry, and of grids."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from kullback.arrays import gradient_left
from kullback.distributions.model.answer import Answer
from kullback.distributions.model.distribution import Distribution
from kullback.results import Note

FROM_NUMBERS = {"quadrature", "summation", "Monte Carlo"}
OF_GRIDS = Note(
    "grid",
    "a density is known on a grid and nowhere else: the error is an estimate, from parts of "
    "the points, and no bound",
)


def cautioned(found: Answer, *laws: Distribution) -> Answer:
    """The answer, with what a reader should know of gradients and of grids.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> cautioned(Answer(1.0, 0.0, "quadrature"), Normal(0, 1)).notes
    ()
    """
    told = {note.code for note in found.notes}
    return found.noted(*(n for n in _cautions(found, laws) if n.code not in told))


def _cautions(found: Answer, laws: tuple[Distribution, ...]) -> Iterator[Note]:
    carried = getattr(found.value, "requires_grad", False)
    if not carried or FROM_NUMBERS.intersection(np.ravel(found.method)):
        tensors = tuple(law for law in laws if law._holds_tensors)
        yield from gradient_left(*_numbers(tensors)) if tensors else ()
    if any(law._grid() is not None for law in laws) and np.any(found.error):
        yield OF_GRIDS


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
