"""The pictures of language models compared token by token, of one model or of two."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from kullback.report.blocks.chart_tables import as_table
from kullback.report.blocks.charts import Histogram
from kullback.report.blocks.diagrams import Dots, Place
from kullback.report.blocks.document import Column, Figure, Row, Table

if TYPE_CHECKING:
    from kullback.lm.tokens.comparison import Bucket, LMComparison

NAMES = {0.0: "least", 50.0: "median", 100.0: "most"}
SIDES = ("first", "second")  # of two models against one base
Buckets = Callable[["LMComparison"], "tuple[Bucket, ...]"]


def pictures(models: "tuple[LMComparison, ...]") -> tuple[Figure, ...]:
    """Return the pictures of one model, or of two side by side.

    Parameters
    ----------
    models : tuple of LMComparison
        One or two, against the same base on the same tokens.

    Returns
    -------
    tuple of Figure
        How KL is distributed, its percentiles, and KL by the base's confidence and by place;
        what is not known is left out.
    """
    confidence = _means(
        models, lambda c: c.by_confidence, "base's top probability", "the base's confidence"
    )
    position = _means(models, lambda c: c.by_position, "place in its chunk", "place")
    return (*_sizes(models), _percentiles(models), *confidence, *position)


def _percentile(percent: float) -> str:
    return NAMES.get(percent, f"{percent:g} %")


def _names(models: "tuple[LMComparison, ...]") -> tuple[str, ...]:
    return SIDES if len(models) > 1 else ("",)


def _sizes(models: "tuple[LMComparison, ...]") -> Iterator[Figure]:
    """Yield the histogram of what is above 0 on its logarithmic axis, and say what is not."""
    edges = sorted({e for c in models for b in c.by_size for e in (b.low, b.high) if e > 0})
    if len(edges) < 2:
        return
    found = [{b.low: b.n for b in c.by_size} for c in models]
    counts = [tuple(float(sizes.get(low, 0)) for low in edges[:-1]) for sizes in found]
    below = [sizes.get(0.0, 0) for sizes in found]
    title = "KL(base‖model) of tokens"
    if any(below):
        least = f"{edges[0]:.2g}".replace("-", "−")
        title += f"; {' and '.join(f'{n:,}' for n in below)} below {least} {models[0].unit}"
    if any(c.percentiles[100.0] > edges[-1] for c in models):
        title += f"; what is above {edges[-1]:.3g} is in the last bin"
    two = len(models) > 1
    chart = Histogram(
        title,
        tuple(edges),
        counts[0],
        models[0].unit,
        marks=() if two else _marks(models[0]),
        others=counts[1] if two else (),
        names=SIDES if two else (),
    )
    yield Figure(chart, replace(as_table(chart), detail=True))


def _marks(comparison: "LMComparison") -> tuple[tuple[float, str], ...]:
    found, mean = comparison.percentiles, comparison.kl.value
    marks = ((found[50.0], "median"), (mean, "mean"), (found[99.0], "99 %"))
    return tuple(mark for mark in marks if math.isfinite(mark[0]))


def _percentiles(models: "tuple[LMComparison, ...]") -> Figure:
    names = _names(models)
    percents = tuple(models[0].percentiles)
    places = tuple(
        Place(_percentile(p), tuple(float(c.percentiles[p]) for c in models)) for p in percents
    )
    title = "Percentiles of KL(base‖model) a token"
    short = tuple(place._replace(label=f"{p:g}") for p, place in zip(percents, places, strict=True))
    unit = models[0].unit
    chart = Dots(title, short, names, unit, _axis(places), along="percentile")
    columns = (
        Column("percentile", "word"),
        *(Column(side or f"KL ({unit})", "number", bar=True) for side in names),
    )
    rows = tuple((place.label, *place.values) for place in places)
    return Figure(chart, Table(columns, rows, f"{title}{f', in {unit}' * (len(models) > 1)}"))


def _means(
    models: "tuple[LMComparison, ...]", read: Buckets, along: str, by: str
) -> Iterator[Figure]:
    """Yield the mean KL of each range; ranges are the base's, and the same for all models."""
    sides = [read(c) for c in models]
    if not sides[0]:
        return
    places = tuple(
        Place(_range(buckets[0]), tuple(b.kl for b in buckets), tuple(map(_interval, buckets)))
        for buckets in zip(*sides, strict=True)
    )
    title, unit = f"Mean KL by {by}", models[0].unit
    # Means of two models, or of sure and unsure tokens, are decades apart.
    axis = _axis(places) if len(models) > 1 or by != "place" else "linear"
    chart = Dots(title, places, _names(models), unit, axis, _borders(sides[0]), along)
    yield Figure(chart, _table_of_means(sides, along, title, unit))


def _axis(places: tuple[Place, ...]) -> Literal["linear", "log"]:
    """Return a logarithmic axis, unless nothing has a place on one."""
    return "log" if any(value for place in places for value in place.values) else "linear"


def _table_of_means(sides: "list[tuple[Bucket, ...]]", along: str, title: str, unit: str) -> Table:
    if len(sides) > 1:
        return _table_of_two(sides, along, f"{title}, in {unit}")
    columns = (
        Column(along, "word"),
        Column("tokens", "count"),
        Column("same top", "number"),
        Column(f"mean KL ({unit})", "number", bar=True),
        Column("95 % from", "number"),
        Column("to", "number"),
    )
    rows = tuple((*_counted(b), b.same_top, *_mean(b)) for b in sides[0])
    return Table(columns, rows, title)


def _table_of_two(sides: "list[tuple[Bucket, ...]]", along: str, title: str) -> Table:
    columns = [Column(along.replace("probability", "p"), "word"), Column("tokens", "count")]
    for side in SIDES:
        columns += [Column(words, "number") for words in (side, "95 % from", "to")]
    rows = tuple((*_counted(a), *_mean(a), *_mean(b)) for a, b in zip(*sides, strict=True))
    return Table(tuple(columns), rows, title)


def _counted(bucket: "Bucket") -> Row:
    return _range(bucket), float(bucket.n)


def _mean(bucket: "Bucket") -> Row:
    return bucket.kl, *(_interval(bucket) or (None, None))


def _interval(bucket: "Bucket") -> tuple[float, float] | None:
    return None if bucket.interval is None else (bucket.interval.low, bucket.interval.high)


def _alone(bucket: "Bucket") -> bool:
    """Whether the range is one place of a chunk."""
    return bucket.high - bucket.low == 1


def _range(bucket: "Bucket") -> str:
    if _alone(bucket):
        return f"{bucket.low:g}"
    return f"{bucket.low:g} to {bucket.high:g}"


def _borders(buckets: "tuple[Bucket, ...]") -> tuple[str, ...]:
    if all(map(_alone, buckets)):
        return ()
    ends = [bucket.low for bucket in buckets] + [buckets[-1].high]
    return tuple(f"{end:g}" for end in ends)
