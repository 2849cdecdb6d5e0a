"""Running an example as a user does: as a process of its own, with one thread."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import kullback

EXAMPLES = Path(__file__).parents[2] / "examples"
SOURCE = Path(kullback.__file__).parents[1]  # with the compiled kernels, if there are any


@dataclass(frozen=True)
class Done:
    """What an example printed, and the one picture that it wrote."""

    out: str
    picture: Path

    @property
    def numbers(self):
        """The numbers of the lines "name = number", by their names."""
        lines = re.findall(r"^(.+?) = (\S+)$", self.out, flags=re.MULTILINE)
        return {name: float(value) for name, value in lines}

    @property
    def painted(self):
        """The share of the picture that is not white."""
        from matplotlib import image

        pixels = image.imread(self.picture)[..., :3]
        return float((pixels < 0.99).any(-1).mean())


@pytest.fixture
def example(tmp_path):
    """Return the function that runs an example, which makes its folder `tmp_path` / "new"."""

    def run(name, *needed):
        for module in (*needed, "matplotlib"):
            pytest.importorskip(module)
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
        environment["PYTHONPATH"] = os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")])
        folder = tmp_path / "new"
        done = subprocess.run(
            [sys.executable, EXAMPLES / f"{name}.py", folder],
            capture_output=True,
            encoding="utf-8",
            env=environment,
            cwd=tmp_path,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        (picture,) = folder.glob("*.png")
        assert picture.name == f"{name}.png"
        assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        return Done(done.stdout, picture)

    return run
