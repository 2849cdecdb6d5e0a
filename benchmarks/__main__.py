"""Run benchmarks, each in a process of its own, and write what they print into RESULTS.md.

A section keeps one table a kind of processor: a new run replaces that of its own kind. With
`--check` nothing is written: `goals.py` measures the ratios that are goals.
"""

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
NO_BENCHMARKS = {"__init__", "__main__", "goals", "timing"}
HEAD = """# Results

Written by `python -m benchmarks [NAME ...]`; each section says when and where it was measured.
Times are medians of runs that take turns on one machine: compare them with each other.
"""


def processor() -> str:
    """Say what kind of processor this is: its name, family and model, and what the kernels use."""
    told = dict(
        (part.strip() for part in line.partition(":")[::2])
        for line in Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
    )
    name = told.get("model name", platform.machine())
    kind = f"family {told.get('cpu family', '?')} model {told.get('model', '?')}"
    native = getattr(kernels, "_compiled", None)
    return f"{name} ({kind}; {native.instructions() if native else 'no native kernels'})"


def machine() -> str:
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return (
        f"{processor()}, {cores} cores, load {load:.1f} before the start, "
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


def merged(old: str, new: str) -> str:
    """Keep of the old section what other kinds of processors measured."""
    mark = r"(?m)^(?=Measured on )"
    head, *tables = re.split(mark, new)
    kind = f": {processor()},"
    others = [table for table in re.split(mark, old)[1:] if kind not in table.split("\n", 1)[0]]
    return head + "\n".join(table.rstrip("\n") + "\n" for table in (*tables, *others))


def kept() -> dict[str, str]:
    """Return the sections that stand in RESULTS.md, by name."""
    text = RESULTS.read_text() if RESULTS.exists() else ""
    parts = re.split(r"(?m)^(?=## )", text)[1:]
    return {part.split("\n", 1)[0][3:]: "\n" + part.rstrip("\n") + "\n" for part in parts}


def main() -> None:
    """Run the benchmarks named in the command line, or all; the other results stay."""
    if "--check" in sys.argv:
        sys.exit(subprocess.run([sys.executable, "-m", "benchmarks.goals"], check=False).returncode)
    known = sorted({path.stem for path in HERE.glob("*.py")} - NO_BENCHMARKS)
    for name in sys.argv[1:] or known:
        # Read anew and written at once: a benchmark that fails loses nothing before it.
        measured = section(name)
        sections = kept()
        sections[name] = merged(sections.get(name, ""), measured)
        RESULTS.write_text(HEAD + "".join(sections[n] for n in sorted(sections)))


if __name__ == "__main__":
    main()
