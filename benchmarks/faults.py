"""The table of docs/reliability.md: every reader and writer × what a path may be. Takes minutes.

Runs `tests/faults/test_doors.py`, whose attempts note what became of them, how long it took and the
peak of memory of their process; what its tests refuse is wrong.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

TESTS = Path(__file__).parents[1] / "tests" / "faults" / "test_doors.py"


KINDS = (  # bad2: a name too long
    *("nul", "half", "bad2", "nowhere", "folder_itself", "circle", "dangling", "mkfifo", "sparse"),
    *("garbage", "open_quote", "empty"),
)


def kind_of(test: str) -> str:
    """Return what a path is in a test: the test's name, and its way of making one.

    Examples
    --------
    >>> kind_of("test_what_may_lie_there_is_read_or_refused[circle-npy] (call)")
    'what may lie there is read or refused: circle'
    """
    name, _, given = test.partition("[")
    shown = name.removeprefix("test_").removesuffix(" (call)").replace("_", " ")
    made = next((kind for kind in KINDS if given.startswith(kind)), "")
    return f"{shown}: {made}" if made else shown


def main() -> None:
    """Print a line a kind of path: tried, wrong, longest time, peak of memory."""
    with tempfile.TemporaryDirectory() as folder:
        figures, report = Path(folder, "figures"), Path(folder, "report.xml")
        run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(TESTS)]
        environment = {**os.environ, "FAULTS_FIGURES": str(figures)}
        subprocess.run([*run, f"--junitxml={report}"], check=False, env=environment)
        rows = [json.loads(line) for line in figures.read_text().splitlines()]
        cases = [*ElementTree.parse(report).iter("testcase")]
    wrong: dict[str, int] = defaultdict(int)
    for case in cases:
        wrong[kind_of(case.get("name", ""))] += case.find("failure") is not None
    tried: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for test, *_, seconds, peak in rows:
        if not test.endswith(("(setup)", "(teardown)")):
            tried[kind_of(test)].append((seconds, peak))
    print("| what the path is | tried | wrong | longest, s | peak so far, MB |")
    print("|---|--:|--:|--:|--:|")
    for kind, found in tried.items():
        longest, peak = (max(column) for column in zip(*found, strict=True))
        print(f"| {kind} | {len(found)} | {wrong[kind]} | {longest:.1f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
