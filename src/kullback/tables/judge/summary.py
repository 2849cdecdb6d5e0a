"""What a reader asks of a column first: its mean, median and ends, before and now."""

from collections.abc import Iterator

import numpy as np

from kullback.tables.judge import effect, reasons
from kullback.tables.profiles.bins import parted
from kullback.tables.profiles.grid import in_columns
from kullback.tables.profiles.identity import known_values
from kullback.tables.profiles.profile import ColumnProfile, Listed
from kullback.tables.results.column_facts import BeforeAndNow

MIDDLE = (0.05, 0.95)


def summary(reference: ColumnProfile, current: ColumnProfile) -> tuple[BeforeAndNow, ...]:
    """Return mean, median, middle 90 %, distinct and missing values, as far as they are known.

    Parameters
    ----------
    reference, current : ColumnProfile
        Of one column, in the same bins.
    """
    return (*_of_numbers(reference, current), *_of_values(reference, current))


def _of_numbers(reference: ColumnProfile, current: ColumnProfile) -> Iterator[BeforeAndNow]:
    write = effect.writer(reference.kind)
    q, p = mean(reference), mean(current)
    if q is not None and p is not None:
        yield BeforeAndNow("mean", q, p, f"{write(q)} → {write(p)}")
    cells = effect.number_cells(reference, current)
    found = cells and effect.quantiles(cells)
    if found:
        q, p = found[0.5]
        yield BeforeAndNow("median", float(q), float(p), f"{write(q)} → {write(p)}")
        low, high = (found[share] for share in MIDDLE)
        before, now = (f"{write(a)} to {write(b)}" for a, b in zip(low, high, strict=True))
        widths = [float(b) - float(a) for a, b in zip(low, high, strict=True)]
        yield BeforeAndNow("5 to 95 %", widths[0], widths[1], f"{before} → {now}")


def _of_values(reference: ColumnProfile, current: ColumnProfile) -> Iterator[BeforeAndNow]:
    sides = reference, current
    kept = [known_values(side) for side in sides]
    if all(kept):
        counts = [len(values) << level for level, values in filter(None, kept)]
        about = "about " if any(level for level, _ in filter(None, kept)) else ""
        said = " → ".join(f"{about}{count:,}" for count in counts)
        yield BeforeAndNow("distinct", float(counts[0]), float(counts[1]), said)
    shares = [side.missing / max(1, side.rows) for side in sides]
    if any(shares):
        yield BeforeAndNow(
            "missing", shares[0], shares[1], " → ".join(map(reasons.percent, shares))
        )


def mean(column: ColumnProfile) -> float | None:
    """Return the mean of numbers and times, each cell at its middle; None where bins are open.

    A cell of a profile is at most .8 % of its value wide, so that the mean of values of one sign
    is right to .4 %; where values are listed it is exact.

    Parameters
    ----------
    column : ColumnProfile
        What is kept of it.
    """
    if column.grid is not None:
        cells = in_columns(column.grid.cells)
        if column.atoms:
            cells = in_columns(parted(cells, column.atoms))
        middles, rows = cells.low.astype(float) / 2 + cells.high.astype(float) / 2, cells.rows
    elif isinstance(column.body, Listed) and not column.body.other:
        counts = {v: n for v, n in column.body.counts.items() if not isinstance(v, str | bool)}
        middles, rows = np.array([*map(float, counts)]), np.array([*counts.values()])
    else:
        return None
    return float(middles @ (rows / rows.sum())) if rows.sum() else None
