"""The field's signs, and what stands for them where a stream cannot hold them."""

from collections.abc import Callable

SIGNS = "‖∞−–…±≥≤→√·✗×Σ█▉▊▋▌▍▎▏▁▂▃▄▅▆▇’"

_IN_ASCII = str.maketrans(
    {
        "‖": "||",
        "∞": "inf",
        "−": "-",
        "–": "-",
        "…": "...",
        "±": "+/-",
        "≥": ">=",
        "≤": "<=",
        "→": "->",
        "√": "sqrt ",
        "·": "-",
        "✗": "x",
        "×": "x",
        "Σ": "sum ",
        "’": "'",
    }
    | dict.fromkeys("█▉▊▋▌▍▎▏", "#")
    | dict(zip("▁▂▃▄▅▆▇", "_.:-=+*", strict=True))
)


def for_encoding(encoding: str) -> Callable[[str], str]:
    """Return the function that makes a text fit for a stream of this encoding.

    Where one of our signs does not fit, all are written in ASCII, so that a page does not mix
    two spellings; what remains (names from data) is spelled out character by character.

    Examples
    --------
    >>> for_encoding("ascii")("KL(P‖Q) = ∞"), for_encoding("utf-8")("KL(P‖Q) = ∞")
    ('KL(P||Q) = inf', 'KL(P‖Q) = ∞')
    """
    try:
        SIGNS.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return lambda text: _spelled(text.translate(_IN_ASCII), encoding)
    return lambda text: text


def _spelled(text: str, encoding: str) -> str:
    try:
        return text.encode(encoding, "backslashreplace").decode(encoding)
    except LookupError:
        return text.encode("ascii", "backslashreplace").decode("ascii")
