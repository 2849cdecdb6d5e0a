"""``kullback score FILE``: labels and predicted probabilities."""

import csv
from dataclasses import replace
from typing import Any

import click

from kullback.cli.help import help_option
from kullback.cli.output import (
    Result,
    display_options,
    emit,
    format_option,
    output_of,
)
from kullback.errors import InputError, MassError

HELP = """\b
Examples:
  kullback score predictions.csv
  kullback score predictions.parquet --label diagnosis --probabilities p_well,p_ill
  kullback score votes.csv --label cat_votes,dog_votes --probabilities cat,dog --bits
  kullback score predictions.csv --cluster patient --html score.html

What predicted probabilities cost: cross-entropy = entropy of the labels + KL, and also
miscalibration − discrimination + uncertainty. Nothing is clipped: labels that were predicted
to be impossible make the score infinite, and are listed.

FILE is CSV, Parquet or JSON lines. The label column is the one called label, y, y_true, target
or class unless --label says otherwise; several label columns hold a distribution or counts of
votes a row, in the order of the probability columns. The probability columns are those that
begin with p_, prob_ or proba_, else all that remain; their names are the classes. One
probability column is that of the class it is named after (p_ill), else of the second class.
"""


def _names(_: click.Context, parameter: click.Parameter, given: str | None) -> tuple[str, ...]:
    """Split as CSV does, so that a name with a comma can be put in quotes."""
    if given is None:
        return ()
    try:
        return tuple(name for row in csv.reader([given], strict=True) for name in row)
    except csv.Error as error:
        raise click.BadParameter(f"{error}.", param=parameter) from None


@click.command(help=HELP, short_help="Score predicted probabilities against labels.")
@click.argument("file", metavar="FILE")
@click.option(
    "--label", metavar="A[,B]", callback=_names, help="The column (or columns) of labels."
)
@click.option("--probabilities", metavar="A,B", callback=_names, help="The probability columns.")
@click.option("--normalize", is_flag=True, help="Divide each row's probabilities by their sum.")
@click.option("--weights", metavar="A", help="The column of weights.")
@click.option("--cluster", "--groups", "groups", metavar="A", help="Which rows belong together.")
@click.option(
    "--unit",
    type=click.Choice(["nats", "bits", "bans"]),
    default="nats",
    help="Unit of the result.  [default: nats]",
)
@click.option("--bits", "unit", flag_value="bits", help="Short for --unit bits.")
@click.option("--nats", "unit", flag_value="nats", help="Short for --unit nats.")
@format_option()
@click.option("-q", "--quiet", is_flag=True, help="Print the cross-entropy in one line.")
@display_options
@help_option
def score(  # noqa: PLR0913 - click passes one argument an option
    *,
    file: str,
    label: tuple[str, ...],
    probabilities: tuple[str, ...],
    normalize: bool,
    weights: str | None,
    groups: str | None,
    unit: str,
    form: str,
    quiet: bool,
    as_json: bool,
    html: str | None,
    everything: bool,
    color: str,
) -> int:
    """Score a file given on the command line."""
    output = output_of(
        form, as_json=as_json, quiet=quiet, html=html, everything=everything, color=color
    )
    if file == "-":
        raise InputError("kullback score reads its file more than once and cannot take '-'")
    from kullback.cli.score_file import ScoreColumns, read

    columns = read(file, ScoreColumns(label, probabilities, weights, groups))
    from kullback import classifiers
    from kullback.cli.score_digits import within_digits

    predictions, rounded = within_digits(columns.predictions)
    try:
        found = classifiers.score(
            columns.labels,
            _normalized(columns.predictions) if normalize else predictions,
            soft=columns.labels.ndim > 1,
            weights=columns.weights,
            cluster=columns.groups,
            classes=columns.classes,
            unit=unit,
        )
    except MassError as error:
        raise MassError(_other_mass(error, columns.classes)) from None
    if rounded is not None and not normalize:
        found = replace(found, notes=(rounded, *found.notes))
    emit(Result.of(found), output, (file,))
    return 0


def _normalized(predictions: Any) -> Any:
    """Divide each row by its sum; one column is the probability of one class as it is."""
    total = predictions.sum(axis=1, keepdims=True)
    if predictions.shape[1] == 1 or not (total > 0).all():
        return predictions
    return predictions / total


def _other_mass(error: MassError, classes: tuple[str, ...] | None) -> str:
    said = str(error).split(". If", 1)[0]
    taken = ", ".join((classes or ())[:10])
    return (
        f"{said}. The classes, after their columns, are {taken}: if there are others, choose the "
        "columns with --probabilities; if it is rounding, --normalize divides each row by its sum"
    )
