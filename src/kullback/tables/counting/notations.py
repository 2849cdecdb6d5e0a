"""The notations in which text holds numbers and times, as SQL that reads them."""

from dataclasses import dataclass

from kullback.tables.engines.dialect import ISO_TEXT, Dialect

MONEY = ("$", "€", "£", "¥", "₹", "USD", "EUR", "GBP", "CHF")
PERCENT = ("%",)
_BARE = "regexp_replace({0}, '[\\s$€£¥₹%]|USD|EUR|GBP|CHF', '', 'g')"
_DAYS = "['%d{0}%m{0}%Y', '%d{0}%m{0}%Y %H:%M', '%d{0}%m{0}%Y %H:%M:%S']"
_MONTHS = "['%m{0}%d{0}%Y', '%m{0}%d{0}%Y %H:%M', '%m{0}%d{0}%Y %H:%M:%S']"


@dataclass(frozen=True, slots=True)
class Notation:
    """One way of writing values.

    Parameters
    ----------
    name : str
        How it is called.
    type : str
        The type that is read.
    test : str
        SQL: whether a text is written so; ``{0}`` is the text without marks of currency.
    value : str
        SQL of its value.
    bare : str
        SQL of the text without marks, of the text itself.
    """

    name: str
    type: str
    test: str
    value: str
    bare: str = "{0}"

    def read(self, text: str) -> str:
        """Return the SQL of the value, NULL where a text is not written so."""
        bare = self.bare.format(text)
        return f"CASE WHEN {self.test.format(bare)} THEN {self.value.format(bare)} END"


def _matched(name: str, type_name: str, pattern: str, value: str) -> Notation:
    pattern = pattern.replace("{", "{{").replace("}", "}}")
    bare = _BARE if type_name == "DOUBLE" else "{0}"
    return Notation(name, type_name, f"regexp_full_match({{0}}, '{pattern}')", value, bare)


def _dates(name: str, formats: str, mark: str) -> Notation:
    pattern = f"[0-9]{{1,2}}[{mark}][0-9]{{1,2}}[{mark}][0-9]{{4}}( [0-9:]+)?"
    return _matched(name, "TIMESTAMP", pattern, f"try_strptime({{0}}, {formats.format(mark)})")


_DIGITS = "[+-]?[0-9]{1,3}"
_END = "([eE][+-]?[0-9]+)?"
PLAIN, COMMA, THOUSANDS, TIMES = (
    "plain numbers",
    "a decimal comma",
    "commas between thousands",
    "ISO times",
)
_OF_DUCKDB = (
    _matched(
        PLAIN,
        "DOUBLE",
        # A zero before other digits is of a code.
        f"(?i)[+-]?((0|[1-9][0-9]*)([.][0-9]*)?|[.][0-9]+){_END}|[+-]?(inf|infinity)",
        "TRY_CAST({0} AS DOUBLE)",
    ),
    _matched(
        COMMA,
        "DOUBLE",
        f"{_DIGITS}([.][0-9]{{3}})+(,[0-9]+)?|[+-]?(0|[1-9][0-9]*)(,[0-9]+)?",
        "TRY_CAST(replace(replace({0}, '.', ''), ',', '.') AS DOUBLE)",
    ),
    _matched(
        THOUSANDS,
        "DOUBLE",
        f"{_DIGITS}(,[0-9]{{3}})+([.][0-9]+)?|[+-]?(0|[1-9][0-9]*)([.][0-9]+)?",
        "TRY_CAST(replace({0}, ',', '') AS DOUBLE)",
    ),
    _matched(
        TIMES,
        "TIMESTAMP",
        "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9:.]+(Z|[+-][0-9:]+)?)?",
        "TRY_CAST(replace({0}, 'Z', '') AS TIMESTAMP)",
    ),
    *(_dates(f"days first, as 31{mark}12{mark}2024", _DAYS, mark) for mark in "./-"),
    *(_dates(f"months first, as 12{mark}31{mark}2024", _MONTHS, mark) for mark in "/-"),
)
_SWAPPED = "replace(replace({0}, '.', ''), ',', '.')"
_JOINED = "replace({0}, ',', '')"
_ONE_COMMA = "length({0}) - length(replace({0}, ',', '')) <= 1"


def notations(dialect: Dialect) -> tuple[Notation, ...]:
    """Return the notations that an engine can read; databases have no patterns in common."""
    if dialect.is_duckdb:
        return _OF_DUCKDB
    number, bare = dialect.number_of_text, "{0}"
    for mark in (" ", *MONEY, *PERCENT):
        bare = f"replace({bare}, {dialect.literal(mark)}, '')"

    def is_number(sql: str) -> str:
        return f"{number.format(sql)} IS NOT NULL"

    code = "{0} NOT LIKE '0_%' OR {0} LIKE '0.%' OR {0} LIKE '0e%'"
    comma = f"{is_number(_SWAPPED)} AND {_ONE_COMMA} AND {{0}} NOT LIKE '%,___.%'"
    groups = "({0} NOT LIKE '%,%' OR {0} LIKE '%,___' OR {0} LIKE '%,___.%')"
    return (
        Notation(PLAIN, "DOUBLE", f"({code}) AND {is_number('{0}')}", number, bare),
        Notation(COMMA, "DOUBLE", comma, number.format(_SWAPPED), bare),
        Notation(
            THOUSANDS,
            "DOUBLE",
            f"{is_number(_JOINED)} AND {groups}",
            number.format(_JOINED),
            bare,
        ),
        Notation(TIMES, ISO_TEXT, f"{dialect.time_of_text} IS NOT NULL", "{0}"),
    )


def holds(text: str, marks: tuple[str, ...], dialect: Dialect) -> str:
    """Return the SQL that tells whether a text holds one of some marks."""
    left = text
    for mark in marks:
        left = f"replace({left}, {dialect.literal(mark)}, '')"
    return f"{left} <> {text}"


def has_digits(text: str, dialect: Dialect) -> str:
    """Return the SQL that tells whether a text holds a digit."""
    if dialect.is_duckdb:
        return f"regexp_matches({text}, '[0-9]')"
    return " OR ".join(f"{text} LIKE '%{digit}%'" for digit in range(10))
