"""The sources run in a browser's Python: as far as Pyodide's NumPy, which no registry holds."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = ROOT / "build" / "browser" / "node_modules"
SCRIPT = """
import { readFileSync } from "fs";
import { loadPyodide } from "pyodide";
const python = await loadPyodide();
python.FS.writeFile("/tmp/kullback.zip", readFileSync(process.argv[2]));
console.log(python.runPython(readFileSync(process.argv[3], "utf8")));
"""
LOOK = """
import importlib, json, pathlib, sys, zipfile
zipfile.ZipFile("/tmp/kullback.zip").extractall("/lib/kullback-pure")
sys.path.insert(0, "/lib/kullback-pure")
files = sorted(pathlib.Path("/lib/kullback-pure").rglob("*.py"))
for file in files:
    compile(file.read_text("utf-8"), str(file), "exec")
without = {}
for name in ("kullback", "kullback.units", "kullback.glossary", "kullback.report.blocks"):
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        without[name] = error.name
json.dumps({"files": len(files), "without": without, "platform": sys.platform})
"""


@pytest.mark.slow
def test_all_sources_compile_and_the_package_imports(tmp_path):
    node = shutil.which("node")
    if node is None or not (MODULES / "pyodide").is_dir():
        pytest.skip("pyodide is missing: npm install --prefix build/browser pyodide")
    archive = shutil.make_archive(str(tmp_path / "pure"), "zip", ROOT / "src")
    (tmp_path / "node_modules").symlink_to(MODULES)
    (tmp_path / "run.mjs").write_text(SCRIPT)
    (tmp_path / "look.py").write_text(LOOK)
    command = [node, "run.mjs", archive, "look.py"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["platform"] == "emscripten"
    assert found["files"] == len(list((ROOT / "src").rglob("*.py")))
    assert found["without"] == {}
