"""How many of several findings are chance: Benjamini and Hochberg's q-values."""

from collections.abc import Sequence

import numpy as np


def q_values(p_values: Sequence[float]) -> list[float]:
    """Return Benjamini–Hochberg q-values, in the order of the p-values.

    References
    ----------
    Benjamini and Hochberg (1995), Controlling the false discovery rate.

    Examples
    --------
    >>> q_values([0.01, 0.04, 0.03, 0.5])
    [0.04, 0.05333333333333334, 0.05333333333333334, 0.5]
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(-p, kind="stable")
    ranks = np.arange(len(p), 0, -1)
    q = np.empty_like(p)
    q[order] = np.minimum(1.0, np.minimum.accumulate(p[order] * len(p) / ranks))
    return [float(value) for value in q]
