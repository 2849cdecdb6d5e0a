"""How soon alibi-detect's online MMD finds a shift, in the setting of `benchmarks.monitor`.

It needs `alibi-detect[torch]`, whose dependencies are older than ours, so it runs in an
environment of its own: `python -m benchmarks.online_mmd`. Windows of 500 rows are given by their
scaled means, as CUSUM has them, and 40 windows are the reference; its run is set to 365 windows, by
a simulation of 3 650 bootstraps with the last 10 windows at a time. A row each, so that its run
would be 182 500 rows, is more than it can be set up for. The shift begins with window 50; medians
of 5 streams.
"""

import sys
import time

import numpy as np

SHIFTS = (0.1, 0.25, 0.5, 1.0)
ROWS, RUN, LAST = 500, 365, 10


def delay(shift: float, seed: int) -> tuple[float, float]:
    """Return after how many windows a shift is found, and the seconds that setting up took."""
    from alibi_detect.cd import MMDDriftOnline

    rng = np.random.default_rng([seed, 7])

    def window(by: float) -> np.ndarray:
        mean = rng.normal(by, size=ROWS).mean() * np.sqrt(ROWS)
        return np.array([mean], dtype=np.float32)

    begun = time.perf_counter()
    settings = {"n_bootstraps": 10 * RUN, "backend": "pytorch", "verbose": False}
    detector = MMDDriftOnline(np.stack([window(0.0) for _ in range(40)]), RUN, LAST, **settings)
    seconds = time.perf_counter() - begun
    for look in range(250):
        found = detector.predict(window(shift if look >= 50 else 0.0))["data"]["is_drift"]
        if found and look >= 50:
            return look - 49, seconds
    return np.inf, seconds


def main() -> None:
    """Print a line a shift."""
    try:
        import alibi_detect  # noqa: F401  asked for by name
    except ImportError:
        sys.exit("alibi-detect is not installed here")
    print("| shift (sd) | online MMD | s to set up |\n|---|---|---|")
    for shift in SHIFTS:
        found = [delay(shift, seed) for seed in range(5)]
        windows, seconds = (np.median(part) for part in zip(*found, strict=True))
        print(f"| {shift} | {windows:g} | {seconds:.0f} |")


if __name__ == "__main__":
    main()
