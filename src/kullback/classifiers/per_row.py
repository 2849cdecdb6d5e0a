"""What each sample costs: cross-entropy = entropy + KL, row by row."""

import numpy as np
from numpy.typing import NDArray

from kullback import counts, kernels
from kullback.classifiers.labelled_rows import LabelledRows

Array = NDArray[np.float64]


def costs(given: LabelledRows) -> tuple[Array, Array, Array]:
    """Return cross-entropy, entropy and KL of each row, in nats.

    Notes
    -----
    Shares of votes make the cross-entropy unbiased and the plug-in entropy too small; there
    the entropy is estimated, and KL is the difference of the two.
    """
    y, f = given.labels, given.predictions
    cross = kernels.cross_entropy(y, f)
    if given.hard:
        return cross, np.zeros(len(y)), cross
    if given.votes is not None:
        entropy = _entropy_of_votes(given.votes)
        return cross, entropy, cross - entropy
    entropy, kl = kernels.entropy(y) + 0.0, kernels.kl(y, f)
    return entropy + kl, entropy, kl


def _entropy_of_votes(votes: Array) -> Array:
    """Estimate the entropy behind each row of votes; equal rows are estimated once."""
    # Which class got the votes does not matter to the entropy.
    patterns, which = np.unique(np.sort(votes, axis=1), axis=0, return_inverse=True)
    values = [counts.entropy(pattern, method="zhang").value for pattern in patterns]
    return np.array(values)[which.reshape(-1)]


def impossible(given: LabelledRows) -> NDArray[np.intp]:
    """Return the (row, class) pairs that have a label and no predicted probability."""
    counted = given.weights > 0
    return np.argwhere((given.labels > 0) & (given.predictions == 0) & counted[:, None])
