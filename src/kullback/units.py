"""Units of information, and how numbers are written.

Inside the package everything is in nats (natural logarithms). A unit is only a divisor:
1 bit = ln 2 nats, 1 ban = ln 10 nats. Every number that a person reads is written here,
so that text, Markdown and HTML cannot disagree about digits.
"""

import math

from kullback.errors import UnitError

NATS_PER_UNIT: dict[str, float] = {"nats": 1.0, "bits": math.log(2.0), "bans": math.log(10.0)}


def nats_per(unit: str) -> float:
    """Return how many nats one `unit` holds.

    Parameters
    ----------
    unit : {"nats", "bits", "bans"}
        The name of the unit.

    Returns
    -------
    float
        1, ln 2 or ln 10.

    Raises
    ------
    UnitError
        If the name is not one of the three.

    Examples
    --------
    >>> nats_per("nats")
    1.0
    """
    try:
        return NATS_PER_UNIT[unit]
    except (KeyError, TypeError):
        names = ", ".join(repr(name) for name in NATS_PER_UNIT)
        raise UnitError(f"unit={unit!r} is unknown; choose one of {names}") from None


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
