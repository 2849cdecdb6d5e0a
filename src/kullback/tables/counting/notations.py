"""The notations in which text holds numbers and times, as SQL that reads them."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kullback.tables.engines.dialect import CLOCK_TEXT, ISO_TEXT, MOMENT_OF_TEXT, Dialect

# Units that stand behind numbers; another word behind a number is part of a code.
_UNITS = (
    "kg|mg|g|t|lbs?|oz|km|cm|mm|m|mi|ft|in|l|ml|h|min|sec|s|ms|d|kb|mb|gb|tb|kwh|mwh|kw|mw|w|v|a"
    "|hz|khz|mhz|ghz|°c|°f|pa|hpa|kpa|bar|psi|km/h|mph|m/s|px|pt"
)
_UNIT_AT_THE_END = re.compile(rf"[0-9]\s*({_UNITS})$")
MONEY = ("$", "€", "£", "¥", "₹", "USD", "EUR", "GBP", "CHF")
PERCENT = ("%",)
_BLANK = "\u00a0\u202f\u2009'’"  # stand between thousands
_BARE = (
    f"regexp_replace(translate({{0}}, '−', '-'), '[\\s$€£¥₹%{_BLANK.replace(chr(39), chr(39) * 2)}]"
    "|USD|EUR|GBP|CHF', '', 'g')"
)
_BARE = f"regexp_replace({_BARE}, '([0-9])({_UNITS})$', '\\1', 'i')"
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


_MONTHS_IN_WORDS = "(?i).*(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec).*"
_IN_WORDS = ", ".join(
    f"'{day}{time}'"
    for day in ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%a, %d %b %Y")
    for time in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S GMT")
)
_DIGITS = "[+-]?[0-9]{1,3}"
_DAYS_FIRST, _MONTHS_FIRST = "days first, as 31{0}12{0}2024", "months first, as 12{0}31{0}2024"
_END = "([eE][+-]?[0-9]+)?"
PLAIN, COMMA, THOUSANDS, TIMES, CLOCK = (
    "plain numbers",
    "a decimal comma",
    "commas between thousands",
    "ISO times",
    "times of day",
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
        MOMENT_OF_TEXT,
    ),
    _matched(
        "months in words",
        "TIMESTAMP",
        _MONTHS_IN_WORDS,
        f"try_strptime({{0}}, [{_IN_WORDS}, '%d/%b/%Y:%H:%M:%S'])",
    ),
    _matched(
        CLOCK,
        "TIME",
        "[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?",
        "TRY_CAST({0} AS TIME)",
    ),
    *(_dates(_DAYS_FIRST.format(mark), _DAYS, mark) for mark in "./-"),
    *(_dates(_MONTHS_FIRST.format(mark), _MONTHS, mark) for mark in "/-"),
)
_SWAPPED = "replace(replace({0}, '.', ''), ',', '.')"
_JOINED = "replace({0}, ',', '')"
_ONE_COMMA = "length({0}) - length(replace({0}, ',', '')) <= 1"


def notations(dialect: Dialect, unit: str = "") -> tuple[Notation, ...]:
    """Return the notations that an engine can read; databases have no patterns in common.

    Parameters
    ----------
    dialect : Dialect
        How the engine spells things.
    unit : str
        What stands behind numbers, for databases; DuckDB knows all units by a pattern.
    """
    if dialect.is_duckdb:
        return _OF_DUCKDB
    number, bare = dialect.number_of_text, "{0}"
    for mark in (" ", *_BLANK, *MONEY, *PERCENT):
        bare = f"replace({bare}, {dialect.literal(mark)}, '')"
    if unit:
        bare = f"replace(lower({bare}), {dialect.literal(unit)}, '')"

    def is_number(sql: str) -> str:
        return f"{_of(number, sql)} IS NOT NULL"

    code = "({0} NOT LIKE '0_%' OR {0} LIKE '0.%' OR {0} LIKE '0,%' OR {0} LIKE '0e%')"
    comma = f"{is_number(_SWAPPED)} AND {_ONE_COMMA} AND {{0}} NOT LIKE '%,___.%'"
    dots = "({0} NOT LIKE '%.%' OR {0} LIKE '%.___' OR {0} LIKE '%.___,%')"
    groups = "({0} NOT LIKE '%,%' OR {0} LIKE '%,___' OR {0} LIKE '%,___.%')"
    joined = f"{is_number(_JOINED)} AND {groups} AND {code}"
    of_day = _of(dialect.time_of_text, dialect.joined.format("'1970-01-01 '", "{0}"))
    clock = f"{{0}} LIKE '%_:__%' AND {of_day} IS NOT NULL"
    return (
        Notation(PLAIN, "DOUBLE", f"{code} AND {is_number('{0}')}", number, bare),
        Notation(COMMA, "DOUBLE", f"{comma} AND {dots} AND {code}", _of(number, _SWAPPED), bare),
        Notation(THOUSANDS, "DOUBLE", joined, _of(number, _JOINED), bare),
        Notation(TIMES, ISO_TEXT, f"{dialect.time_of_text} IS NOT NULL", "{0}"),
        Notation(CLOCK, CLOCK_TEXT, clock, "{0}"),
        *(_portable(_DAYS_FIRST, mark, (4, 1), dialect) for mark in "./-"),
        *(_portable(_MONTHS_FIRST, mark, (1, 4), dialect) for mark in "/-"),
    )


def _of(template: str, sql: str) -> str:
    """Fill SQL, which holds a place for a text, into a template; braces of patterns stay."""
    filled = template.format("\0").replace("{", "{{").replace("}", "}}")
    return filled.replace("\0", sql)


def _portable(name: str, mark: str, places: tuple[int, int], dialect: Dialect) -> Notation:
    """Return dates of two, two and four digits, which databases read when put in ISO order."""
    month, day = (f"substr({{0}}, {place}, 2)" for place in places)
    iso = f"substr({{0}}, 7, 4) || '-' || {month} || '-' || {day} || substr({{0}}, 11)"
    shape = f"{{0}} LIKE '__{mark}__{mark}____%'"
    time = _of(dialect.time_of_text, f"({iso})")
    test = f"{shape} AND {month} <= '12' AND {time} IS NOT NULL"
    return Notation(name.format(mark), ISO_TEXT, test, f"({iso})")


def holds(text: str, marks: tuple[str, ...], dialect: Dialect) -> str:
    """Return the SQL that tells whether a text holds one of some marks."""
    left = text
    for mark in marks:
        left = f"replace({left}, {dialect.literal(mark)}, '')"
    return f"{left} <> {text}"


def unit(texts: Iterable[str]) -> str:
    """Return the unit that stands behind most of the numbers of texts; else empty.

    Examples
    --------
    >>> unit(["12 kg", "3.5kg", "7"]), unit(["x12g", "12", "7"])
    ('kg', '')
    """
    found = Counter(
        hit[1] if (hit := _UNIT_AT_THE_END.search(text.lower())) else "" for text in texts
    )
    return max(found, key=lambda name: (found[name], name), default="")


def has_digits(text: str, dialect: Dialect) -> str:
    """Return the SQL that tells whether a text holds a digit."""
    if dialect.is_duckdb:
        return f"regexp_matches({text}, '[0-9]')"
    return " OR ".join(f"{text} LIKE '%{digit}%'" for digit in range(10))
