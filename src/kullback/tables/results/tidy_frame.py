"""Tidy rows as a data frame."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kullback.errors import MissingDependencyError

if TYPE_CHECKING:
    import pandas as pd


def tidy_frame(rows: Sequence[Any], names: Sequence[str]) -> "pd.DataFrame":
    """Return a pandas frame with these rows.

    Parameters
    ----------
    rows : sequence of tuple or dict
        One value a column; of a dict, by its name, and what is absent is missing.
    names : sequence of str
        The columns.

    Raises
    ------
    MissingDependencyError
        If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingDependencyError(
            "to_frame() needs pandas, which is not installed: pip install pandas"
        ) from error
    return pd.DataFrame(list(rows), columns=list(names))
