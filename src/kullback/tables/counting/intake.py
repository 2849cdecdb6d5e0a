"""Which rows and columns are taken in, and how they are read: conditions, samples, roles, nulls."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from kullback.arguments import shown, text, texts, word
from kullback.errors import InputError, did_you_mean
from kullback.tables.engines import Engine, Source, SourceColumn
from kullback.tables.engines.dialect import ISO_TEXT
from kullback.tables.profiles.aspects import columns_of, with_aspects
from kullback.tables.profiles.types import kind_of, reading

_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`")
_WILD = frozenset("*?[")  # what makes a pattern of a name
# The type that a role is read as, and the kind that it is read through.
_ROLES = {
    "numeric": ("DOUBLE", "number"),
    "categorical": ("VARCHAR", "text"),
    "boolean": ("BOOLEAN", "boolean"),
    "date/time": ("", "time"),
}


@dataclass(frozen=True, slots=True)
class Intake:
    """What of both sides is compared.

    Parameters
    ----------
    columns, exclude : sequence of str
        Names or patterns with ``*`` and ``?``; None takes all.
    where : str, optional
        A condition in the SQL of the engine; only rows that meet it are taken.
    roles : mapping of str to str
        What columns are read as: "numeric", "categorical", "boolean" or "date/time".
    nulls : sequence of str
        Texts that stand for no value.
    sample : int, optional
        Take so many rows at random.
    seed : int
        Of the sample.
    """

    columns: Sequence[str] | None = None
    exclude: Sequence[str] = ()
    where: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    nulls: Sequence[str] = ()
    sample: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("exclude", "nulls"):
            texts(name, getattr(self, name))
        if not isinstance(self.roles, Mapping):
            raise InputError(
                f"roles={shown(self.roles)} cannot be used; expected a mapping, such as "
                "{'code': 'categorical'}"
            )
        for name, role in self.roles.items():
            word(f"roles[{name!r}]", role, _ROLES)
        if self.where is not None:
            _require_condition(text("where", self.where))
        if self.sample is not None and not (type(self.sample) is int and self.sample >= 2):
            raise InputError(f"sample={self.sample!r} cannot be used; expected a number of rows")

    def chosen(self, names: Sequence[str], source: str = "") -> list[str] | None:
        """Return which of the columns are taken; None for all.

        Parameters
        ----------
        names : sequence of str
            Of both sides, or of the one that is called `source`.

        Raises
        ------
        InputError
            If a pattern fits no column, a role is of none, or nothing is left.
        """
        require_known("roles", self.roles, names, source)
        if self.columns is None and not self.exclude:
            return None
        every, names = names, columns_of(names)
        wanted = [*dict.fromkeys(_matching(self.columns, names, "columns", source))]
        if self.columns is None:
            wanted = list(names)
        excluded = {*_matching(self.exclude, names, "exclude", source)}
        left = [name for name in wanted if name not in excluded]
        if not left:
            raise InputError(f"exclude leaves no column to {'profile' if source else 'compare'}")
        return with_aspects(left, every)

    def named(self, names: Sequence[str]) -> list[str]:
        """Return the columns that are asked for by their names; a pattern names none."""
        asked = set(self.columns or ())
        return with_aspects([name for name in columns_of(names) if name in asked], names)

    def taken(self, engine: Engine, source: Source, argument: str) -> Source:
        """Return the rows that meet the condition, or a sample of them, in their roles."""
        if self.where is not None:
            source = _filtered(engine, source, self.where, argument)
        if self.sample is not None:
            source = _sampled(engine, source, self.sample, self.seed)
        return replace(source, columns=tuple(self._as_role(engine, c) for c in source.columns))

    def _as_role(self, engine: Engine, column: SourceColumn) -> SourceColumn:
        role = self.roles.get(column.name)
        if role is None:
            return column
        type_name, kind = _ROLES[role]
        if kind == "time":  # which counting reads, each engine in its own way
            return replace(column, type=_type_of_times(column), held=column.address, role=role)
        sql = reading(column.address, column.type, kind, type_name, engine.dialect)
        return replace(column, address=sql, type=type_name, held=column.address, role=role)


def _type_of_times(column: SourceColumn) -> str:
    """Return the type by which a column is read as times; refuse what holds none."""
    kind = kind_of(column.type)
    if kind not in {"time", "text"}:
        raise InputError(
            f"roles[{column.name!r}] is 'date/time', but the column is {column.type}; "
            "give times, or text such as 2024-01-31 12:00"
        )
    return ISO_TEXT if kind == "text" else column.type


def _matching(
    patterns: Sequence[str] | None, names: Sequence[str], option: str, source: str
) -> Iterator[str]:
    known = set(names)
    for pattern in patterns or ():
        if _WILD.isdisjoint(pattern):  # thousands of names are looked up, and tried on none
            found = [pattern] if pattern in known else []
        else:
            found = [name for name in names if name == pattern or fnmatchcase(name, pattern)]
        require_known(option, () if found else (pattern,), names, source)
        yield from found


def require_known(
    option: str, given: Iterable[str], names: Collection[str], source: str = ""
) -> None:
    """Refuse what names a column that is not there, and say which one was probably meant.

    Parameters
    ----------
    option : str
        Where they were named.
    given : iterable of str
        The names.
    names : collection of str
        Of the columns of both sides, or of the one that is called `source`.

    Raises
    ------
    InputError
        If a name is none of them.
    """
    known = set(names)
    unknown = next((name for name in given if name not in known), None)
    if unknown is None:
        return
    who, have = (f"{source} has no", "it has") if source else ("neither side has a", "they have")
    hint = did_you_mean(unknown, names)
    raise InputError(f"{option}: {who} column {unknown!r}; {have} {list(names)}.{hint}")


def _require_condition(where: str) -> None:
    """Refuse what is not one condition: it is put between parentheses, and stays there."""
    bare = _QUOTED.sub("", where)
    depth = 0
    for mark in bare:
        depth += (mark == "(") - (mark == ")")
        if depth < 0:
            break
    if depth or not bare.strip() or re.search(r";|--|/\*|['\"`]", bare):
        raise InputError(
            f"where={where!r} cannot be used; expected one condition, such as 'age > 17'"
        )


def _filtered(engine: Engine, source: Source, where: str, argument: str) -> Source:
    relation = f"(SELECT * FROM {source.relation} WHERE ({where}\n)) AS s"
    try:
        engine.execute(f"SELECT 1 FROM {relation} WHERE 1 = 0")
    except Exception as error:  # noqa: BLE001  whatever an engine may raise
        said = str(error).strip().split("\n", maxsplit=1)[0]
        raise InputError(f"where={where!r} cannot be used on {argument}: {said}") from None
    return source.of_rows(f"{source.name} where {where}", relation)


def _sampled(engine: Engine, source: Source, rows: int, seed: int) -> Source:
    keep = getattr(engine, "keep", None)
    if keep is None:
        raise InputError(
            "sample= is for files and frames; of a database, give a query that samples"
        )
    # Rows that are alike are numbered, so that the draw does not depend on the order of rows.
    numbered = (
        'SELECT s.*, hash(s) AS "kullback hash", row_number() OVER (PARTITION BY hash(s)) AS '
        f'"kullback copy" FROM {source.relation}'
    )
    table = keep(
        f'SELECT * EXCLUDE ("kullback hash", "kullback copy") FROM ({numbered}) AS n '
        f'ORDER BY hash("kullback hash", "kullback copy", {seed}) LIMIT {rows}'
    )
    named = f"{source.name}, a sample of {rows} rows (seed {seed})"
    return source.of_rows(named, f"{table} AS s")
