"""How a typed cell is written as a string: the same for every format."""

import math
from collections.abc import Callable

from kullback.report.blocks.charts import Dot, Sparkline, in_other_unit, other_unit
from kullback.report.blocks.document import Cell, Column, Kind
from kullback.report.blocks.label import name, shorten, visible
from kullback.results import Estimate, Information
from kullback.units import decimals_for, format_fixed, format_number, format_p_value

# A verdict is a word and a shape, so that it survives without colour.
MARKS = {"drifted": "✗", "undecided": "?", "same": "="}
MARKS |= {"lost": "✗", "retyped": "✗", "new": "+", "skipped": "-"}
MOST_DECIMALS = 4  # of an estimate in a table: more could not be compared by eye


def write(value: Cell, kind: Kind) -> str:
    """Return a cell as text; an absent value is a dash.

    Examples
    --------
    >>> write(0.25, "number"), write(float("inf"), "number"), write(None, "number")
    ('0.25', '∞', '–')
    """
    return "–" if value is None else WRITERS[kind](value)


def in_other(value: Cell, column: Column) -> Cell:
    """Return a cell in the other unit, or None where it has no unit."""
    match value:
        case Estimate() if value.unit:
            return value.to(other_unit(value.unit))
        case Information():
            return value.to(other_unit(value.unit))
        case float() if column.unit:
            return in_other_unit(value, column.unit)
    return None


def exact(value: float) -> str:
    """Write an exact value: six decimals, or six digits where that would show too few.

    Examples
    --------
    >>> exact(0.1837868973868122), exact(1.25e-9), exact(0.0)
    ('0.183787', '1.25e-09', '0')
    """
    return format_fixed(value, 6) if abs(value) >= 1e-3 else format_number(value, 6)


def bar_shares(column: Column, cells: tuple[Cell, ...]) -> list[float | None]:
    """Return the length of each bar, as a share of the longest, or None for no bar."""
    if not column.bar:
        return [None] * len(cells)
    sizes = [abs(c) for c in cells if isinstance(c, float) and not math.isnan(c)]
    largest = max((size for size in sizes if math.isfinite(size)), default=0.0)
    # Beside an infinite bar even the longest finite one is drawn at half length.
    scale = 0.5 if math.inf in sizes else 1.0

    def share(value: Cell) -> float | None:
        if not isinstance(value, float):
            return None
        if math.isinf(value):
            return 1.0
        return scale * abs(value) / largest if largest > 0 and math.isfinite(value) else 0.0

    return [share(cell) for cell in cells]


def _number(value: Cell) -> str:
    match value:
        case Estimate():
            opened = value.interval is not None and math.isinf(value.interval.high)
            text = format_number(value.value, 3)
            return f"{text}–∞" if opened and math.isfinite(value.value) else text
        case float() | int():
            return format_number(float(value))
    return _text(value)


def _measure(value: Cell) -> str:
    match value:
        case Information():
            return f"{exact(float(value))} {value.unit_name}"
        case Estimate():
            return _estimate(value)
        case float() | int():
            return exact(float(value))
    return _text(value)


def _interval(value: Cell) -> str:
    if not isinstance(value, Estimate) or value.interval is None:
        return _number(value)
    decimals = min(MOST_DECIMALS, decimals_for(value.standard_error, 2))
    numbers = (value.value, *value.interval)
    estimate, low, high = (format_fixed(number, decimals) for number in numbers)
    return f"{estimate} [{low}, {high}]"


def _brief(value: Cell) -> str:
    unit = f" {value.unit_name}" if isinstance(value, Information) else ""
    return f"{format_number(float(value), 3)}{unit}" if isinstance(value, float) else _text(value)


def _estimate(value: Estimate) -> str:
    # The digits of the estimate's own str(): the headline and the table must agree.
    decimals = decimals_for(value.standard_error)
    text = f"{format_fixed(value.value, decimals)} {value.unit}"
    if value.interval is None:
        return text
    low, high = (format_fixed(end, max(0, decimals - 1)) for end in value.interval)
    return f"{text} ({100 * value.interval.level:g} %: [{low}, {high}])"


def _p_value(value: Cell) -> str:
    if not isinstance(value, float | int) or math.isnan(value):
        return "–"
    return format_p_value(float(value))


def _count(value: Cell) -> str:
    return f"{value:,.0f}" if isinstance(value, float | int) else _text(value)


def _share(value: Cell) -> str:
    if not isinstance(value, float | int):
        return _text(value)
    return "<0.001 %" if 0 < value < 1e-5 else f"{100 * value:.3g} %"


def _picture(value: Cell) -> str:
    """Say a small chart in words, for a reader who cannot see it."""
    match value:
        case Dot():
            return f"{format_number(value.low, 3)} to {format_number(value.high, 3)} {value.unit}"
        case Sparkline():
            return value.shares.title
    return "–"


def _verdict(value: Cell) -> str:
    word = str(value)
    return f"{MARKS[word]} {word}" if word in MARKS else word


def _text(value: Cell) -> str:
    return name(str(value))


def _sentence(value: Cell) -> str:
    return shorten(visible(str(value)), 400)


WRITERS: dict[str, Callable[[Cell], str]] = {
    "text": _text,
    "number": _number,
    "measure": _measure,
    "interval": _interval,
    "p-value": _p_value,
    "count": _count,
    "brief": _brief,
    "share": _share,
    "verdict": _verdict,
    "picture": _picture,
    "word": _text,
    "sentence": _sentence,
}
