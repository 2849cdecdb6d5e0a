"""The level of an interval: what may be asked for, and how far it reaches."""

from kullback.arguments import number
from kullback.errors import InputError

LEVEL = 0.95


def check_level(level: float) -> float:
    """Return a level as a float, or refuse what does not lie between 0 and 1."""
    share = number("level", level)
    if not 0 < share < 1:
        raise InputError(f"level={level} is not between 0 and 1; 0.95 is usual")
    return share


def quantile(level: float) -> float:
    """Return how many standard errors an interval of this level reaches to each side.

    Examples
    --------
    >>> round(quantile(0.95), 4)
    1.96
    """
    from scipy.special import ndtri

    return float(ndtri(0.5 + check_level(level) / 2))
