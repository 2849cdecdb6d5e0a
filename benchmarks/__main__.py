"""Run every benchmark, each in a process of its own, and write what they print into RESULTS.md."""

import ast
import datetime
import os
import platform
import subprocess
import sys
from pathlib import Path

from kullback import kernels

HERE = Path(__file__).parent
NO_BENCHMARKS = {"__init__", "__main__", "timing"}


def machine() -> str:
    names = (
        line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    )
    processor = next(names, platform.processor()).partition(":")[2].strip()
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return (
        f"{processor}, {cores} cores, load {load:.1f} before the start, "
        f"Python {platform.python_version()}, {kernels.BACKEND} kernels"
    )


def section(name: str) -> str:
    """Run one benchmark; a process of its own, so that memory is its own too."""
    text = ast.get_docstring(ast.parse((HERE / f"{name}.py").read_text()))
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    written = f"\n## {name}\n\n{text}\n\n{done.stdout}"
    print(written, flush=True)
    return written


def main() -> None:
    """Run the benchmarks named in the command line, or all of them."""
    names = sys.argv[1:] or sorted({path.stem for path in HERE.glob("*.py")} - NO_BENCHMARKS)
    head = (
        f"# Results\n\nWritten by `python -m benchmarks` on {datetime.date.today()}: {machine()}.\n"
        "Times are medians of runs that take turns on one machine: compare them with each other.\n"
    )
    sections = [section(name) for name in names]
    if not sys.argv[1:]:
        (HERE / "RESULTS.md").write_text(head + "".join(sections))


if __name__ == "__main__":
    main()
