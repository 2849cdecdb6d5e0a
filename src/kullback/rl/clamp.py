"""Limits on what a draw may say, only when asked for, and never without saying what they did."""

from dataclasses import dataclass

from kullback.arguments import number
from kullback.errors import InputError


@dataclass(frozen=True, slots=True)
class Clamp:
    """Limits as some training libraries set them.

    Parameters
    ----------
    log_ratio : float
        ln π/ref is held within ± this.
    value : float
        What a draw contributes is held within ± this.

    Examples
    --------
    >>> Clamp(log_ratio=20.0, value=10.0)
    Clamp(log_ratio=20.0, value=10.0)
    """

    log_ratio: float = float("inf")
    value: float = float("inf")

    def __post_init__(self) -> None:
        for name in ("log_ratio", "value"):
            limit = getattr(self, name)
            if not number(name, limit) > 0:
                raise InputError(f"{name}={limit} of Clamp must be above 0; leave it out for none")
