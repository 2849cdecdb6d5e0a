"""Large batches in blocks that fit the cache, on the threads that this process may use.

The blocks are the same whatever the number of threads, and are put together in order.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np

from kullback.distributions.model.answer import Answer
from kullback.distributions.model.distribution import Distribution

BLOCK = 16384

Way = Callable[[Distribution, Distribution], Answer | None]


def in_blocks(way: Way, p: Distribution, q: Distribution) -> Answer | None:
    """Apply a way to two batches, block by block where they are long vectors.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> in_blocks(lambda p, q: None, Normal(np.zeros(3), 1), Normal(0, 1)) is None
    True
    """
    n = _length(p, q)
    if n < 2 * BLOCK:
        return way(p, q)
    slices = [slice(i, min(i + BLOCK, n)) for i in range(0, n, BLOCK)]

    def one(part: slice) -> Answer | None:
        with np.errstate(all="ignore"):  # the state is the thread's own
            return way(_cut(p, part), _cut(q, part))

    first = one(slices[0])
    if first is None:
        return None
    rest = _pool().map(one, slices[1:]) if threads() > 1 else map(one, slices[1:])
    found = [first, *(f for f in rest if f is not None)]
    if len(found) < len(slices):
        return way(p, q)
    lengths = [part.stop - part.start for part in slices]
    values, errors = (
        np.concatenate([np.broadcast_to(v, (n,)) for v, n in zip(each, lengths, strict=True)])
        for each in ([f.value for f in found], [f.error for f in found])
    )
    return Answer(values, errors, first.method)


def _length(p: Distribution, q: Distribution) -> int:
    """The length of the batch if it is one vector of plain numbers, else 0."""
    values = [v for law in (p, q) for v in law.parameters.values()]
    if p._EVENT or q._EVENT or not all(isinstance(v, float | np.ndarray) for v in values):
        return 0
    shapes = {np.shape(v) for v in values} - {()}
    lengths = [shape[0] for shape in shapes if len(shape) == 1]
    return lengths[0] if len(lengths) == len(shapes) == 1 else 0


def _cut(law: Distribution, part: slice) -> Distribution:
    """A part of a batch; its parameters have been checked with the whole."""
    piece: Any = object.__new__(type(law))
    for name, value in law.parameters.items():
        object.__setattr__(piece, name, value if isinstance(value, float) else value[part])
    return piece  # type: ignore[no-any-return]


def threads() -> int:
    """KULLBACK_THREADS, else OMP_NUM_THREADS, else the cores this process may use."""
    for name in ("KULLBACK_THREADS", "OMP_NUM_THREADS"):
        value = os.environ.get(name, "")
        if value.isdigit() and int(value) > 0:
            return int(value)
    available = getattr(os, "sched_getaffinity", None)
    return len(available(0)) if available is not None else os.cpu_count() or 1


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads(), thread_name_prefix="kullback")
