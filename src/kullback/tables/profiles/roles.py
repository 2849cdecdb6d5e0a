"""What a column is: how it will be counted, or why not."""

import re
from collections.abc import Sequence

from kullback.tables.profiles.grid import Cell
from kullback.tables.results.comparison import Role

ROLE_OF: dict[str, Role] = {
    "number": "numeric",
    "boolean": "boolean",
    "time": "date/time",
    "time of day": "date/time",
    "text": "categorical",
    "nothing": "categorical",
}
UNIQUE = 0.9  # a text column with this share of different values names its rows
ENOUGH = 50  # below so many rows nothing is called an identifier
_ID_NAME = re.compile(r"(^|[_\W])(id|uuid|guid|key|index|rowid|row)$|[a-z](Id|ID|UUID|Key)$")


def may_be_identifier(name: str, cells: Sequence[Cell]) -> bool:
    """Return whether integers could be unique, and are dense or named as an identifier."""
    rows = sum(cell.rows for cell in cells)
    if rows < ENOUGH or any(cell.rows > int(cell.high) - int(cell.low) + 1 for cell in cells):
        return False
    dense = rows * 10 >= int(cells[-1].high) - int(cells[0].low) + 1
    return dense or named_as_identifier(name)


def named_as_identifier(name: str) -> bool:
    """Return whether a column is called an identifier.

    Examples
    --------
    >>> [named_as_identifier(name) for name in ("order_id", "customerId", "paid")]
    [True, True, False]
    """
    return bool(_ID_NAME.search(name) or _ID_NAME.search(name.lower()))
