"""What is said of the package, in several places, is said alike, and holds."""

import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import kullback

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_metadata_is_whole():
    project = PROJECT["project"]
    assert {"Documentation", "Source", "Issues", "Changelog"} <= set(project["urls"])
    assert all(url.startswith("https://") for url in project["urls"].values())
    for minor in (11, 12, 13, 14):
        assert f"Programming Language :: Python :: 3.{minor}" in project["classifiers"]
    assert project["requires-python"] == ">=3.11"


def test_what_pip_starts_exists():
    named = [*PROJECT["project"]["scripts"].values()]
    named += PROJECT["project"]["entry-points"]["pytest11"].values()
    for name in named:
        module, _, attribute = name.partition(":")
        found = importlib.import_module(module)
        assert not attribute or callable(getattr(found, attribute))


def test_groups_and_extras_ask_for_the_same():
    for name in ("docs", "lint"):
        assert (
            PROJECT["dependency-groups"][name] == PROJECT["project"]["optional-dependencies"][name]
        )


def test_the_recipe_asks_for_what_the_package_asks_for():
    recipe = (ROOT / "recipe" / "meta.yaml").read_text(encoding="utf-8")
    run = recipe[recipe.index("  run:") : recipe.index("test:")]
    theirs = {line.strip(" -").replace(" ", "") for line in run.splitlines()[1:]} - {"python", ""}
    ours = {need.replace("duckdb", "python-duckdb") for need in PROJECT["project"]["dependencies"]}
    assert theirs == ours
    assert f'version = "{PROJECT["project"]["version"]}"' in recipe


def test_the_version_is_that_of_the_project():
    assert kullback.__version__ == PROJECT["project"]["version"]


def test_the_citation_is_whole():
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    for key in ("cff-version", "message", "title", "authors", "version", "date-released"):
        assert re.search(rf"^{key}: *\S*", text, re.MULTILINE)
    assert f"license: {PROJECT['project']['license']}" in text


def test_workflows_are_yaml_and_hold_no_secret():
    yaml = pytest.importorskip("yaml")
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        found = yaml.safe_load(text)
        assert found["permissions"] == {"contents": "read"}
        assert "secrets." not in text
        for job in found["jobs"].values():
            assert "timeout-minutes" in job
            assert all("uses" in step or "run" in step for step in job["steps"])


def test_publishing_is_trusted_and_attested():
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    for word in ("id-token: write", "attest-build-provenance", "gh-action-pypi-publish"):
        assert word in text


def test_the_docker_file_has_five_lines():
    assert len((ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()) == 5


@pytest.mark.parametrize(
    "code",
    [
        "import kullback",
        "import kullback; kullback.kl([.5, .5], [.4, .6])",
        "import kullback; print(kullback.compare([.5, .5], [.4, .6]))",
    ],
)
def test_small_things_do_not_load_scipy(code):
    told = f"{code}\nimport sys; print([m for m in sys.modules if m.startswith('scipy')])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_links_of_the_readme_hold_where_pypi_shows_it():
    links = re.findall(r"\]\(([^)]+)\)|^\[[^\]]+\]: (\S+)$", README, re.MULTILINE)
    links = [one or other for one, other in links]
    assert len(links) > 10
    used = set(re.findall(r"\]\[([^\]]+)\]", README))
    assert used == set(re.findall(r"^\[([^\]]+)\]: ", README, re.MULTILINE))
    source = PROJECT["project"]["urls"]["Source"]
    for link in links:
        assert link.startswith("https://"), f"{link}: relative, and broken on a package index"
        for start in (f"{source}/blob/main/", f"{source}/raw/main/"):
            if link.startswith(start):
                assert (ROOT / link.removeprefix(start)).exists(), link
