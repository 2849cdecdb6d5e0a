"""Laws with numbers in place of tensors."""

from typing import Any

from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import plain


def without_tensors(law: Distribution) -> Distribution:
    """The law with numbers in place of tensors.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> without_tensors(Normal(0, 1))
    Normal(loc=0, scale=1)
    """
    if not law._holds_tensors or law.is_scalar:
        return law.at(()) if law._holds_tensors else law
    made = type(law)(**{name: _numbers(value) for name, value in law.parameters.items()})
    taken = getattr(law, "_taken", None)
    return made if taken is None else taken(made, plain)


def _numbers(value: Any) -> Any:
    if isinstance(value, Distribution):
        return without_tensors(value)
    if isinstance(value, tuple):
        return tuple(map(_numbers, value))
    return plain(value)
