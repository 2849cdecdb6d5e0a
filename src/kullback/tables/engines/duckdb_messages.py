"""What DuckDB says of a file that it cannot read, in one line."""

import re

_LINE = re.compile(r"CSV Error on Line: (\d+)")
_CAUSE = re.compile(
    r"^(Expected Number of Columns.*|Value with unterminated quote.*|Invalid unicode.*|"
    r"Error when converting.*|Could not convert.*|Maximum line size.*)$",
    re.MULTILINE,
)


def one_line(error: Exception) -> str:
    r"""Return the place and the cause; without them, the first line.

    Examples
    --------
    >>> text = "Invalid Input Error: CSV Error on Line: 4\nOriginal Line: 5\n"
    >>> one_line(ValueError(text + "Expected Number of Columns: 2 Found: 1\nPossible fixes:"))
    'line 4: expected 2 columns, found 1'
    """
    text = str(error)
    line, cause = _LINE.search(text), _CAUSE.search(text)
    if cause is None:
        return text.split("\n", maxsplit=1)[0].removeprefix("Invalid Input Error: ").strip()
    said = re.sub(
        r"Expected Number of Columns: (\d+) Found: (\d+)",
        r"expected \1 columns, found \2",
        cause.group(),
    )
    return f"line {line.group(1)}: {said}" if line else said
