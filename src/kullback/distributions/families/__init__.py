"""The families, by name: each file of this folder is one, and nothing else lists them.

What other libraries call a family, and its native kernel, stand in its file too. The stub beside
this file tells type checkers the names; a test demands that it is the registry.
"""

from collections.abc import Iterable
from importlib import import_module
from inspect import isabstract
from pkgutil import iter_modules
from typing import Any

from kullback.distributions.model.distribution import Distribution
from kullback.errors import InputError


def read_families(path: Iterable[str], package: str) -> dict[str, type[Distribution]]:
    """Return the families of a package's folders by the names of their files.

    Parameters
    ----------
    path : iterable of str
        The folders; each file in them defines one family.
    package : str
        What the files are imported from.

    Examples
    --------
    >>> read_families(__path__, __name__)["lognormal"].__name__
    'LogNormal'
    """
    names = sorted(module.name for module in iter_modules(path) if not module.ispkg)
    return {name: _family(import_module(f"{package}.{name}")) for name in names}


def _family(module: Any) -> type[Distribution]:
    (family,) = (
        thing
        for thing in vars(module).values()
        if isinstance(thing, type)
        and issubclass(thing, Distribution)
        and thing.__module__ == module.__name__
        and not isabstract(thing)
    )
    return family


FAMILIES = read_families(__path__, __name__)
globals().update({family.__name__: family for family in FAMILIES.values()})

# What else people call a family.
ALIASES = {
    "gaussian": "normal",
    "gauss": "normal",
    "t": "student_t",
    "student": "student_t",
    "exp": "exponential",
    "chisquare": "chi2",
    "chisquared": "chi2",
    "fisher": "f",
    "fisk": "log_logistic",
    "erlang": "gamma",
    "polya": "negative_binomial",
}

__all__ = ["FAMILIES", "by_name"]
__all__ += [family.__name__ for family in FAMILIES.values()]


def named_in(library: str) -> dict[str, tuple[type[Distribution], Any]]:
    """Return what a library calls our families → the family and how it is read.

    Parameters
    ----------
    library : str
        The attribute of the families that says so, as "_SCIPY".

    Examples
    --------
    >>> named_in("_SCIPY")["gamma"][0].__name__
    'Gamma'
    """
    return {
        name: (family, reader)
        for family in FAMILIES.values()
        for name, reader in getattr(family, library).items()
    }


def by_name(name: str) -> type[Distribution]:
    """Return a family by its name, as in ``by_name("normal")(loc=0, scale=1)``.

    Parameters
    ----------
    name : str
        One of `FAMILIES`, or what else it is called ("gaussian", "t"); capitals and underscores
        do not matter.

    Returns
    -------
    type
        The family.

    Raises
    ------
    InputError
        If there is none of that name; says which are near.

    Examples
    --------
    >>> by_name("normal")(loc=0, scale=1)
    Normal(loc=0, scale=1)
    """
    plain = {known.replace("_", ""): family for known, family in FAMILIES.items()}
    plain |= {other: FAMILIES[known] for other, known in ALIASES.items()}
    family = plain.get(name.lower().replace("_", "").replace("-", ""))
    if family is None:
        from difflib import get_close_matches

        near = get_close_matches(name.lower(), [*FAMILIES, *ALIASES], n=3)
        known = f"they are {', '.join(FAMILIES)}"
        hint = f"did you mean {' or '.join(near)}?" if near else known
        raise InputError(f"no family is named {name!r}; {hint}")
    return family
