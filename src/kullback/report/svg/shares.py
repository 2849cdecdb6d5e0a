"""Two distributions as SVG: density over shared bins, bars side by side, contributions below."""

import math
from collections.abc import Iterator

from kullback.report.blocks.charts import Shares, in_other_unit, other_unit
from kullback.report.svg import axis_labels
from kullback.report.svg import bins_layout as layout
from kullback.report.svg import writer as svg
from kullback.report.svg.bins_layout import Placed
from kullback.units import format_number

WIDTH = 320.0
TOP, BASE, LABELS = 14.0, 92.0, 104.0  # head-room for words, foot of the bars, words below
MIDDLE, HALF = 138.0, 20.0  # of the contributions
HEIGHT = 186.0
NAME = 56.0  # the room that the name of a category may take beside its slot
LEAST = 0.25  # shorter bars are not drawn
SMALL = (92.0, 23.0)
SURPRISE = 76.0  # the height that the surprises take, where there are some
MARK = 2.5


def shares(chart: Shares, width: float = WIDTH) -> str:
    """Draw two distributions: the reference as a grey area, the current one as a blue line.

    Parameters
    ----------
    chart : Shares
        What to draw.
    width : float
        Of the picture; its height is fixed.

    Returns
    -------
    str
        One ``<svg>``; contributions point up where P has more than Q, down where it has less.
    """
    placed = layout.place(chart, width)
    down = SURPRISE if any(part.surprise for part in chart.parts) else 0.0
    bodies = "".join(_bodies(placed, TOP, BASE)) + svg.line(0, BASE, width, BASE)
    content = [
        f'<g id="{chart.key}">{bodies}</g>' if chart.key else bodies,
        *_axis_words(chart, placed, width),
        *(_surprises(chart, placed, width) if down else ()),
        *_contributions(chart, placed, width, down),
    ]
    spots = [(place.x1, place.x2) for place in placed]
    said, alt = sentence(chart)
    return svg.picture((width, HEIGHT + down), content, label=said, alt=alt, spots=spots)


def sparkline(chart: Shares) -> str:
    """Draw the same shares without words, for the row of a table."""
    width, height = SMALL
    bodies = _bodies(layout.place(chart, width), 1, height - 1)
    return svg.picture(SMALL, [*bodies, svg.line(0, height - 1, width, height - 1)])


def repeated(chart: Shares) -> str:
    """Draw the same shares small, by the name of a picture that the page holds anyway."""
    return (
        f'<svg viewBox="0 {TOP - 1:g} {WIDTH:g} {BASE - TOP + 2:g}" width="{SMALL[0]:g}" '
        f'aria-hidden="true"><use href="#{chart.key}"/></svg>'
    )


def sentence(chart: Shares) -> tuple[str, str]:
    """Say what the picture shows, for who does not see it, and its number in the other unit."""
    text = f"{chart.title}: shares of {len(chart.parts)} outcomes"
    if not chart.parts:
        return text, ""
    most = max(chart.parts, key=lambda part: part.contribution)
    amount, other = amounts(most.contribution, chart.unit, 3)
    shares = f"{_percent(most.p)} of P, {_percent(most.q)} of Q"
    said = f"{text}; the largest contribution is {amount}, of {most.label}: {shares}"
    return said, f"{amount}|{other}" if other else ""


def _percent(share: float) -> str:
    return f"{format_number(100 * share, 3)} %"


def _bodies(placed: list[Placed], top: float, base: float) -> Iterator[str]:
    """Draw what stands on the axis: bins as an area and a step line, the others as pairs."""
    rise = base - top
    bins = [place for place in placed if place.kind == "bin"]
    area = [(b.x1, b.x2, base - b.q * rise) for b in bins]
    outline = [(b.x1, b.x2, base - b.p * rise) for b in bins]
    yield svg.path(svg.steps(area, base, closed=True), "q")
    for kind in ("pin", "slot"):
        pairs = [place for place in placed if place.kind == kind]
        if pairs:
            half = _half(pairs[0])
            middles = [(place.x1 + place.x2) / 2 for place in pairs]
            left = ((x - half / 2, p.q * rise) for x, p in zip(middles, pairs, strict=True))
            right = ((x + half / 2, p.p * rise) for x, p in zip(middles, pairs, strict=True))
            yield svg.bars(left, base, half, "q-bars") + svg.bars(right, base, half, "p-bars")
    yield svg.path(svg.steps(outline, base, closed=False), "p-line")


def _half(place: Placed) -> float:
    """Return the width of one of the two bars of a place."""
    return 0.4 * min(place.x2 - place.x1, 60)


def _axis_words(chart: Shares, placed: list[Placed], width: float) -> Iterator[str]:
    slots = [place for place in placed if place.kind == "slot"]
    said: list[tuple[float, str]] = []
    if len(slots) < len(placed):
        end = layout.axis_end(chart, width)
        along = layout.axis_scale(chart, end)
        found = axis_labels.along(*layout.axis_ends(chart), chart.axis)
        said += svg.apart(((along(value), words) for value, words in found), end)
    said += svg.apart(_slot_names(slots), width)
    yield svg.words(said, LABELS)
    if len(slots) < len(placed):
        yield svg.text(0, 9, f"density{' on a log axis' if chart.axis == 'log' else ''}")
    if any(place.kind != "bin" for place in placed):
        yield svg.text(width, 9, f"bars: 0 to {_percent(layout.highest(chart))}", anchor="end")


def _slot_names(slots: list[Placed]) -> Iterator[tuple[float, str]]:
    """Yield where names go; where they are wider than their slots, only some will fit."""
    for place in (slot for slot in slots if not slot.part.rest):
        room = max(NAME, place.x2 - place.x1 - 2)
        yield (place.x1 + place.x2) / 2, svg.fitted(place.part.label, room)


def _contributions(chart: Shares, placed: list[Placed], width: float, down: float) -> Iterator[str]:
    middle, foot = MIDDLE + down, HEIGHT + down - 4
    drawn = [place for place in placed if not place.part.rest]
    more = [place for place in drawn if place.part.p > place.part.q]
    fewer = [place for place in drawn if place.part.p < place.part.q]
    yield from _amounts_of(more, chart.scale, middle, "more")
    yield from _amounts_of(fewer, chart.scale, middle, "fewer")
    yield svg.line(0, middle, width, middle)
    yield from _beyond(chart, more, middle - HALF - 2, width)
    yield from _beyond(chart, fewer, middle + HALF + 9, width)
    yield svg.text(0, foot, f"contributions to KL({chart.names[0][0]}‖{chart.names[1][0]})")
    scale, other = amounts(chart.scale, chart.unit, 2)
    yield svg.text(width, foot, f"scale ±{scale}", anchor="end", alt=other and f"scale ±{other}")


def _amounts_of(placed: list[Placed], scale: float, middle: float, style: str) -> Iterator[str]:
    """Draw contributions: those of bins as one area, the others as bars."""
    sign = 1 if style == "more" else -1
    reach = [HALF * min(1.0, place.part.contribution / scale) for place in placed]
    bins = [
        (place.x1, place.x2, middle - sign * height)
        for place, height in zip(placed, reach, strict=True)
        if place.kind == "bin" and height >= LEAST
    ]
    yield svg.path(svg.steps(bins, middle, closed=True), style)
    for kind in ("pin", "slot"):
        bars = [(p, h) for p, h in zip(placed, reach, strict=True) if p.kind == kind and h >= LEAST]
        if bars:
            places = [((p.x1 + p.x2) / 2, sign * height) for p, height in bars]
            yield svg.bars(places, middle, 2 * _half(bars[0][0]), f"{style}-bars")


def _beyond(chart: Shares, placed: list[Placed], y: float, width: float) -> Iterator[str]:
    """Write the values of those bars that the common scale cuts, where there is room."""
    cut = [place for place in placed if place.part.contribution > 1.001 * chart.scale]
    values = {
        now.partition(" ")[0]: other.partition(" ")[0]
        for now, other in (amounts(place.part.contribution, chart.unit, 2) for place in cut)
    }
    places = ((place.x1 + place.x2) / 2 for place in cut)
    written = zip(places, (_first(place, chart.unit) for place in cut), strict=True)
    for x, now in svg.apart(written, width):
        other = values[now]
        yield svg.text(x, y, now, anchor="middle", alt=other if other != now else "")


def _first(place: Placed, unit: str) -> str:
    return amounts(place.part.contribution, unit, 2)[0].partition(" ")[0]


def amounts(value: float, unit: str, digits: int) -> tuple[str, str]:
    """Return a value with its unit, and in the other one; empty where there is none.

    Examples
    --------
    >>> amounts(1.0, "bits", 3), amounts(1.0, "", 3)
    (('1 bits', '0.693 nats'), ('1', ''))
    """
    now = f"{format_number(value, digits)} {unit}".strip()
    other = other_unit(unit)
    return now, other and f"{format_number(in_other_unit(value, unit), digits)} {other}"


def _surprises(chart: Shares, placed: list[Placed], width: float) -> Iterator[str]:
    """Draw −ln p and −ln q of each outcome; the line between them is the extra surprise."""
    title, top, base = LABELS + 18, LABELS + 28, LABELS + SURPRISE - 10
    finite = [s for place in placed for s in place.part.surprise or () if math.isfinite(s)]
    most = max([*finite, 1e-9])
    up = svg.scaled(0, most, base, top)
    own, other, between = "", "", ""
    for place in placed:
        p, q = place.part.surprise or (0.0, 0.0)
        x = (place.x1 + place.x2) / 2
        if math.isinf(p):  # it does not happen, and surprises nobody who believes P
            other += _level(x, up(q)) if math.isfinite(q) else ""
            continue
        if math.isinf(q):
            yield svg.text(x + 2 * MARK, top + 3, "∞")
        y_p, y_q = up(p), up(min(q, most))
        own += svg.box(x - MARK, x + MARK, y_p - MARK, y_p + MARK)
        other += _level(x, y_q)
        between += f"M{svg.number(x)} {svg.number(y_p)}V{svg.number(y_q)}"
    yield svg.path(between, "axis") + svg.path(other, "q") + svg.path(own, "p")
    yield svg.line(0, base, width, base)
    yield svg.text(0, title, "surprise of who believes P (square) and Q (bar)")
    now, then = amounts(most, chart.unit, 3)
    yield svg.text(width, title, f"0 to {now}", anchor="end", alt=then and f"0 to {then}")


def _level(x: float, y: float) -> str:
    return svg.box(x - 3 * MARK, x + 3 * MARK, y - 1, y + 1)


def legend(kind: str) -> str:
    """Return the sign that stands for a shape in a legend."""
    drawn = {
        "q": svg.path(svg.box(0, 14, 2, 12), "q"),
        "p": svg.path("M0 7H14", "p-line"),
        "more": svg.path(svg.box(2, 12, 2, 12), "more"),
        "fewer": svg.path(svg.box(2, 12, 2, 12), "fewer"),
    }
    return svg.picture((14, 14), [drawn[kind]])
