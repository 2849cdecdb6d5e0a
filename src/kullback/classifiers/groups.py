"""Which rows belong together, and so are not independent."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import arrays
from kullback.classifiers.labelled_rows import first_missing
from kullback.errors import InputError, ShapeError


def group_codes(cluster: ArrayLike | None, count: int) -> NDArray[np.intp] | None:
    """Return the group of each row as a number."""
    if cluster is None:
        return None
    given: Any = arrays.numpy_of("cluster", cluster)
    if given.shape != (count,):
        raise ShapeError(f"cluster has shape {given.shape}; give one for each of {count} rows")
    names = given.tolist()
    absent = first_missing(names)
    if absent is not None:
        raise InputError(
            f"cluster[{absent}] is missing ({names[absent]}); give each row a group, a row that "
            "is independent of all others one of its own"
        )
    place = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return np.array([place[name] for name in names], dtype=np.intp)
