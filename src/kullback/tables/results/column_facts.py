"""What is known of a column that is not counted by value."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What is cheap to know of a column that is not counted by value.

    Parameters
    ----------
    type : str
        In the source.
    rows, missing : int
        Rows, and those without a value.
    distinct : int
        Different values.
    lengths : (int, int) or None
        Characters of the shortest and of the longest value, as text.
    classes : mapping of str to int
        Rows that hold a character of each class: digits, capitals, and so on.
    """

    type: str
    rows: int
    missing: int
    distinct: int
    lengths: tuple[int, int] | None = None
    classes: dict[str, int] = field(default_factory=dict)
