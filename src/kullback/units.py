"""Units of information, and how numbers are written.

Inside the package everything is in nats (natural logarithms). A unit is only a divisor:
1 bit = ln 2 nats, 1 ban = ln 10 nats. Every number that a person reads is written here,
so that text, Markdown and HTML cannot disagree about digits.
"""

import math
from numbers import Real

from kullback.errors import UnitError

NATS_PER_UNIT: dict[str, float] = {"nats": 1.0, "bits": math.log(2.0), "bans": math.log(10.0)}

# Other names under which the three go.
ALIASES = {"nat": "nats", "bit": "bits", "ban": "bans"} | dict.fromkeys(
    ("hartley", "hartleys"), "bans"
)
BASES = {math.e: "nats", 2.0: "bits", 10.0: "bans"}
PREFIX = "base "

Unit = str | float
"""The name of a unit, or the base of its logarithm."""


def unit_name(unit: Unit) -> str:
    """Return the name under which a unit is printed and kept.

    Parameters
    ----------
    unit : str or number
        A name, or the base of the logarithm, above 1.

    Returns
    -------
    str
        "nats", "bits", "bans", or "base 3" and the like.

    Raises
    ------
    UnitError
        If it is none.

    Examples
    --------
    >>> unit_name(2), unit_name("hartleys"), unit_name(3)
    ('bits', 'bans', 'base 3')
    """
    if isinstance(unit, str):
        name = ALIASES.get(unit, unit)
        if name in NATS_PER_UNIT:
            return name
        base = _number(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else math.nan
    else:
        base = _number(unit)
    if not 1 < base < math.inf:
        names = ", ".join(repr(name) for name in NATS_PER_UNIT)
        raise UnitError(
            f"unit={unit!r} is unknown; choose one of {names}, or give the base of the logarithm "
            f"as a number above 1"
        )
    return BASES.get(base) or f"{PREFIX}{int(base) if base == int(base) else base}"


def _number(text: object) -> float:
    if isinstance(text, bool) or not isinstance(text, str | Real):
        return math.nan
    try:
        return float(text)
    except (ValueError, OverflowError):
        return math.nan


def nats_per(unit: Unit) -> float:
    """Return how many nats one `unit` holds.

    Parameters
    ----------
    unit : str or number
        The name of the unit, or the base of its logarithm.

    Returns
    -------
    float
        1, ln 2, ln 10, or the logarithm of the base.

    Raises
    ------
    UnitError
        If it is no unit.

    Examples
    --------
    >>> nats_per("nats"), round(nats_per(10), 6)
    (1.0, 2.302585)
    """
    known = NATS_PER_UNIT.get(unit) if isinstance(unit, str) else None
    if known is not None:
        return known
    name = unit_name(unit)
    return NATS_PER_UNIT.get(name) or math.log(float(name.removeprefix(PREFIX)))


def format_number(value: float, digits: int = 4) -> str:
    """Write a number with `digits` significant digits; infinity is ∞.

    Examples
    --------
    >>> format_number(0.183787), format_number(float("inf")), format_number(0.0)
    ('0.1838', '∞', '0')
    """
    if math.isnan(value):
        return "not defined"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.{digits}g}"


def format_fixed(value: float, decimals: int) -> str:
    """Write a number with `decimals` places; zero is 0 and infinity ∞.

    Examples
    --------
    >>> format_fixed(0.0723, 3), format_fixed(0.0, 2)
    ('0.072', '0')
    """
    if value == 0 or not math.isfinite(value):
        return format_number(value)
    return f"{value:.{decimals}f}"


def decimals_for(error: float, digits: int = 3) -> int:
    """Return how many decimal places an error of this size leaves meaningful.

    Examples
    --------
    >>> decimals_for(0.3235), decimals_for(12.0)
    (3, 1)
    """
    if not math.isfinite(error) or error <= 0:
        return 4
    return min(12, max(0, digits - 1 - math.floor(math.log10(error))))


def format_p_value(p: float) -> str:
    """Write a p-value: three digits, never 0.

    Examples
    --------
    >>> format_p_value(0.04512), format_p_value(1e-40)
    ('0.0451', '<1e-16')
    """
    return "<1e-16" if p < 1e-16 else f"{p:.3g}"
