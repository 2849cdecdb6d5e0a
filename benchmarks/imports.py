"""What does `import kullback` cost beside `import numpy`?

Each in processes of its own, taking turns. Goal: ≤ 60 ms more, measures included.
"""

import subprocess
import sys

from benchmarks.timing import seconds

STATEMENTS = {
    "`python -c pass`": "pass",
    "`import numpy`": "import numpy",
    "`import kullback`": "import kullback",
    "`import kullback` and a first `kl`": "import kullback; kullback.kl([1.0], [1.0])",
    "`import scipy.special`": "import scipy.special",
}


def main() -> None:
    """Print milliseconds a process."""
    jobs = {
        name: lambda code=code: subprocess.run([sys.executable, "-c", code], check=True)
        for name, code in STATEMENTS.items()
    }
    took = seconds(jobs, repeats=15)
    numpy = took["`import numpy`"]
    print("| process | ms | more than `import numpy` |")
    print("|---|---|---|")
    for name, time in took.items():
        print(f"| {name} | {time * 1e3:.0f} | {(time - numpy) * 1e3:+.0f} |")


if __name__ == "__main__":
    main()
