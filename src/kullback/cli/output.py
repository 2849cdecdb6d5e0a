"""What a command's result is written as: text, JSON, Markdown or one line, and a page."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kullback.cli.streams import colored, encoding, for_programs, say, write
from kullback.errors import InputError

if TYPE_CHECKING:
    from kullback.renderable import Renderable
    from kullback.report.blocks.document import Document
    from kullback.tables.results.gate import Gate, Gated

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Output:
    """How the user wants the result.

    Parameters
    ----------
    form : str
        What standard output gets: one of `FORMATS`.
    html : str or None
        Where a page goes.
    color : {"auto", "always", "never"}
        For text.
    everything : bool
        Do not cut long lists.
    """

    form: str
    html: str | None = None
    color: str = "auto"
    everything: bool = False

    def __post_init__(self) -> None:
        if self.html is not None:  # now, and not after an hour of counting
            from kullback.files import check_target

            check_target(self.html)


@dataclass(frozen=True, slots=True)
class Result:
    """A result and the ways to show it.

    Parameters
    ----------
    facts : dict
        What goes into JSON.
    document : Document
        What goes into text, Markdown and HTML.
    line : str
        What ``-q`` prints.
    gated : (comparison, gate), optional
        What the formats of a gate are written of.
    metrics : callable, optional
        Writes OpenMetrics text, for what has no gate.
    """

    facts: dict[str, Any]
    document: "Document"
    line: str
    gated: "tuple[Gated, Gate] | None" = None
    metrics: Callable[[], str] | None = None

    @classmethod
    def of(cls, found: "Renderable") -> "Result":
        """Return a result that draws itself, with its headline as the line."""
        return cls(found.to_dict(), found.document(), found.headline)


def display_options(command: Command) -> Command:
    """Add the options that every command with a result has."""
    options = (
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option("--html", metavar="FILE", help="Write a self-contained HTML page as well."),
        click.option("--all", "everything", is_flag=True, help="Do not cut long lists."),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            help="Colour the text; NO_COLOR is obeyed.  [default: auto]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def asked_forms(form: str, *, as_json: bool, quiet: bool) -> dict[str, bool]:
    """Return which forms the options ask for, as `one_form` takes them."""
    asked = {"json": as_json or form == "json", "quiet": quiet}
    return asked | ({form: True} if form not in {"text", "json"} else {})


def one_form(**asked: bool) -> str:
    """Return the one form that was asked for, or "text"; two at once are an error."""
    forms = [form for form, wanted in asked.items() if wanted]
    if len(forms) > 1:
        raise click.UsageError(f"choose one of {', '.join(forms)}: they exclude each other.")
    return forms[0] if forms else "text"


def output_of(
    form: str, *, as_json: bool, quiet: bool, html: str | None, everything: bool, color: str
) -> Output:
    """Return where a result goes, by the options that all such commands have."""
    asked = asked_forms(form, as_json=as_json, quiet=quiet)
    return Output(one_form(**asked), html, color, everything)


def check_history(store: str | None) -> None:
    """Refuse a history that cannot be written now, and not after an hour of counting."""
    if store is not None:
        from kullback.history.store import check

        check(store)


def emit(result: Result, output: Output, inputs: tuple[str, ...] = ()) -> None:
    """Write the page, if one is wanted, and then the result to standard output.

    Parameters
    ----------
    result : Result
        What to show.
    output : Output
        How.
    inputs : tuple of str
        The arguments that may be files; a page never replaces one of them.
    """
    if output.html is not None:
        _write_page(result, output.html, inputs)
    write(FORMATS[output.form].write(result, output))


def _write_page(result: Result, path: str, inputs: tuple[str, ...]) -> None:
    from kullback.files import write_text
    from kullback.report.html.page import page
    from kullback.report.versions import run_facts

    taken = [name for name in inputs if name != "-" and _is_same(name, path)]
    if taken:
        raise InputError(f"--html {path} would replace the input {taken[0]}; choose another name")
    size = write_text(path, page(result.document, run_facts()))
    say(f"wrote {path} ({max(1, round(size / 1000))} kB, self-contained)")


def _is_same(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        return False


def _text(result: Result, output: Output) -> str:
    from kullback.report.text.page import render

    return render(
        result.document,
        encoding=encoding(),
        color=colored(output.color),
        everything=output.everything,
    )


def _json(result: Result, _: Output) -> str:
    from kullback.report.json import dumps

    text = dumps(result.facts)
    try:
        text.encode(encoding())
    except UnicodeEncodeError:
        return dumps(result.facts, ascii_only=True)
    return text


def _markdown(result: Result, _: Output) -> str:
    from kullback.cli.streams import signs
    from kullback.report.markdown import render

    return signs(render(result.document).rstrip("\n"))


def _line(result: Result, _: Output) -> str:
    from kullback.cli.streams import signs
    from kullback.report.blocks.label import unheard

    return unheard(signs(result.line))


@dataclass(frozen=True, slots=True)
class Format:
    """A format of the output: a row of `FORMATS`.

    Parameters
    ----------
    write : callable
        (result, output) → text.
    gated : bool
        Whether it is of comparisons with a gate.
    named : bool
        Whether `--format` takes it; else it has an option of its own.
    """

    write: Callable[[Result, Output], str]
    gated: bool = False
    named: bool = True


def gate_format(module: str, function: str = "render") -> Format:
    """Return a format that a module writes of a comparison and its gate."""

    def write_it(result: Result, _: Output) -> str:
        assert result.gated is not None
        text: str = getattr(import_module(module), function)(*result.gated)
        return text

    return Format(write_it, gated=True)


def _metrics(result: Result, output: Output) -> str:
    write_it = gate_format("kullback.tables.results.formats.openmetrics").write
    return for_programs(result.metrics() if result.metrics else write_it(result, output))


FORMATS: dict[str, Format] = {
    "text": Format(_text),
    "json": Format(_json),
    "md": Format(_markdown),
    "quiet": Format(_line, named=False),
    "github": gate_format("kullback.tables.results.formats.github", "annotate"),
    "junit": gate_format("kullback.tables.results.formats.junit"),
    "openmetrics": Format(_metrics, gated=True),
}


class FormatChoice(click.Choice):  # type: ignore[type-arg]  # generic since click 8.2
    """The formats that a command takes, looked up in the table when they are asked for."""

    def __init__(self, *, gated: bool) -> None:
        self.gated = gated
        super().__init__(())

    @property
    def choices(self) -> tuple[str, ...]:
        """Their names."""
        rows = FORMATS.items()
        return tuple(name for name, f in rows if f.named and (self.gated or not f.gated))

    @choices.setter
    def choices(self, _: object) -> None:
        """Leave the table as it is."""


def format_option(*, gated: bool = False) -> Callable[[Command], Command]:
    """Return the option `--format` of a command; `gated` if its results have a gate."""
    return click.option(
        "--format",
        "form",
        type=FormatChoice(gated=gated),
        default="text",
        help="Form of the output.  [default: text]",
    )
