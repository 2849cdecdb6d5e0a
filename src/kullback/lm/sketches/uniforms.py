"""Numbers in (0, 1) that are the same for the same seed, row and token, on every machine.

Two sketches of one text and seed draw by the same numbers, so that they keep mostly the same
tokens where their models agree: what one holds can be looked up in the other.
"""

import numpy as np
from numpy.typing import NDArray

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers whose bits all depend on all bits of the given ones.

    The finaliser of SplitMix64 (Steele, Lea and Flood, 2014, Fast splittable pseudorandom
    number generators, figure 17).

    Examples
    --------
    >>> import numpy as np
    >>> [hex(n) for n in mixed(np.array([1], np.uint64))]
    ['0x5692161d100b05e5']
    """
    x = numbers ^ (numbers >> np.uint64(30))
    x *= FIRST
    x ^= x >> np.uint64(27)
    x *= SECOND
    x ^= x >> np.uint64(31)
    return x


def uniforms(seed: int, key: int, vocabulary: int) -> NDArray[np.float64]:
    """Return a number in (0, 1) for each token of one row.

    Examples
    --------
    >>> uniforms(0, 5, 3).round(3).tolist() == uniforms(0, 5, 9)[:3].round(3).tolist()
    True
    """
    start = mixed(np.array([seed & (2**64 - 1)], np.uint64))
    start = mixed(start + (np.array([key], np.uint64) + np.uint64(1)) * GOLDEN)
    tokens = np.arange(1, vocabulary + 1, dtype=np.uint64) * GOLDEN
    bits = mixed(tokens + start) >> np.uint64(12)
    return (bits.astype(np.float64) + 0.5) * 2.0**-52
