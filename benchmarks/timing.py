"""Jobs side by side in one run: the machine may be noisy, so they take turns."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Job = Callable[[], object]

# The worker threads of OpenBLAS and OpenMP spin for a while after each job of theirs, on the
# cores that the next job needs: they are given the time to fall asleep. So do the cores, which
# takes them milliseconds to end: calls that are not counted wake them up.
REST = 0.1
WAKING = 0.15


def seconds(jobs: dict[str, Job], repeats: int = 11, calls: int = 1) -> dict[str, float]:
    """Return the median time of one call of each job, each after calls that are not counted."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(repeats):
        for name, job in jobs.items():
            time.sleep(REST)
            awake = time.perf_counter() + WAKING
            job()
            while time.perf_counter() < awake:
                job()
            start = time.perf_counter()
            for _ in range(calls):
                job()
            times[name].append((time.perf_counter() - start) / calls)
    return {name: statistics.median(each) for name, each in times.items()}


def spent(jobs: dict[str, Job], repeats: int = 25) -> dict[str, float]:
    """Return the lower quartile of the seconds of this thread alone that each job takes."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(repeats):
        for name, job in jobs.items():
            start = time.thread_time()
            job()
            times[name].append(time.thread_time() - start)
    return {name: sorted(each)[len(each) // 4] for name, each in times.items()}


@contextmanager
def threads(count: int | None) -> Iterator[None]:
    """Let the kernels use so many threads; None is their default."""
    before = os.environ.pop("KULLBACK_THREADS", None)
    if count is not None:
        os.environ["KULLBACK_THREADS"] = str(count)
    try:
        yield
    finally:
        os.environ.pop("KULLBACK_THREADS", None)
        if before is not None:
            os.environ["KULLBACK_THREADS"] = before


def single(job: Job) -> Job:
    """Run a job of ours on one core."""

    def on_one_core() -> object:
        with threads(1):
            return job()

    return on_one_core
