"""The notations in which text holds numbers and times, as SQL that reads them on any engine.

A notation is a pattern, and a way from what fits it to what the engine reads by itself: bare
digits, or an ISO time. Patterns hold nothing that engines read in two ways, and no letters but
small ones: texts are compared in small letters.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kullback.tables.engines.dialect import (
    CLOCK_TEXT,
    ISO_TEXT,
    MOMENT_OF_TEXT,
    SPELT_TEXT,
    Dialect,
)

Sql = Callable[[str], str]

# Units that stand behind numbers; another word behind a number is part of a code.
_UNITS = (
    "kg|mg|g|t|lbs?|oz|km|cm|mm|m|mi|ft|in|l|ml|h|min|sec|s|ms|d|kb|mb|gb|tb|kwh|mwh|kw|mw|w|v|a"
    "|hz|khz|mhz|ghz|°c|°f|pa|hpa|kpa|bar|psi|km/h|mph|m/s|px|pt"
)
_UNIT_AT_THE_END = re.compile(rf"[0-9]\s*({_UNITS})$")
_CODES = ("USD", "EUR", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD", "JPY", "CNY", "BRL")
MONEY = ("R$", "A$", "C$", "$", "€", "£", "¥", "₹", "zł", "kr", *_CODES)
PERCENT = ("%", "‰")
_BLANK = "\u00a0\u202f\u2009'’"  # stand between thousands
_MARKS = f"^kr[.]? | ?kr[.]?$|[rac]?[$]|[ €£¥₹%‰{_BLANK}]|zł|{'|'.join(_CODES).lower()}"
PLAIN, COMMA, THOUSANDS, TIMES, CLOCK = (
    "plain numbers",
    "a decimal comma",
    "commas between thousands",
    "ISO times",
    "times of day",
)
_WORDS = "months in words"
_DURATIONS, _YEARS_FIRST = "hours, as 36:15:00", "years first, as 2024{0}12{0}31"
_DAYS_FIRST, _MONTHS_FIRST = "days first, as 31{0}12{0}2024", "months first, as 12{0}31{0}2024"
_NUMBERS = {
    # A zero before other digits is of a code.
    PLAIN: "[+-]?((0|[1-9][0-9]*)([.][0-9]*)?|[.][0-9]+)(e[+-]?[0-9]+)?|[+-]?(inf|infinity)",
    COMMA: "[+-]?[0-9]{1,3}([.][0-9]{3})+(,[0-9]+)?|[+-]?(0|[1-9][0-9]*)(,[0-9]+)?(e[+-]?[0-9]+)?",
    THOUSANDS: "[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?|[+-]?(0|[1-9][0-9]*)([.][0-9]+)?",
}
_DAY, _MONTH, _YEAR = "(0?[1-9]|[12][0-9]|3[01])", "(0?[1-9]|1[0-2])", "([0-9]{4}|[0-9]{2})"
_LESS = {"^[(](.+)[)]$|^(.+)-$": "-\\1\\2"}  # as accounts write what is below 0
_HOUR = "([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?"
_HALF = f"{_HOUR}( ?[ap]m)?"
_OF_DAY = f"(,? +{_HALF}( gmt| utc| [+]0000)?)?"
_LASTING = "^([0-9]+):([0-5][0-9]):([0-5][0-9])$"
_NAMES = (
    *("jan(uary)?", "feb(ruary)?", "mar(ch)?", "apr(il)?", "may", "june?", "july?", "aug(ust)?"),
    *("sept?(ember)?", "oct(ober)?", "nov(ember)?", "dec(ember)?"),
)
_NAMED = f"({'|'.join(_NAMES)})[.]?"
_WEEKDAY = "((mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +)?"
_IN_WORDS = (
    f"{_WEEKDAY}[0-9]{{1,2}}[ -]{_NAMED},?[ -]{_YEAR}{_OF_DAY}",
    f"{_WEEKDAY}{_NAMED} [0-9]{{1,2}},? {_YEAR}{_OF_DAY}",
    f"[0-9]{{1,2}}/{_NAMED}/[0-9]{{4}}:[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}( [+]0000)?",
)
# Words of notations that are longer than units and marks are; few patterns, and short, are cheap.
_STARTS = (*(name[:3] for name in _NAMES), "mon", "tue", "wed", "thu", "fri", "sat", "sun", "inf")
_LONG = f"({'|'.join(_STARTS)})[a-z]*"
_ISO = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9:.]+(Z|[+-][0-9:]+)?)?"
# What makes ISO times of others. Rules without a pattern's marks are cheap, and there are many.
_OF_TWELVE = {
    "(^| )0?([0-9]{1,2}:[0-9:.]+) ?([ap])m$": "\\1@\\3\\2",
    **{f"@p{hour}:": f"{hour % 12 + 12}:" for hour in range(1, 13)},
    "@a12:": "00:",
    "@a": "",
}
_PADDED = {
    "^([0-9]{4})-([0-9])-": "\\1-0\\2-",
    "^([0-9]{4}-[0-9]{2})-([0-9])($|[^0-9])": "\\1-0\\2\\3",
    "( |^)([0-9]):": "\\1" + "0\\2:",
}
_CENTURY = {"^([0-6][0-9])-": "20\\1-", "^([7-9][0-9])-": "19\\1-"}
_ALONE = {" (gmt|utc|[+]0000)$": "", "([0-9]),? +([0-9]{1,2}:)": "\\1 \\2"}
_IN_DIGITS = {
    f"^{_WEEKDAY}": "",
    f"{_NAMED}": "#\\1",
    **{f"#{name[:3]}": f"#{month:02}" for month, name in enumerate(_NAMES, 1)},
    "^([0-9]{1,2})/#([0-9]{2})[a-z]*/([0-9]{4}):([^+]*)( [+]0000)?$": "\\3-\\2-\\1 \\4",
    f"^([0-9]{{1,2}})[ -]#([0-9]{{2}})[a-z]*,?[ -]{_YEAR}": "\\3-\\2-\\1",
    f"^#([0-9]{{2}})[a-z]* ([0-9]{{1,2}}),? {_YEAR}": "\\3-\\1-\\2",
}


@dataclass(frozen=True, slots=True)
class Notation:
    """One way of writing values.

    Parameters
    ----------
    name : str
        How it is called.
    type : str
        The type that is read.
    test, value : callable
        The SQL of a text → the SQL that tells whether it is written so, and that of its value.
    check : callable, optional
        The SQL of a value → SQL that is NULL where it is none, such as a 30th of February.
    """

    name: str
    type: str
    test: Sql
    value: Sql
    check: Sql | None = None

    def read(self, text: str) -> str:
        """Return the SQL of the value, NULL where a text is not written so."""
        return f"CASE WHEN {self.test(text)} THEN {self.value(text)} END"

    def known(self, text: str) -> str:
        """Return SQL that is NULL where a text is not written so, or names no value."""
        value = self.read(text)
        return value if self.check is None else self.check(value)


def notations(dialect: Dialect) -> tuple[Notation, ...]:
    """Return the notations that text may be written in, as an engine reads them.

    Parameters
    ----------
    dialect : Dialect
        How the engine spells things.
    """
    if not dialect.matches:
        return (_read_by_itself(dialect), _iso(dialect))
    return (
        *(_number(name, dialect) for name in _NUMBERS),
        _iso(dialect),
        _written(_WORDS, "|".join(_IN_WORDS), _IN_DIGITS, dialect),
        _clock(dialect),
        _durations(dialect),
        *(_dates(_DAYS_FIRST, mark, (_DAY, _MONTH), dialect) for mark in "./-"),
        *(_dates(_MONTHS_FIRST, mark, (_MONTH, _DAY), dialect) for mark in "/-"),
        *(_dates(_YEARS_FIRST, mark, (_MONTH, _DAY), dialect, "([0-9]{4})") for mark in "./"),
    )


def _number(name: str, dialect: Dialect) -> Notation:
    def bare(text: str) -> str:
        plain = f"replace(lower({text}), {dialect.literal('−')}, '-')"
        units = {f"([0-9])({_UNITS})$": "\\1"}
        below = dialect.rewritten(plain, {_MARKS: "", **_LESS, **units})
        usual = dialect.rewritten(plain, {_MARKS: "", **units})
        return f"CASE WHEN {text} LIKE '%-' OR {text} LIKE '%)' THEN {below} ELSE {usual} END"

    def value(text: str) -> str:
        digits = bare(text)
        if name == COMMA:
            digits = f"replace({digits}, '.', '')"
        if name != PLAIN:
            digits = f"replace({digits}, ',', '{'.' if name == COMMA else ''}')"
        return dialect.number_of_text.format(digits)

    return Notation(name, "DOUBLE", lambda text: dialect.fits(bare(text), _NUMBERS[name]), value)


def whole_numbers(dialect: Dialect) -> Notation:
    """Return the plain notation of whole numbers of which floats would lose digits."""
    return Notation(
        PLAIN,
        "HUGEINT",
        lambda text: dialect.fits(text, "[+-]?(0|[1-9][0-9]*)"),
        dialect.whole_of_text.format,
    )


def _read_by_itself(dialect: Dialect) -> Notation:
    """Return the numbers that an engine without patterns reads."""
    number = dialect.number_of_text.format

    def test(text: str) -> str:
        code = f"{text} LIKE '0_%' AND {text} NOT LIKE '0.%' AND {text} NOT LIKE '0e%'"
        return f"{number(text)} IS NOT NULL AND NOT ({code})"

    return Notation(PLAIN, "DOUBLE", test, number)


def _iso(dialect: Dialect) -> Notation:
    """Return the notation that engines read by themselves."""
    if dialect.is_duckdb:
        return Notation(
            TIMES, "TIMESTAMP", lambda text: dialect.fits(text, _ISO), MOMENT_OF_TEXT.format
        )

    def test(text: str) -> str:
        return f"{text} LIKE '____-%' AND {dialect.time_of_text.format(text)} IS NOT NULL"

    return Notation(TIMES, ISO_TEXT, test, "{}".format)


def _written(name: str, pattern: str, rules: Mapping[str, str], dialect: Dialect) -> Notation:
    """Return a notation of times that are rewritten as ISO times."""

    def iso(text: str) -> str:
        small, padded = f"lower({text})", {} if dialect.is_duckdb else _PADDED
        day, short = (
            dialect.rewritten(small, {**rules, **more, **padded}) for more in ({}, _CENTURY)
        )
        moment = dialect.rewritten(small, {**rules, **_CENTURY, **_ALONE, **_OF_TWELVE, **padded})
        is_short = f"{dialect.length.format(text)} < {99 if rules is _IN_DIGITS else 9}"
        days = f"WHEN {is_short} THEN {short} ELSE {day}"
        return f"CASE WHEN {text} LIKE '%:%' THEN {moment} {days} END"

    def test(text: str) -> str:
        return dialect.fits(f"lower({text})", pattern)

    if dialect.is_duckdb:
        return Notation(name, "TIMESTAMP", test, lambda text: f"TRY_CAST({iso(text)} AS TIMESTAMP)")
    return Notation(name, SPELT_TEXT, test, iso, dialect.moment)


def _dates(
    name: str, mark: str, order: tuple[str, str], dialect: Dialect, year: str = ""
) -> Notation:
    # With hyphens a year of two digits may as well come first.
    last = "([0-9]{4})" if mark == "-" else _YEAR
    shape, by = f"{order[0]}[{mark}]{order[1]}[{mark}]{last}", "\\3-\\1-\\2"
    if order == (_DAY, _MONTH):
        by = "\\3-\\2-\\1"
    if year:
        shape, by = f"{year}[{mark}]{order[0]}[{mark}]{order[1]}", "\\1-\\2-\\3"
    return _written(name.format(mark), f"{shape}{_OF_DAY}", {f"^{shape}": by}, dialect)


def _clock(dialect: Dialect) -> Notation:
    def of_day(text: str) -> str:
        return dialect.rewritten(f"lower({text})", {**_OF_TWELVE, "^([0-9]):": "0\\1:"})

    def test(text: str) -> str:
        return dialect.fits(f"lower({text})", _HALF)

    if dialect.is_duckdb:
        return Notation(CLOCK, "TIME", test, lambda text: f"TRY_CAST({of_day(text)} AS TIME)")
    return Notation(CLOCK, CLOCK_TEXT, test, of_day)


def _durations(dialect: Dialect) -> Notation:
    """Return hours, minutes and seconds, of which the hours have no end."""

    def value(text: str) -> str:
        parts = (dialect.rewritten(text, {_LASTING: f"\\{i}"}) for i in (1, 2, 3))
        hours, minutes, seconds = map(dialect.number_of_text.format, parts)
        return f"({hours} * 3600 + {minutes} * 60 + {seconds})"

    whole = _LASTING[1:-1]
    return Notation(_DURATIONS, "DOUBLE", lambda text: dialect.fits(text, whole), value)


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


def may_be_read(text: str, dialect: Dialect) -> str:
    """Return the SQL of a test that whatever is written in a notation, in digits, passes."""
    others = dialect.rewritten(f"lower({text})", {_LONG: ""})
    word = dialect.matches.format(others, dialect.literal("[a-z]{4}"))
    return f"{has_digits(text, dialect)} AND NOT {word}"
