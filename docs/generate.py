"""Write the pages of the reference that are made from the package itself.

What a name takes and gives is said in its docstring, an option by the command, a word by the
glossary: nothing is said twice. The pages are made anew at each build and are not kept.
"""

import importlib
import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

import click
from draw_pictures import write_pictures

from kullback import results

ROOMS = {
    "kullback": "You hold probabilities",
    "kullback.logits": "You hold logits",
    "kullback.counts": "You hold counts",
    "kullback.samples": "You hold samples",
    "kullback.distributions": "You hold formulas",
    "kullback.tables": "You hold two datasets",
    "kullback.lm": "You hold two language models' outputs",
    "kullback.classifiers": "You hold predicted probabilities and labels",
    "kullback.rl": "You hold a policy and its reference",
    "kullback.vi": "You hold a posterior and its prior",
    "kullback.torch": "Losses for PyTorch",
    "kullback.history": "What earlier comparisons found",
    "kullback.testing": "Assertions for pytest",
    "kullback.sklearn": "A detector for scikit-learn",
    "kullback.namespaces": "Frames: df.kullback",
    "kullback.results": "Results",
    "kullback.errors": "Errors",
    "kullback.distributions.families": "The families of distributions",
}
SKIP = {"kullback": set(results.__all__)}


def write_all(docs: Path) -> None:
    """Write every generated page into ``reference/generated``, and ``llms.txt``."""
    folder = docs / "reference" / "generated"
    folder.mkdir(parents=True, exist_ok=True)
    texts = {f"{room}.rst": _room(room) for room in ROOMS}
    texts["cli.md"] = _command_line()
    texts["schemas.md"] = _schemas()
    texts["glossary.md"] = _glossary()
    for name, text in texts.items():
        _write(folder / name, text)
    write_pictures(docs / "explanation" / "generated")
    _write(docs / "_extra" / "llms.txt", _llms(docs))
    page = resources.files("kullback.cli").joinpath("playground.html")
    _write(docs / "_extra" / "playground.html", page.read_text(encoding="utf-8"))


def _write(path: Path, text: str) -> None:
    """Write a page only if it changed, so that the next build need not read it again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def members(room: str) -> tuple[ModuleType, list[str]]:
    """Return a room and its public names that are no rooms themselves."""
    module = importlib.import_module(room)
    names = getattr(module, "__all__", None) or [
        name for name, value in vars(module).items() if getattr(value, "__module__", "") == room
    ]
    if room == "kullback.distributions":
        families = importlib.import_module("kullback.distributions.families").__all__
        names = [name for name in names if name not in set(families) | {"Divergence"}]
    kept = (n for n in names if n not in SKIP.get(room, set()) and not n.startswith("_"))
    return module, sorted(n for n in kept if not inspect.ismodule(getattr(module, n)))


@cache
def _homes() -> dict[str, list[str]]:
    """Return, for each public name, the rooms that have it."""
    homes = defaultdict(list)
    for room in ROOMS:
        for name in members(room)[1]:
            homes[name].append(f"{room}.{name}")
    return homes


def namesakes(name: str) -> list[str]:
    """Return the same word in other rooms."""
    word = name.rpartition(".")[2]
    return [other for other in _homes().get(word, []) if other != name and name in _homes()[word]]


def _room(room: str) -> str:
    module, names = members(room)
    title = f"``{room}``: {ROOMS[room][0].lower()}{ROOMS[room][1:]}"
    about = "" if room == "kullback" else inspect.cleandoc(module.__doc__ or "")
    parts = [title, "=" * len(title), "", about, ""]
    parts += [f".. currentmodule:: {room}", "", ".. autosummary::", ""]
    parts += [f"   {name}" for name in names] + [""]
    for name in names:
        parts += [*_object(module, name), ""]
    return "\n".join(parts) + "\n"


def _object(module: ModuleType, name: str) -> Iterator[str]:
    value = getattr(module, name)
    if inspect.isclass(value):
        yield f".. autoclass:: {name}"
        if not issubclass(value, Exception) and "families" not in module.__name__:
            yield "   :members:"
    elif callable(value):
        yield f".. autofunction:: {name}"
    else:
        yield f".. autodata:: {name}"


def _command_line() -> str:
    from kullback.cli.program import program

    text = ["# The command line", "", _CLI_HEAD]
    for path, command in _commands(program, ("kullback",)):
        text += [f"## {' '.join(path)}", "", "```text", _help(path, command), "```", ""]
    return "\n".join(text)


_CLI_HEAD = """\
Standard output is data, standard error is talk. Exit codes: 0 done; 1 a gate failed (only when one
was asked for); 2 bad usage or input; 3 an internal error; 130 interrupted; 143 asked to end.

| variable | what it does |
|---|---|
| `NO_COLOR`, `FORCE_COLOR` | no colour, or colour also into a file |
| `KULLBACK_THREADS` (else `OMP_NUM_THREADS`) | how many threads count; no digit depends on it |
| `KULLBACK_MEMORY` | what the embedded engine may use, such as `500MB` |
| `KULLBACK_MAX_FILE`, `KULLBACK_MAX_RECORD` | the largest file, and record, read into memory |
| `KULLBACK_KERNELS=reference` | the NumPy twins in place of the native kernels |
| `KULLBACK_DEBUG=1` | the traceback of an internal error |
"""


def _commands(
    command: click.Command, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                yield from _commands(found, (*path, name))


def _help(path: tuple[str, ...], command: click.Command) -> str:
    context: click.Context | None = None
    for word in path[:-1]:
        context = click.Context(click.Group(word), info_name=word, parent=context)
    context = click.Context(
        command, info_name=path[-1], parent=context, max_content_width=92, terminal_width=92
    )
    return command.get_help(context).rstrip()


def _glossary() -> str:
    """Return the words of `kullback.glossary`, and the topics that work them out."""
    from kullback.cli.topics import TOPICS, text
    from kullback.glossary import WORDS

    lines = ["# Glossary", "", _GLOSSARY_HEAD, "```{glossary}"]
    for word, entry in sorted(WORDS.items()):
        lines += [word, f"  {entry.meaning}", ""]
    lines += ["```", "", "## Worked out", "", "What `kullback explain TOPIC` prints.", ""]
    for topic in TOPICS:
        lines += [f"### explain {topic}", "", "```text", text(topic), "```", ""]
    return "\n".join(lines)


_GLOSSARY_HEAD = """\
Every word that an output uses. `kullback explain WORD` says the same in a terminal, and most words
are worked out with numbers, as [below](#worked-out).
"""


def _schemas() -> str:
    import kullback

    folder = Path(kullback.__file__).parent / "report" / "schemas"
    text = [
        "# JSON schemas",
        "",
        "Every `--json` and `.to_json()` is an object without Infinity and NaN: what is infinite "
        "is null, and `<name>_infinite` beside it is true. These schemas are in the package, in "
        "`kullback/report/schemas/`.",
        "",
    ]
    for path in sorted(folder.glob("*.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        text += [f"## {path.name}", "", schema.get("description", schema.get("title", "")), ""]
        text += list(_properties(schema, "The object"))
        for name, part in schema.get("$defs", {}).items():
            text += list(_properties(part, f"`{name}`"))
    return "\n".join(text) + "\n"


def _properties(schema: dict[str, Any], title: str) -> Iterator[str]:
    if not schema.get("properties"):
        return
    yield from (f"### {title}", "", "| property | type | what |", "|---|---|---|")
    needed = set(schema.get("required", ()))
    for name, part in schema["properties"].items():
        always = "" if name in needed else " (may be left out)"
        about = str(part.get("description", "")).replace("|", "\\|").replace("\n", " ")
        yield f"| `{name}` | {_type(part)}{always} | {about} |"
    yield ""


def _type(part: dict[str, Any]) -> str:
    if "$ref" in part:
        return f"`{part['$ref'].rpartition('/')[2]}`"
    if "enum" in part:
        return " or ".join(f"`{json.dumps(v)}`" for v in part["enum"])
    if "const" in part:
        return f"`{json.dumps(part['const'])}`"
    for key in ("oneOf", "anyOf"):
        if key in part:
            return " or ".join(_type(p) for p in part[key])
    kind = part.get("type", "any")
    kinds = " or ".join(kind) if isinstance(kind, list) else kind
    return f"{kinds} of {_type(part['items'])}" if kind == "array" and "items" in part else kinds


def _llms(docs: Path) -> str:
    """Return the table of contents for readers that are programs."""
    lines = [
        "# kullback",
        "",
        "> How far one probability distribution is from another, and what it costs: KL divergence "
        "and its relatives of probabilities, logits, counts, samples, formulas, tables, language "
        "models, classifiers, policies and posteriors, with units, directions and errors.",
        "",
        "Pick the module by what you hold; pick the function by what you want. The order is always "
        "(p, q); P is what happens, Q what was believed. unit= is nats, bits or bans.",
        "",
    ]
    for title, pages in _table_of_contents(docs):
        lines += [f"## {title}", ""]
        lines += [f"- [{_title(docs / page)}]({page.removesuffix('.md')}.html)" for page in pages]
        lines += [""]
    lines += ["## Reference", ""]
    lines += [
        f"- [{room}](reference/generated/{room}.html): {text}" for room, text in ROOMS.items()
    ]
    return "\n".join(lines) + "\n"


def _table_of_contents(docs: Path) -> Iterator[tuple[str, list[str]]]:
    for folder in ("tutorials", "howto", "explanation", "reference"):
        index = docs / folder / "index.md"
        text = index.read_text(encoding="utf-8")
        lists = re.findall(r"^```\{toctree\}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        lines = "".join(lists).split("\n")
        names = [line for line in lines if line and not line.startswith(":")]
        paths = (f"{folder}/{name}" if not name.startswith("../") else name[3:] for name in names)
        yield _title(index), [f"{p}.md" for p in paths if (docs / f"{p}.md").exists()]


def _title(page: Path) -> str:
    lines = page.read_text(encoding="utf-8").split("\n")
    titles = (line.removeprefix("# ") for line in lines if line.startswith("# "))
    return next(titles, page.stem.capitalize())
