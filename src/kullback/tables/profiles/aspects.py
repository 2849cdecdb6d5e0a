"""Names of the aspects of a column that is no single value a row: ``said ▸ words``."""

from collections.abc import Collection, Iterable

_MARK = " ▸ "
OF_KEYS = "letters"  # outside of codes; of a key that does not make it a column that is compared


def named(column: str, aspect: str) -> str:
    """Return what an aspect of a column is called.

    Examples
    --------
    >>> named("said", "words")
    'said ▸ words'
    """
    return f"{column}{_MARK}{aspect}"


def whole(name: str, names: Collection[str]) -> str:
    """Return the column that an aspect is of; of any other column its own name.

    Examples
    --------
    >>> whole("user ▸ tags ▸ length", {"user", "x"}), whole("a ▸ b", {"x"})
    ('user', 'a ▸ b')
    """
    column, mark, _ = name.partition(_MARK)
    return column if mark and column in names else name


def aspect(name: str) -> str:
    """Return what an aspect is called within its column."""
    return name.partition(_MARK)[2]


def of_one(name: str, other: str) -> bool:
    """Return whether two names are of aspects of one column.

    Examples
    --------
    >>> of_one("said ▸ words", "said ▸ characters"), of_one("said", "price")
    (True, False)
    """
    return name.partition(_MARK)[0] == other.partition(_MARK)[0]


def with_aspects(chosen: Iterable[str], names: Collection[str]) -> list[str]:
    """Return chosen columns, each with its aspects among all names.

    Examples
    --------
    >>> with_aspects(["said"], ["said", "x", "said ▸ words"])
    ['said', 'said ▸ words']
    """
    wanted = dict.fromkeys(chosen)
    aspects = (name for name in names if whole(name, wanted) != name)
    return [*dict.fromkeys([*wanted, *aspects])]


def columns_of(names: Collection[str]) -> list[str]:
    """Return the names that are of no other's aspect.

    Examples
    --------
    >>> columns_of(["said", "said ▸ words"])
    ['said']
    """
    return [name for name in names if whole(name, names) == name]
