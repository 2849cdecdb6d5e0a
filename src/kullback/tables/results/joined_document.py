"""Two columns together as a document."""

from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.report.blocks.document import Block, Column, Document, Row, Table, Text, Verdict
from kullback.report.blocks.label import name, quote
from kullback.units import format_number

if TYPE_CHECKING:
    from kullback.tables.results.joined import JointComparison

OUTCOMES = 8  # pairs of outcomes that are shown


def document(comparison: "JointComparison") -> Document:
    """Build the document of two columns: the chain rule line by line, and the pairs.

    Parameters
    ----------
    comparison : JointComparison
        What `kullback.tables.joint` returned.
    """
    a, b = (quote(column) for column in comparison.names)
    blocks: list[Block] = [
        Verdict(comparison.verdict, headline(comparison)),
        Text(
            f"KL(joint) = KL({a}) + KL({b} given {a}) = KL({a}) + KL({b}) + dependence, "
            f"in {comparison.unit}."
        ),
        _chain(comparison, a, b),
        Text(f"{a} with {b}: {comparison.joint.reason}"),
        _pairs(comparison),
    ]
    blocks += [Text(n.text, "note") for n in (*comparison.notes, *comparison.dependence.notes)]
    blocks.append(Text(footer("verdict", "js", "mutual-information", "interval"), "hint"))
    return Document("Two columns together", tuple(blocks))


def headline(comparison: "JointComparison") -> str:
    """Return the verdict of the pair in one line, and whether the columns alone would say it.

    Parameters
    ----------
    comparison : JointComparison
        What `kullback.tables.joint` returned.
    """
    found = comparison.joint.jensen_shannon
    a, b = (quote(column) for column in comparison.names)
    alone = f"alone {a} is {comparison.first.verdict} and {b} {comparison.second.verdict}"
    js = f"JS {format_number(found.value, 3)} {found.unit}"
    return f"{comparison.verdict}: {a} with {b} ({js}); {alone}"


def _chain(comparison: "JointComparison", a: str, b: str) -> Table:
    joint, first, second = comparison.joint, comparison.first, comparison.second
    rows: tuple[Row, ...] = (
        ("joint", joint.kl, joint.p_value, joint.verdict),
        (a, first.kl, first.p_value, first.verdict),
        (b, second.kl, second.p_value, second.verdict),
        (f"{b} given {a}", comparison.conditional, comparison.conditional.p_value, ""),
        ("dependence", comparison.dependence, comparison.dependence.p_value, ""),
    )
    columns = (
        Column("part"),
        Column(f"KL, {100 * comparison.level:g} %", "interval"),
        Column("p-value", "p-value"),
        Column("verdict", "word"),
    )
    return Table(columns, rows, "The chain rule")


def _pairs(comparison: "JointComparison") -> Table:
    outcomes = comparison.joint.outcomes
    columns = (
        Column("outcomes"),
        Column("P current", "number"),
        Column("Q reference", "number"),
    )
    rows = tuple((name(str(o.label)), float(o.p), float(o.q)) for o in comparison.largest(OUTCOMES))
    return Table(columns, rows, "What explains it", total=len(outcomes))
