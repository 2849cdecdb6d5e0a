"""What does a command cost more than the bare interpreter?

Processor time, the least of five processes each, with compiled modules as an installed package has.
Goals on a quiet machine: `kl` and `explain` ≤ 100 ms more, `--help` and `--version` ≤ 50 ms.
"""

import os
import resource
import subprocess
import sys
import tempfile

COMMANDS = (
    "--version",
    "--help",
    "kl .5,.5 .4,.6",
    "explain",
    "explain direction",
    "explain bias",
)


def milliseconds(command: list[str], folder: str) -> float:
    """Return the least processor time of some processes."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    took = []
    for _ in range(6):  # the first one compiles
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(took) * 1e3


def main() -> None:
    """Print a line a command."""
    print("| process | ms more than `python -c pass` |")
    print("|---|--:|")
    with tempfile.TemporaryDirectory() as folder:
        bare = milliseconds([sys.executable, "-c", "pass"], folder)
        numpy = milliseconds([sys.executable, "-c", "import numpy"], folder)
        print(f"| `import numpy` | {numpy - bare:.0f} |")
        for command in COMMANDS:
            run = [sys.executable, "-m", "kullback", *command.split()]
            print(f"| `kullback {command}` | {milliseconds(run, folder) - bare:.0f} |")


if __name__ == "__main__":
    main()
