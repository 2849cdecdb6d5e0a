"""How one engine spells things. Names and values enter SQL text here and nowhere else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

NOT_IN_WORD = "(?<![A-Za-z0-9])"
DAY = 86_400_000_000  # microseconds
# What text is a number, an infinity, a moment, where an engine cannot try; braces for `format`.
NUMBER = "^[ ]*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?[ ]*$"
WORD = "^[ ]*[+-]?(inf|infinity|nan)[ ]*$"
MOMENT = "^[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}([ T][0-9:.]+)?"
OFFSET = ":[0-9.]+(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$"  # from UTC, behind a moment
IN_RANGE = "({0} BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308)"
# Bytes that are UTF-8 without control characters, in hexadecimal: what is none cannot be tried.
UTF8_IN_HEX = (
    "^([2-6].|7[^f]|(c[2-9a-f]|d.)[89ab].|e0[ab].[89ab].|e[1-9abcef]([89ab].){{2}}|ed[89].[89ab].|"
    "f0[9ab].([89ab].){{2}}|f[123]([89ab].){{3}}|f48.([89ab].){{2}})*$"
)

ISO_TEXT = "ISO TEXT"  # the type of times that a database holds as text
SPELT_TEXT = "SPELT TEXT"  # of those that are rewritten as such from another spelling
CLOCK_TEXT = "CLOCK TEXT"  # of times of day

_PLAIN_RULE = re.compile("[@#a-z0-9:]+")
WIDE = range(-(2**63), 2**63)  # integers that every engine has
_PLAIN = frozenset(map(chr, range(32, 127))) - {"'", "\\"}  # means itself between quotes, anywhere
_EPOCH = {
    "": "epoch_us({0})",
    # Which it would take for nanoseconds, whose range ends in 2262.
    "TIMESTAMP_S": "epoch_us(CAST({0} AS TIMESTAMP))",
    "TIMESTAMP_MS": "epoch_us(CAST({0} AS TIMESTAMP))",
    # Its cast rounds, and that to a type without a zone is by the clock of the session.
    "TIMESTAMPTZ_NS": "epoch_us(make_timestamp_ns(epoch_ns({0})))",
}
# What has an offset from UTC would else be read without it.
MOMENT_OF_TEXT = (
    f"CASE WHEN regexp_matches({{0}}, '{OFFSET}') THEN "
    "make_timestamp(epoch_us(TRY_CAST({0} AS TIMESTAMPTZ))) ELSE TRY_CAST({0} AS TIMESTAMP) END"
)
_BOOLEAN = (
    "CASE WHEN lower({0}) IN ('true', 't', 'yes', 'y', '1') THEN TRUE "
    "WHEN lower({0}) IN ('false', 'f', 'no', 'n', '0') THEN FALSE END"
)

# Only in DuckDB of 1.4 and later a failure can be tried.
_BYTES = (
    "CASE WHEN regexp_full_match(TRY(decode({0})), '[^\\x00-\\x1f\\x7f]*') THEN decode({0}) "
    "ELSE lower(hex({0})) END"
)


def since_1970(**by_type: str) -> Mapping[str, str]:
    """Return templates by type; ZONED is a time with a time zone, OTHER any other type."""
    names = {"ZONED": "TIMESTAMP WITH TIME ZONE", "OTHER": ""}
    return MappingProxyType({names.get(name, name): sql for name, sql in by_type.items()})


def where(test: str, value: str) -> str:
    """Return the SQL of a value where a test holds, else NULL."""
    return f"CASE WHEN {test} THEN {value} END"


@dataclass(frozen=True, slots=True)
class Dialect:
    """The spellings that differ from engine to engine; the defaults are DuckDB's.

    Parameters
    ----------
    quote : str
        What stands on both sides of a name; inside it is doubled.
    backslash : bool
        Whether a backslash within a quoted name escapes.
    hex_text, hex_of : str
        Reads text from its bytes in hexadecimal, empty where doubled quotes are enough; their
        encoding.
    pads : bool
        Whether spaces at the end of texts are no part of them: text that ends in some is none.
    zero_character : str
        The character U+0000 as SQL; NULL, which equals nothing, where no text can hold it.
    float_literal, decimal_literal, wide_integer_literal : str
        Numbers: ``{value}``, ``{hex}`` and ``{scale}`` (digits after the point) are filled in.
    true, false : str
        The values.
    truth, test : str
        A test as a value, and a value as a test: not every engine has tests in select lists.
    count, ln : str
        The names of functions: how many rows, and the natural logarithm.
    nested : int
        How deep choices are nested at most; the rest are made one after the other.
    first, some : str
        Ends a query of so many rows: the first in its order, and any.
    float_type, single_type, nothing : str
        Types of double and single precision, and a NULL.
    integer : str
        Reads a whole float as an integer.
    text, own_text, float_text : str
        Reads anything as text; reads text so that it is compared byte by byte; reads floats as
        text, empty where that is as anything.
    length, piece : str
        The characters of a text; so many of them from a place on.
    floating, decimal : str
        Read a float (one zero only) and a decimal (numbers only).
    is_nan, is_finite : str
        Tests of a float.
    number_of_text, boolean_of_text, time_of_text : str
        Read text, NULL where it is none.
    whole_of_text : str
        Reads the digits of a whole number, all of them; NULL where they are too many.
    time_of_spelt : str
        Reads a time of text that costs something to find, so that it stands there once; empty
        where that is no matter.
    microseconds : mapping
        Since 1970 (of a time of day: since midnight) by type; "" is any other type.
    materialized : str
        Has a query that is used twice run once.
    bytes : str
        Bytes as the text that they are in UTF-8, without control characters, else in hexadecimal.
    joined : str
        Two texts, one behind the other.
    once : str
        Has a subquery computed once, where an engine would not by itself.
    apart : str
        Ends a subquery so that what it names is computed there, and not where it is used.
    digest : str
        The MD5 of "kullback" and a text, in small hexadecimal digits.
    remainder : str
        Of one whole number by another.
    matches, rewrites : str
        Whether a pattern is found in a text; a text with all finds of a pattern replaced.
        Both take what regular expressions have in common, as literals; an engine that has none
        leaves both empty, and its texts are not searched for patterns.
    back : str
        Stands before the number of a part of a find, in what replaces it; empty where all rules
        are one argument, parted by U+001E, and by U+001F within.
    not_in_word : str
        What a pattern begins with that is to be tried at the first letter of a word only, where an
        engine would try it at each, and take the square of the letters; else empty.
    word : str
        The word of a text at a place, where one space parts them.
    distinct : str
        How many different values a column has, roughly where that is faster.
    parts : str, optional
        Reads the rows of one text that U+001F parts, where an engine does so faster.
    keeps_order : bool
        Whether rows come in the order in which they lie in a file or a frame.
    is_duckdb : bool
        Whether DuckDB's functions read texts, lists and structures.
    """

    quote: str = '"'
    backslash: bool = False
    hex_text: str = ""
    hex_of: str = "utf-8"
    pads: bool = False
    zero_character: str = "chr(0)"
    float_literal: str = "({value:.17e})"
    decimal_literal: str = "({value:f})"
    wide_integer_literal: str = "({value})"
    true: str = "TRUE"
    false: str = "FALSE"
    truth: str = "{0}"
    test: str = "{0}"
    count: str = "count"
    ln: str = "ln"
    nested: int = 64
    first: str = "LIMIT {0}"
    some: str = "LIMIT {0}"
    float_type: str = "DOUBLE"
    single_type: str = "FLOAT"
    nothing: str = "CAST(NULL AS INTEGER)"
    integer: str = "CAST({0} AS BIGINT)"
    text: str = "CAST({0} AS VARCHAR)"
    own_text: str = "{0}"
    float_text: str = ""
    length: str = "length({0})"
    piece: str = "substr({0}, {1}, {2})"
    floating: str = "CAST({0} AS DOUBLE)"
    decimal: str = "{0}"
    is_nan: str = "isnan({0})"
    is_finite: str = "isfinite({0})"
    number_of_text: str = "TRY_CAST({0} AS DOUBLE)"
    whole_of_text: str = "TRY_CAST({0} AS DECIMAL(38, 0))"
    boolean_of_text: str = _BOOLEAN
    time_of_text: str = f"epoch_us({MOMENT_OF_TEXT})"
    time_of_spelt: str = ""
    microseconds: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(_EPOCH))
    materialized: str = "MATERIALIZED "
    bytes: str = _BYTES
    joined: str = "({0} || {1})"
    once: str = "{0}"
    apart: str = ""
    digest: str = "md5('kullback' || {0})"
    remainder: str = "({0} % {1})"
    matches: str = "regexp_matches({0}, {1})"
    rewrites: str = "regexp_replace({0}, {1}, {2}, 'g')"
    back: str = "\\"
    not_in_word: str = ""
    word: str = "split_part({0}, ' ', {1})"
    distinct: str = "approx_count_distinct({0})"
    parts: str | None = None
    keeps_order: bool = False
    is_duckdb: bool = False

    def identifier(self, name: str) -> str:
        """Return a name as quoted SQL."""
        if self.backslash:
            name = name.replace("\\", "\\\\")
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"

    def literal(self, value: Any) -> str:
        """Return a value as SQL text that reads back as the same value."""
        match value:
            case bool():
                return self.true if value else self.false
            case int():
                wide = value not in WIDE
                return (self.wide_integer_literal if wide else "({value})").format(value=value)
            case float():
                return self.float_literal.format(value=value, hex=value.hex())
            case Decimal():
                exponent = value.as_tuple().exponent
                scale = max(0, -exponent) if isinstance(exponent, int) else 0
                return self.decimal_literal.format(value=value, hex=float(value).hex(), scale=scale)
            case str():
                return self._text(value)
        raise TypeError(f"no SQL literal for {type(value).__name__}")

    def fits(self, text: str, pattern: str) -> str:
        """Return the SQL that tells whether all of a text fits a pattern.

        Examples
        --------
        >>> Dialect().fits("x", "[0-9]+")
        "regexp_matches(x, ('^(?:[0-9]+)$'))"
        """
        return self.matches.format(text, self.literal(f"^(?:{pattern})$"))

    def rewritten(self, text: str, rules: Mapping[str, str]) -> str:
        r"""Return the SQL of a text in which patterns are replaced, one after the other.

        Parameters
        ----------
        text : str
            SQL of the text.
        rules : mapping of str to str
            Patterns, and what replaces all that they find; ``\1`` is what its first part found.

        Examples
        --------
        >>> Dialect(back="$").rewritten("x", {"([0-9]) ?kg": r"\1"})
        "regexp_replace(x, ('([0-9]) ?kg'), ('$1'), 'g')"
        """
        if not self.back:
            told = chr(30).join(chr(31).join(rule) for rule in rules.items())
            return self.rewrites.format(text, self.literal(told))
        for pattern, by in rules.items():
            plain = _PLAIN_RULE.fullmatch(pattern)
            template = "replace({0}, {1}, {2})" if plain else self.rewrites
            by_its_words = self.literal(by.replace("\\", self.back))
            text = template.format(text, self.literal(pattern), by_its_words)
        return text

    def since_1970(self, column: str, type_name: str) -> str:
        """Return the SQL that reads a time as microseconds since 1970."""
        if type_name == ISO_TEXT:
            return self.time_of_text.format(column)
        if type_name in {SPELT_TEXT, CLOCK_TEXT}:
            return self.moment(column, of_day=type_name == CLOCK_TEXT)
        other = self.microseconds[""]
        return self.microseconds.get(type_name, other).format(column)

    def moment(self, text: str, *, of_day: bool = False) -> str:
        """Return the SQL that reads rewritten text as microseconds since 1970, or midnight."""
        text = self.joined.format("'1970-01-01 '", text) if of_day else text
        return (self.time_of_spelt or self.time_of_text).format(text)

    def _text(self, value: str) -> str:
        if self.pads and value.endswith(" "):
            return f"({self.text.format('NULL')})"  # which equals nothing
        first, *others = (self._between_zeros(part) for part in value.split("\0"))
        found = first
        for other in others:
            found = self.joined.format(self.joined.format(found, self.zero_character), other)
        return f"({found})"

    def _between_zeros(self, part: str) -> str:
        if self.hex_text and not _PLAIN.issuperset(part):
            return self.hex_text.format(part.encode(self.hex_of).hex())
        return "'" + part.replace("'", "''") + "'"
