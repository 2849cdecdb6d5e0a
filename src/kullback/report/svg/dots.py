"""Values over places in order as SVG: dots with intervals, on a linear or a logarithmic axis."""

import math
from collections.abc import Callable, Iterator

from kullback.report.blocks.diagrams import Dots, Place
from kullback.report.svg import axis_labels
from kullback.report.svg import writer as svg
from kullback.units import format_number

WIDTH, HEIGHT = 420.0, 210.0
LEFT, RIGHT, TOP, BASE = 48.0, 416.0, 24.0, 170.0
WORDS, FOOT = BASE + 13, HEIGHT - 6
DECADES = 8  # a logarithmic axis goes so far below the largest value
BEYOND = 2.5  # an interval is drawn up to so many times the largest value
LEAST, MOST = 1e-300, 1e300  # nearer to 0 is 0, and further away infinite, in a picture
Scale = Callable[[float], float]


def dots(chart: Dots) -> str:
    """Draw each side's values, the first as blue discs, the second as orange diamonds."""
    low, high = _ends(chart)
    up = _scale(chart, low, high)
    slot = (RIGHT - LEFT) / max(1, len(chart.places))
    starts = [LEFT + slot * i for i in range(len(chart.places))]
    content = [*_frame(chart, low, high, up)]
    for side in range(len(chart.names)):
        shift = slot / 2 + (side - (len(chart.names) - 1) / 2) * min(slot / 3, 12)
        content += _side(chart, side, [x + shift for x in starts], up)
    content += [*_along(chart, slot), *signs(chart.names, LEFT)]
    spots = [(x, x + slot) for x in starts]
    return svg.picture((WIDTH, HEIGHT), content, label=_sentence(chart), spots=spots)


def signs(names: tuple[str, ...], x: float) -> Iterator[str]:
    """Yield the sign and the name of each of two sides, in one line at the top."""
    for side, words in enumerate(names if len(names) > 1 else ()):
        yield marker(side, [(x + 8, 7)])
        yield svg.text(x + 16, 10, svg.fitted(words, 150))
        x += 34 + min(150, len(words) * svg.LETTER)


def marker(side: int, places: list[tuple[float, float]], size: float = 7) -> str:
    """Return discs of the first side, or diamonds of the second."""
    if side == 0:
        spots = "".join(f"M{svg.number(x)} {svg.number(y)}h0" for x, y in places)
        line = f'stroke-width="{svg.number(size)}" stroke-linecap="round" d='
        return svg.path(spots, "p-bars").replace("d=", line, 1)
    r = svg.number(size * 0.62)
    spots = "".join(
        f"M{svg.number(x)} {svg.number(y - size * 0.62)}l{r} {r}l-{r} {r}l-{r} -{r}z"
        for x, y in places
    )
    return svg.path(spots, "more")


def whiskers(side: int, spans: list[tuple[float, float, float]]) -> str:
    """Return upright lines (x, from, to); one that is cut at the top ends in an arrow."""
    steps = "".join(
        f"M{svg.number(x)} {svg.number(y1)}V{svg.number(max(y2, TOP))}"
        + (f"M{svg.number(x - 2.5)} {svg.number(TOP + 3)}l2.5 -3l2.5 3" if y2 < TOP else "")
        for x, y1, y2 in spans
    )
    style = ("p-bars", "more-bars")[side]
    return svg.path(steps, style).replace("d=", 'stroke-width="1.5" fill="none" d=', 1)


def _ends(chart: Dots) -> tuple[float, float]:
    found = [v for place in chart.places for v in place.values if v is not None]
    values = [v for v in found if LEAST < v < MOST] or [1.0]
    spans = [span for place in chart.places for span in place.intervals if span is not None]
    most = max(values)
    high = max(most, min(BEYOND * most, max((high for _, high in spans), default=0.0)))
    if chart.axis == "linear":
        return 0.0, high
    lows = [max(low, min(values) / BEYOND) for low, _ in spans]
    least = max(min([*values, *lows]), most / 10**DECADES)
    return _rounds(min(least, high / 2))[0], _rounds(high)[1]


def _rounds(value: float) -> tuple[float, float]:
    """Return the last and the next of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    round_ones = [power * f for f in (1, 2, 5, 10)]
    below = max(v for v in round_ones if v <= value * (1 + 1e-9))
    return below, min(v for v in round_ones if v >= value * (1 - 1e-9))


def _scale(chart: Dots, low: float, high: float) -> Scale:
    if chart.axis == "linear":
        return svg.scaled(low, high, BASE, TOP)
    straight = svg.scaled(math.log(low), math.log(high), BASE, TOP)
    return lambda value: straight(math.log(max(value, low)))


def _frame(chart: Dots, low: float, high: float, up: Scale) -> Iterator[str]:
    values = (v for place in chart.places for v in place.values if v is not None)
    cut = chart.axis == "log" and min(values, default=low) < low
    if cut:
        yield svg.text(LEFT - 5, BASE + 3.5, f"≤{axis_labels.short(low)}", anchor="end")
    for value in _ticks(chart, low, high):
        if not cut or up(value) < BASE - 11:  # the foot has its own words
            yield svg.text(LEFT - 5, up(value) + 3.5, axis_labels.short(value), anchor="end")
            yield svg.line(LEFT, up(value), RIGHT, up(value), "grid")
    yield svg.line(LEFT, BASE, RIGHT, BASE)
    yield svg.text(2, 10, chart.unit) if chart.unit else ""


def _ticks(chart: Dots, low: float, high: float) -> list[float]:
    if chart.axis == "linear":
        return svg.ticks(low, high)
    powers = svg.decades(low, high)
    if len(powers) > 2:
        return powers
    first, last = math.floor(math.log10(low)), math.floor(math.log10(high)) + 1
    found = (factor * 10.0**power for power in range(first, last) for factor in (1, 2, 5))
    return [value for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]


def _side(chart: Dots, side: int, centres: list[float], up: Scale) -> Iterator[str]:
    spans, spots = [], []
    for place, x in zip(chart.places, centres, strict=True):
        value = place.values[side]
        span = place.intervals[side] if place.intervals else None
        if value is None or math.isnan(value):
            continue
        if value >= MOST:
            yield svg.text(x, TOP + 4, "∞", anchor="middle")
            continue
        spots.append((x, up(value)))
        if span is not None:
            spans.append((x, up(span[0]), up(span[1])))
    yield whiskers(side, spans)
    yield marker(side, spots)


def _along(chart: Dots, slot: float) -> Iterator[str]:
    shift = 0.0 if chart.borders else slot / 2
    labels = chart.borders or tuple(place.label for place in chart.places)
    places = [LEFT + slot * i + shift for i in range(len(labels))]
    if chart.borders:
        ticks = "".join(f"M{svg.number(x)} {svg.number(BASE)}v3" for x in places)
        yield svg.path(ticks, "axis")
    said = ((x, svg.fitted(label, 90)) for x, label in zip(places, labels, strict=True))
    yield svg.words(svg.apart(said, WIDTH), WORDS)
    yield svg.text(RIGHT, FOOT, chart.along, anchor="end") if chart.along else ""


def _sentence(chart: Dots) -> str:
    text = f"{chart.title}: {len(chart.places)} places along {chart.along or 'an order'}"
    known = [place for place in chart.places if _first(place) is not None]
    if not known:
        return text
    most = max(known, key=lambda place: _first(place) or 0.0)
    amount = f"{format_number(_first(most) or 0.0, 3)} {chart.unit}".strip()
    of = f" of {chart.names[0]}" if len(chart.names) > 1 else ""
    return f"{text}; the largest value{of} is {amount}, at {most.label}"


def _first(place: Place) -> float | None:
    return place.values[0]
