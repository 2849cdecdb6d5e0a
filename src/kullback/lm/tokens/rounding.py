"""How far the rounding of 16-bit codes can have moved a token's divergences, at the most.

Let every ln p be off by at most a, and every ln q by at most b. KL(P‖Q), summed as
p·ln(p/q) − p + q, moves by p·ln(p/q) for each ln p and by q − p for each ln q; and
Σ p·|ln(p/q)| ≤ KL + 2 TV. Of Jensen–Shannon and total variation likewise.
"""

import numpy as np
from numpy.typing import NDArray

from kullback.lm.files.rows import SideRows
from kullback.lm.tokens.record import Tokens

Array = NDArray[np.float64]

# What float32 makes of a row's minimum and log-sum, beside the rounding of its codes.
HEAD = 4e-6


def half_step(side: SideRows) -> Array:
    """Return by how much each ln p of a row may be off; 0 where it is not in codes."""
    if side.values.dtype != np.uint16:
        return np.zeros(len(side.values))
    return np.asarray(side.affine[:, 0] / 2 + HEAD)


def moved(tokens: Tokens) -> dict[str, Array]:
    """Return by how much each distance of each token may have been moved.

    Parameters
    ----------
    tokens : ndarray of records
        As `kullback.lm.tokens.record.TOKEN` says.

    Examples
    --------
    >>> from kullback.lm.tokens.record import empty
    >>> tokens = empty(1)
    >>> tokens["kl"], tokens["total_variation"], tokens["rounding_base"] = 0.02, 0.1, 1e-4
    >>> moved(tokens)["kl"].round(7).tolist()
    [2.2e-05]
    """
    a, b = (tokens[name].astype(np.float64) for name in ("rounding_base", "rounding_model"))
    kl, backward, js, tv = (
        tokens[n] for n in ("kl", "reverse_kl", "jensen_shannon", "total_variation")
    )
    kl, backward = (np.where(np.isinf(x), 0.0, x) for x in (kl, backward))
    both = a + b
    found = {
        "kl": a * (kl + 2 * tv) + b * 2 * tv + both**2 * (3 + kl),
        "reverse_kl": b * (backward + 2 * tv) + a * 2 * tv + both**2 * (3 + backward),
        "jensen_shannon": both * (js + tv / 2) + both**2,
        "total_variation": both / 2 + both**2,
    }
    # What is infinite stays so.
    return {name: np.where(np.isinf(tokens[name]), 0.0, by) for name, by in found.items()}
