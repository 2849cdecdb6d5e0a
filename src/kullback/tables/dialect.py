"""How one engine spells things. Names and values enter SQL text here and nowhere else."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Dialect:
    """The spellings that differ from engine to engine."""

    quote: str = '"'
    float_type: str = "DOUBLE"
    text_type: str = "VARCHAR"
    is_nan: str = "isnan({0})"
    is_finite: str = "isfinite({0})"
    try_cast: str = "TRY_CAST({0} AS {1})"
    microseconds: str = "epoch_us({0})"
    zero_character: str = "chr(0)"
    parts: str | None = "SELECT unnest(string_split({0}, chr(31)))"  # of one text, where it can

    def identifier(self, name: str) -> str:
        """Return a name as quoted SQL."""
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"

    def literal(self, value: Any) -> str:
        """Return a value as SQL text that reads back as the same value."""
        match value:
            case bool():
                return "TRUE" if value else "FALSE"
            case int():
                return f"({value})"
            case float():
                return f"({value:.17e})"
            case Decimal():
                return f"({value:f})"
            case str():
                return self._text(value)
        raise TypeError(f"no SQL literal for {type(value).__name__}")

    def _text(self, value: str) -> str:
        quoted = ("'" + part.replace("'", "''") + "'" for part in value.split("\0"))
        return "(" + f" || {self.zero_character} || ".join(quoted) + ")"
