"""Run every block of code of the documentation: ``python docs/run_pages.py [--write] [PAGE …]``.

A page is one session, from top to bottom, in a folder of its own in which ``examples/`` lies.

- ``python``: with ``>>>`` an example whose output must be the one shown, else a piece of code.
- ``console``: ``$ command``, its output below it; ``[exit 1]`` at the end of that is its code.
- ``sh``: commands, all of which must succeed; what they print is not shown.
- ``toml``, ``yaml``, ``json``: must be well-formed; ``text`` is no code.

A comment before a block that begins with ``setup`` holds Python that is run first; one that begins
with ``not run`` says why the block is only checked to be well-formed. With ``--write`` the outputs
that are shown are replaced by those that were computed.
"""

import argparse
import contextlib
import doctest
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
BLOCK = re.compile(
    r"(?:^<!--\s*(?P<order>setup|not run)\b:?(?P<told>.*?)-->\n+)?"
    r"^```(?P<language>\{?[\w-]*\}?)[^\n`]*\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
TEXT = ("text", "mermaid")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, where it stands, and what goes before it."""

    page: Path
    line: int
    language: str
    text: str
    span: tuple[int, int]
    order: str = ""
    told: str = ""


@dataclass
class Session:
    """What the blocks of one page share."""

    folder: Path
    names: dict[str, Any]
    environment: dict[str, str]


class PageError(AssertionError):
    """A block did not do what the page says."""


def pages() -> list[Path]:
    """Return all pages, the README among them."""
    found = sorted(p for p in DOCS.rglob("*.md") if "_build" not in p.parts)
    return [ROOT / "README.md", ROOT / "examples" / "README.md", *found]


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page, from top to bottom."""
    whole = page.read_text(encoding="utf-8")
    for match in BLOCK.finditer(whole):
        if match["language"].startswith("{"):  # a directive of the site, and no code
            continue
        line = whole.count("\n", 0, match.start("text")) + 1
        yield Block(
            page,
            line,
            match["language"],
            match["text"],
            match.span("text"),
            match["order"] or "",
            (match["told"] or "").strip("\n"),
        )


def session(folder: Path) -> Session:
    """Prepare a folder: the examples, and a command ``kullback`` of this very Python."""
    import kullback

    source = Path(kullback.__file__).parents[1]
    programs = folder / ".programs"
    programs.mkdir()
    for name, words in (("kullback", "-m kullback"), ("python", "")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
        program.chmod(0o755)
    (folder / "examples").symlink_to(ROOT / "examples")
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": os.pathsep.join([str(source), os.environ.get("PYTHONPATH", "")]),
        "COLUMNS": "100",
        "PYTHONIOENCODING": "utf-8",
        "NO_COLOR": "1",
        "MPLBACKEND": "Agg",
    }
    return Session(folder, {"__name__": "__main__"}, environment)


def run_page(page: Path, *, write: bool = False) -> int:
    """Run the blocks of a page, and return how many there were.

    Parameters
    ----------
    page : Path
        A Markdown file.
    write : bool
        Replace the outputs that are shown by those that were computed.

    Raises
    ------
    PageError
        If an output is another one, or a block fails.
    """
    found, whole = list(blocks(page)), page.read_text(encoding="utf-8")
    moved = 0
    with tempfile.TemporaryDirectory() as folder, _inside(Path(folder)):
        shared = session(Path(folder))
        for block in found:
            text = _run(block, shared, write=write)
            start, end = (place + moved for place in block.span)
            whole, moved = whole[:start] + text + whole[end:], moved + len(text) - len(block.text)
    if write and whole != page.read_text(encoding="utf-8"):
        page.write_text(whole, encoding="utf-8")
    return len(found)


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before, columns = Path.cwd(), os.environ.get("COLUMNS")
    os.chdir(folder)
    os.environ.update(COLUMNS="100", NO_COLOR="1", MPLBACKEND="Agg")
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.pop("NO_COLOR")
        os.environ.pop("COLUMNS")
        if columns is not None:
            os.environ["COLUMNS"] = columns


def _run(block: Block, shared: Session, *, write: bool) -> str:
    """Run a block and return its text, with new outputs if they are to be written."""
    if block.order == "not run":
        if not block.told.strip():
            raise PageError(f"{_place(block)}: a block that is not run says why")
        _checked(block)
        return block.text
    if block.order == "setup":
        exec(compile(block.told, _place(block), "exec"), shared.names)
    text = RUNNERS.get(block.language, _checked)(block, *_shared(block, shared))
    if text != block.text and not write:
        raise PageError(f"{_place(block)}: expected\n{block.text}\ngot\n{text}")
    return text


def _shared(block: Block, shared: Session) -> tuple[Session, ...]:
    return (shared,) if block.language in RUNNERS else ()


def _place(block: Block) -> str:
    return f"{block.page.relative_to(ROOT)}:{block.line}"


def _checked(block: Block) -> str:
    """Read a block that is not run, which must be well-formed."""
    readers: dict[str, Callable[[str], object]] = {
        "python": lambda text: compile(text, _place(block), "exec"),
        "toml": tomllib.loads,
        "json": json.loads,
        "yaml": _yaml,
        "sh": _bash_reads,
        "console": lambda text: None,
        **dict.fromkeys(TEXT, lambda text: None),
    }
    if block.language not in readers and "README" not in block.page.name:
        raise PageError(f"{_place(block)}: a block in {block.language or 'no language'}: say which")
    if not ("README" in block.page.name and not block.language):
        readers[block.language](block.text)
    return block.text


def _yaml(text: str) -> object:
    with contextlib.suppress(ImportError):
        import yaml

        return yaml.safe_load(text)
    return None


def _bash_reads(text: str) -> None:
    subprocess.run(["bash", "-n"], input=text.encode(), check=True, capture_output=True)


def _python(block: Block, shared: Session) -> str:
    if ">>> " not in block.text:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(block.text, _place(block), "exec"), shared.names)
        return block.text
    # An output goes on to the next example or to the end, over lines that are empty.
    text = re.sub(r"\n(?=\n+(?!>>> |\n|\Z))", "\n<BLANKLINE>", block.text)
    parts = doctest.DocTestParser().parse(text, _place(block))
    return "".join(p if isinstance(p, str) else _example(p, shared) for p in parts)


def _example(example: doctest.Example, shared: Session) -> str:
    """Run an example; return it as shown if that is what came, else with what came."""
    got = _output(example, shared)
    lines = example.source.rstrip("\n").split("\n")
    source = "".join(
        f"{'>>>' if i == 0 else '...'} {line}".rstrip() + "\n" for i, line in enumerate(lines)
    )
    want = example.want
    if example.exc_msg is not None:
        want = "Traceback (most recent call last):\n    ...\n" + example.exc_msg
    flags = FLAGS | sum(flag for flag, on in example.options.items() if on)
    kept = doctest.OutputChecker().check_output(want, got, flags)
    return source + (example.want.replace("<BLANKLINE>", "") if kept else got)


def _output(example: doctest.Example, shared: Session) -> str:
    told = io.StringIO()
    try:
        with contextlib.redirect_stdout(told):
            exec(compile(example.source, "<example>", "single"), shared.names)
    except Exception as error:  # noqa: BLE001 - an error may be what the page shows
        last = traceback.format_exception_only(error)[-1]
        return f"Traceback (most recent call last):\n    ...\n{last}"
    return told.getvalue()


def _console(block: Block, shared: Session) -> str:
    """Run ``$ command`` lines, each with the output below it."""
    if not block.text.startswith("$ "):
        raise PageError(f"{_place(block)}: a console block begins with '$ '")
    told = []
    for piece in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, want = piece.partition("\n")
        while command.endswith("\\"):
            more, _, want = want.partition("\n")
            command += "\n" + more
        got = _command(command, shared)
        kept = doctest.OutputChecker().check_output(want, got, doctest.ELLIPSIS)
        told.append(f"$ {command}\n{want if kept else got}")
    return "".join(told)


def _command(command: str, shared: Session) -> str:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=shared.folder,
        env=shared.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    lines = [line.rstrip() for line in done.stdout.rstrip("\n").split("\n")] if done.stdout else []
    code = [f"[exit {done.returncode}]"] if done.returncode else []
    return "".join(f"{line}\n" for line in lines + code)


def _sh(block: Block, shared: Session) -> str:
    got = _command(f"set -euo pipefail\n{block.text}", shared)
    if re.search(r"^\[exit \d+\]$", got, re.MULTILINE):
        raise PageError(f"{_place(block)}: {block.text}failed:\n{got}")
    return block.text


RUNNERS: dict[str, Callable[[Block, Session], str]] = {
    "python": _python,
    "console": _console,
    "sh": _sh,
}


def main() -> int:
    """Run the pages that are named, or all."""
    parser = argparse.ArgumentParser(description="Run every block of code of the documentation.")
    parser.add_argument("page", nargs="*", type=Path)
    parser.add_argument("--write", action="store_true", help="replace the outputs shown")
    asked = parser.parse_args()
    wrong = 0
    for page in [path.resolve() for path in asked.page] or pages():
        try:
            print(f"{page.relative_to(ROOT)}: {run_page(page, write=asked.write)} blocks")
        except Exception as error:  # noqa: BLE001 - go on with the next page
            wrong += 1
            print(f"{page.relative_to(ROOT)}: {type(error).__name__}: {error}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
