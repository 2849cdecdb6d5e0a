"""Run benchmarks, each in a process of its own, and write what they print into RESULTS.md."""

import ast
import datetime
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

from kullback import kernels

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
NO_BENCHMARKS = {"__init__", "__main__", "timing"}
HEAD = """# Results

Written by `python -m benchmarks [NAME ...]`; each section says when and where it was measured.
Times are medians of runs that take turns on one machine: compare them with each other.
"""


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
    measured = f"Measured on {datetime.date.today()}: {machine()}."
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    written = f"\n## {name}\n\n{text}\n\n{measured}\n\n{done.stdout}"
    print(written, flush=True)
    return written


def kept() -> dict[str, str]:
    """Return the sections that stand in RESULTS.md, by name."""
    text = RESULTS.read_text() if RESULTS.exists() else ""
    parts = re.split(r"(?m)^(?=## )", text)[1:]
    return {part.split("\n", 1)[0][3:]: "\n" + part.rstrip("\n") + "\n" for part in parts}


def main() -> None:
    """Run the benchmarks named in the command line, or all; the other results stay."""
    known = sorted({path.stem for path in HERE.glob("*.py")} - NO_BENCHMARKS)
    for name in sys.argv[1:] or known:
        # Read anew and written at once: a benchmark that fails loses nothing before it.
        sections = {**kept(), name: section(name)}
        RESULTS.write_text(HEAD + "".join(sections[n] for n in known if n in sections))


if __name__ == "__main__":
    main()
