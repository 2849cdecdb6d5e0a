"""A small SVG writer: tags, short numbers, and the colours and sizes that pictures share.

Colours are presentation attributes, so that a page whose styles are blocked still shows
them; styles may replace them (dark pages, forced colours), by the class of a shape.
"""

import math
from collections.abc import Callable, Iterable
from html import escape

from kullback.report.blocks.label import shorten, visible

REFERENCE, CURRENT = "#b8bec9", "#0072b2"
MORE, FEWER = "#d55e00", "#009e73"
AXIS = "#8a93a3"
VERDICT_COLOURS = {"drifted": "#d55e00", "undecided": "#b07d00", "same": "#009e73"}
VERDICT_COLOURS |= {"retyped": "#d55e00"}
CURVES = ("#0072b2", "#d55e00", "#009e73", "#8a5a83")
FONT = 12
LETTER = 7.2  # the width of an average letter at this size

# Shapes by what they mean: class, and the attributes that hold without styles.
STYLES: dict[str, str] = {
    "q": f'class="q" fill="{REFERENCE}"',
    "p": f'class="p" fill="{CURRENT}"',
    "p-line": f'class="pl" fill="none" stroke="{CURRENT}" stroke-width="1.6"',
    "more": f'class="m" fill="{MORE}"',
    "fewer": f'class="f" fill="{FEWER}"',
    "q-bars": f'class="qb" stroke="{REFERENCE}"',
    "p-bars": f'class="pb" stroke="{CURRENT}"',
    "more-bars": f'class="mb" stroke="{MORE}"',
    "fewer-bars": f'class="fb" stroke="{FEWER}"',
    "axis": f'class="x" stroke="{AXIS}"',
    "grid": f'stroke="{AXIS}" stroke-opacity=".25"',
    "limit": 'stroke="currentColor" stroke-dasharray="2 2"',
    **{
        verdict: f'class="{verdict}" stroke="{colour}" stroke-width="2"'
        for verdict, colour in VERDICT_COLOURS.items()
    },
}


def number(value: float) -> str:
    """Write a coordinate: one decimal at most, and no needless sign or zero.

    Examples
    --------
    >>> number(12.04), number(-0.01), number(3.25), number(-0.5)
    ('12', '0', '3.2', '-.5')
    """
    rounded = round(value, 1)
    if not rounded or abs(rounded) >= 1e5:
        return str(round(rounded))
    written = f"{rounded:g}"
    return written.replace("0.", ".", 1) if abs(rounded) < 1 else written


def text(x: float, y: float, words: str, *, anchor: str = "", alt: str = "") -> str:
    """Return words at a place; `alt` is what they become in the other unit."""
    places = f'x="{number(x)}" y="{number(y)}"'
    places += f' text-anchor="{anchor}"' if anchor else ""
    places += f' data-u="{_safe(alt)}"' if alt else ""
    return f"<text {places}>{_safe(words)}</text>"


def words(places: Iterable[tuple[float, str]], y: float) -> str:
    """Return words centred at places of one line.

    Examples
    --------
    >>> words([(10.2, "a"), (30, "b")], 104)
    '<text y="104" text-anchor="middle"><tspan x="10">a</tspan><tspan x="30">b</tspan></text>'
    """
    drawn = "".join(f'<tspan x="{round(x)}">{_safe(said)}</tspan>' for x, said in places)
    return f'<text y="{number(y)}" text-anchor="middle">{drawn}</text>' if drawn else ""


def path(steps: str, style: str) -> str:
    """Return a path in one of `STYLES`."""
    return f'<path {STYLES[style]} d="{steps}"/>' if steps else ""


def line(x1: float, y1: float, x2: float, y2: float, style: str = "axis") -> str:
    """Return a straight line."""
    end = f"H{number(x2)}" if y1 == y2 else f"L{number(x2)} {number(y2)}"
    return path(f"M{number(x1)} {number(y1)}{end}", style)


def box(x1: float, x2: float, y1: float, y2: float) -> str:
    """Return the steps of a rectangle between two corners, for `path`."""
    x, y = number(min(x1, x2)), number(min(y1, y2))
    width, height = number(abs(x2 - x1)), number(abs(y2 - y1))
    return f"M{x} {y}h{width}v{height}h-{width}z" if width != "0" and height != "0" else ""


def picture(
    size: tuple[float, float],
    content: Iterable[str],
    *,
    label: str = "",
    alt: str = "",
    spots: Iterable[tuple[float, float]] = (),
) -> str:
    """Return one ``<svg>`` that needs nothing from outside.

    Parameters
    ----------
    size : (float, float)
        Width and height, in the units of the coordinates.
    content : iterable of str
        What is in it.
    label : str
        One sentence for who does not see it; without one it is decoration.
    alt : str
        What its number becomes in the other unit: ``now|then``.
    spots : iterable of (float, float)
        Where each outcome lies, from left to right; makes the picture one to walk through.

    Returns
    -------
    str
        The element.
    """
    width, height = map(number, size)
    said = 'aria-hidden="true"'
    if label:
        said = f'role="img" aria-label="{_safe(label, 400)}"'
        said += f' data-say="{_safe(alt)}"' if alt else ""
    walked = chains(spots)
    said += f' tabindex="0" data-x="{walked}"' if walked else ""
    drawn = "".join(content)
    # Without styles a picture needs its size and its font from attributes.
    font = f' font-family="system-ui,sans-serif" font-size="{FONT}" fill="currentColor"'
    head = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f"<svg {head} {said}{font if '<text' in drawn else ''}>{drawn}</svg>"


def bars(places: Iterable[tuple[float, float]], foot: float, width: float, style: str) -> str:
    """Return upright bars of one width at (x, height): strokes take fewer bytes than boxes.

    Examples
    --------
    >>> bars([(10, 5), (30, 0)], 20, 8, "q-bars")
    '<path class="qb" stroke="#b8bec9" stroke-width="8" d="M10 20v-5"/>'
    """
    drawn = "".join(
        f"M{number(x)} {number(foot)}v{number(-height)}"
        for x, height in places
        if number(height) != "0"
    )
    return path(drawn, style).replace(" d=", f' stroke-width="{number(width)}" d=', 1)


def chains(spots: Iterable[tuple[float, float]]) -> str:
    """Write intervals by their borders; a comma where two of them do not touch.

    Many of one width are their ends and how many there are.

    Examples
    --------
    >>> chains([(0, 5), (5, 9.5), (20, 30)]), chains([(i, i + 1) for i in range(9)])
    ('0 5 9.5,20 30', '0 9/9')
    """
    found: list[list[float]] = []
    for start, end in spots:
        if not found or abs(found[-1][-1] - start) > 0.05:
            found.append([start])
        found[-1].append(end)
    return ",".join(map(_chain, found))


def _chain(borders: list[float]) -> str:
    count = len(borders) - 1
    width = (borders[-1] - borders[0]) / count
    even = all(abs(b - borders[0] - i * width) < 0.05 for i, b in enumerate(borders))
    if even and count > 3:
        return f"{number(borders[0])} {number(borders[-1])}/{count}"
    return " ".join(map(number, borders))


def fitted(words: str, room: float) -> str:
    """Return `words` cut in the middle to the room there is: names often differ at their end.

    Examples
    --------
    >>> fitted("category 12", 60), fitted("reference", 12), fitted("ab", 13)
    ('categ…12', '', '')
    """
    letters = int(room / LETTER)
    if len(words) <= letters:
        return words
    tail = (letters - 1) // 3
    return f"{words[: letters - 1 - tail]}…{words[len(words) - tail :]}" if letters >= 3 else ""


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Return round numbers between two ends, at most `count` + 1 of them.

    Examples
    --------
    >>> ticks(0, 10), ticks(0.13, 0.77)
    ([0.0, 5.0, 10.0], [0.2, 0.4, 0.6])
    """
    span = high - low
    if not (span > 0 and math.isfinite(span)):
        return [low]
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * f for f in (1, 2, 5, 10) if power * f >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def decades(low: float, high: float, count: int = 5) -> list[float]:
    """Return powers of ten between two positive ends; every other one where they are many.

    Examples
    --------
    >>> decades(0.002, 30)
    [0.01, 0.1, 1.0, 10.0]
    """
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = max(1, math.ceil((last - first + 1) / count))
    return [10.0**power for power in range(first, last + 1, step)]


def scaled(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Return the line through (low, start) and (high, end).

    Examples
    --------
    >>> scaled(0, 2, 10, 20)(1.5)
    17.5
    """
    span = high - low
    ratio = (end - start) / span if span else 0.0
    return lambda value: start + (value - low) * ratio


def apart(labels: Iterable[tuple[float, str]], end: float) -> list[tuple[float, str]]:
    """Return those labels that do not run into each other, nor over the end; the last is kept.

    Examples
    --------
    >>> apart([(10, "10"), (12, "20"), (60, "30")], 100), apart([(10, "1"), (14, "rest")], 100)
    ([(10, '10'), (60, '30')], [(16.4, 'rest')])
    """
    placed = []
    for x, words in sorted(label for label in labels if label[1]):
        half = len(words) * LETTER / 2 + 2
        placed.append((min(max(x, half), end - half), half, words))
    kept: list[tuple[float, str]] = []
    free, last = -math.inf, placed[-1][0] - placed[-1][1] - LETTER if placed else 0.0
    for x, half, words in placed:
        if x - half >= free and (x + half <= last or words is placed[-1][2]):
            kept.append((x, words))
            free = x + half + LETTER
    return kept


def steps(bars: Iterable[tuple[float, float, float]], base: float, *, closed: bool) -> str:
    """Return a step line over (from, to, y), down to the base where bins do not touch.

    Examples
    --------
    >>> steps([(0, 5, 2), (5, 9, 4), (20, 21, 3)], 10, closed=True)
    'M0 10v-8h5v2h4v6h11v-7h1v7z'
    """
    drawn, x, y = "", 0.0, round(base, 1)
    for x1, x2, top in bars:
        start, end, height = round(x1, 1), round(x2, 1), round(top, 1)
        if not drawn:
            drawn = f"M{number(start)} {number(y)}"
        elif start != x:
            drawn += f"v{number(base - y)}h{number(start - x)}"
            y = round(base, 1)
        drawn += f"v{number(height - y)}h{number(end - start)}"
        x, y = end, height
    return f"{drawn}v{number(base - y)}{'z' if closed else ''}" if drawn else ""


def polyline(points: Iterable[tuple[float, float] | None]) -> str:
    """Return the steps of a line through points, broken where one is None."""
    drawn, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
        else:
            drawn.append(f"{pen}{number(point[0])} {number(point[1])}")
            pen = "L"
    return "".join(drawn)


def _safe(words: str, length: int = 200) -> str:
    text = escape(shorten(visible(words), length), quote=False)
    return text.replace('"', "&quot;")
