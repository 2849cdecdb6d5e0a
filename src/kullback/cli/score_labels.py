"""Labels as text: which class, out of the names of columns, each of them means."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.errors import InputError

# What a file may call the two values that are read as true and false.
SPELLINGS = {"true": ("true", "t", "yes", "y", "1"), "false": ("false", "f", "no", "n", "0")}
PAIRS = (("0", "1"), ("0.0", "1.0"), ("false", "true"))


def of_classes(labels: Sequence[str | None], classes: tuple[str, ...]) -> NDArray[Any]:
    """Return the class of each label: the same text, number (1.0 and 1) or truth value.

    Raises
    ------
    InputError
        If a label is missing, or is none of the classes.
    """
    _refuse_missing(labels)
    known = set(classes)
    meant: dict[str | None, str | None] = {
        label: label if label in known else _alike(str(label), classes) for label in set(labels)
    }
    unknown = next((i for i, label in enumerate(labels) if meant[label] is None), None)
    if unknown is not None:
        raise InputError(
            f"the label in row {unknown} (counted from 0) is {labels[unknown]!r}, which is none "
            f"of the classes {few(classes)}; these are the names of the probability columns, "
            "less a p_: rename the columns, or choose others with --probabilities"
        )
    return np.array([meant[label] for label in labels], dtype=object)


def two_classes(labels: Sequence[str | None], column: str) -> tuple[str, str]:
    """Return the two classes, that of the one probability column last.

    It is the class that the column is named after, else the second one in order.

    Raises
    ------
    InputError
        If the labels are not of two classes.
    """
    _refuse_missing(labels)
    seen = tuple(sorted({str(label) for label in labels}, key=_order))
    own = _alike(column, seen) or next((one for one in seen if _same(one, column)), None)
    if len(seen) == 1:
        named = (f"not {own}", str(own)) if own else seen
        seen = next((pair for pair in PAIRS if seen[0] in pair), named)
    if len(seen) != 2:
        raise InputError(
            f"the labels are of {len(seen)} classes ({few(seen)}), and there is one column of "
            f"probabilities, {column!r}: name one column a class with --probabilities, or, of "
            "two classes, call the column p_ and the name of its class"
        )
    return (seen[1], seen[0]) if own == seen[0] else (seen[0], seen[1])


def _refuse_missing(labels: Sequence[str | None]) -> None:
    missing = [i for i, label in enumerate(labels) if label is None]
    if missing:
        raise InputError(
            f"{len(missing)} of {len(labels)} rows have no label, the first is row {missing[0]} "
            "(counted from 0); leave such rows out"
        )


def _alike(label: str, classes: tuple[str, ...]) -> str | None:
    """Return the one class that means what the label means."""
    found = [label] if label in classes else [name for name in classes if _same(label, name)]
    return found[0] if len(found) == 1 else None


def _same(label: str, name: str) -> bool:
    number = _number(label)
    return name.lower() in SPELLINGS.get(label, ()) or (
        number is not None and number == _number(name)
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _order(label: str) -> tuple[bool, float, str]:
    number = _number(label)
    return number is None, number or 0.0, label


def few(names: Sequence[str]) -> str:
    """Return some names for a message."""
    return ", ".join(map(repr, names[:10])) + (", …" if len(names) > 10 else "")
