"""Which class of a library an object is of: its own, or the one that a user built upon."""

from collections.abc import Container
from typing import Any

from kullback.errors import InputError

# What makes a law: a subclass that has its own is no longer the law of its parent.
DENSITIES = ("log_prob", "_log_prob", "logpdf")


def library_class(obj: Any, *libraries: str, known: Container[str] | None = None) -> str:
    """Name the class of a library that an object is of, where a subclass keeps its density.

    Parameters
    ----------
    obj : object
        A law.
    libraries : str
        The packages that its class may come from.
    known : container of str, optional
        Classes that are read; of another one, the class that it has its density from.

    Raises
    ------
    InputError
        If the subclass of a user says another density.

    Examples
    --------
    >>> library_class(3.5, "builtins")
    'float'
    """
    built_on = [cls for cls in type(obj).__mro__ if home(cls) in libraries]
    for cls in type(obj).__mro__:
        own = [name for name in DENSITIES if name in vars(cls)]
        if cls in built_on:
            if known is None or own or cls.__name__ in known:
                return cls.__name__
        elif own and built_on:
            raise InputError(
                f"{cls.__name__} is a subclass of {home(built_on[0])}'s {built_on[0].__name__} "
                f"with a {own[0]} of its own, and so another law; give Density(log_density, "
                f"(low, high)) around that"
            )
    return type(obj).__name__


def home(cls: type) -> str:
    """Name the package that a class comes from.

    Examples
    --------
    >>> home(int)
    'builtins'
    """
    return cls.__module__.partition(".")[0]
