"""Whether a column names its rows, and what is known of one that does, from its profile alone."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from kullback.tables.profiles.drawn import Drawn, DrawnValue, drawn_from, hashed
from kullback.tables.profiles.profile import ColumnProfile, Listed
from kullback.tables.profiles.roles import ENOUGH, UNIQUE, may_be_identifier
from kullback.tables.results.comparison import ColumnFacts

FEW = 0.1  # different values among the rows, below which a column is compared by value
_CLASSES: dict[str, Callable[[str], bool]] = {
    "digits": lambda text: any(digit in text for digit in "0123456789"),
    "capitals": lambda text: text != text.lower(),
    "small letters": lambda text: text != text.upper(),
    "spaces": lambda text: " " in text,
    "hyphens": lambda text: "-" in text,
    "dots": lambda text: "." in text,
    "at signs": lambda text: "@" in text,
}


def known_values(column: ColumnProfile) -> tuple[int, Mapping[DrawnValue, int]] | None:
    """Return the values whose counts say how the others are, one in 2^level; None if unknown."""
    drawn, body = column.drawn, column.body
    if drawn is not None:
        return drawn.level, drawn.values
    if isinstance(body, Listed) and not body.other:
        held: dict[DrawnValue, int] = {value: n for value, n in body.counts.items() if n}
        return 0, held
    return None


def identifier(column: ColumnProfile) -> str | None:
    """Return why a column is an identifier, or None: its values hardly ever come twice.

    Texts are identifiers where nine of ten values are different; whole numbers where all are, if
    they are dense or are called so.
    """
    found = known_values(column)
    if found is None or column.counted < ENOUGH:
        return None
    level, values = found
    rows = sum(values.values())
    if column.kind == "text" and len(values) >= UNIQUE * rows > 0:
        if level:
            return f"id-like: {100 * len(values) / rows:.3g} % of {column.counted} rows differ"
        return f"id-like: {len(values)} different values in {rows} rows"
    if column.kind == "number" and len(values) == rows > 0 and _may_name(column):
        return f"id-like: {column.counted} integers, all different"
    return None


def _may_name(column: ColumnProfile) -> bool:
    grid = column.grid
    if grid is None or not grid.whole:  # amounts of cents are drawn as whole numbers too
        return False
    return may_be_identifier(column.name, list(grid.cells))


def drawn_texts(column: ColumnProfile) -> Drawn | None:
    """Return the draw of a column of texts: its own, or one from values that are all listed."""
    body = column.body
    if column.drawn is not None and column.drawn.buckets:
        return column.drawn
    texts = isinstance(body, Listed) and all(isinstance(value, str) for value in body.counts)
    if not (isinstance(body, Listed) and texts) or body.other:
        return None
    return drawn_from(body.counts)


def facts_of(column: ColumnProfile) -> ColumnFacts | None:
    """Return what is cheap to know of a column whose values are not compared."""
    found = known_values(column)
    if found is None:
        return None
    if column.facts is not None:  # of parts together, how many values are different is not a sum
        held = column.facts.rows - column.facts.missing
        different = len(found[1]) / max(1, sum(found[1].values()))
        return replace(column.facts, distinct=round(different * held))
    _, values = found
    held = sum(values.values())
    missing = round(column.missing * held / column.counted) if column.counted else column.missing
    texts = {str(value): n for value, n in values.items()}
    lengths = [len(text) for text in texts]
    if column.kind == "number" and column.minimum is not None and column.maximum is not None:
        lengths = [len(str(int(end))) for end in (column.minimum, column.maximum)]
    classes = {
        name: sum(n for text, n in texts.items() if test(text)) for name, test in _CLASSES.items()
    }
    between = (min(lengths), max(lengths)) if lengths else None
    return ColumnFacts(column.type, held + missing, missing, len(values), between, classes)


def repeats_little(column: ColumnProfile) -> bool:
    """Return whether a tenth of the values at least are different."""
    found = known_values(column)
    return found is not None and len(found[1]) >= FEW * sum(found[1].values()) > 0


def nameless(column: ColumnProfile) -> ColumnProfile:
    """Return a column of texts that name rows with their hashes only."""
    held = drawn_texts(column) if column.kind == "text" and identifier(column) else None
    if held is None:
        return column
    body = Listed({}, column.counted)
    return replace(column, body=body, drawn=hashed(held), facts=facts_of(column))
