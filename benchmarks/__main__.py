"""Run every benchmark and write what they print into RESULTS.md."""

import contextlib
import datetime
import importlib
import inspect
import io
import os
import pkgutil
import platform
import sys
from pathlib import Path

import benchmarks
from kullback import kernels

NO_BENCHMARKS = {"__main__", "timing"}
RESULTS = Path(__file__).parent / "RESULTS.md"


class _Tee(io.StringIO):
    """Keep what is printed, and print it."""

    def write(self, text: str) -> int:
        sys.__stdout__.write(text)
        sys.__stdout__.flush()
        return super().write(text)


def machine() -> str:
    names = (
        line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    )
    processor = next(names, platform.processor()).partition(":")[2].strip()
    cores = len(os.sched_getaffinity(0))
    return (
        f"{processor}, {cores} cores, Python {platform.python_version()}, {kernels.BACKEND} kernels"
    )


def section(name: str) -> str:
    module = importlib.import_module(f"benchmarks.{name}")
    text = inspect.getdoc(module) or ""
    with contextlib.redirect_stdout(_Tee()) as printed:
        print(f"\n## {name}\n\n{text}\n")
        module.main()
    return printed.getvalue()


def main() -> None:
    """Run the benchmarks named in the command line, or all of them."""
    found = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    names = sys.argv[1:] or [name for name in found if name not in NO_BENCHMARKS]
    head = (
        f"# Results\n\nWritten by `python -m benchmarks` on {datetime.date.today()}: {machine()}.\n"
        "Times are medians of runs that take turns on one machine: compare them with each other.\n"
    )
    sections = [section(name) for name in names]
    if not sys.argv[1:]:
        RESULTS.write_text(head + "".join(sections))


if __name__ == "__main__":
    main()
