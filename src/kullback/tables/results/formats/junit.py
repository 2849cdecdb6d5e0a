"""A gate as JUnit XML, which most CI servers draw: a test a column."""

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from kullback.report.blocks.label import visible
from kullback.tables.results.comparison import ColumnComparison, Skipped
from kullback.units import format_p_value

if TYPE_CHECKING:
    from kullback.tables.results.gate import Gate, Gated

SUITE = "kullback compare"


def render(comparison: "Gated", gate: "Gate") -> str:
    """Return one test suite: failing columns fail, waived and uncompared ones are skipped.

    Parameters
    ----------
    comparison : TableComparison, WindowedComparison or SegmentedComparison
        What was compared.
    gate : Gate
        What fails.

    Returns
    -------
    str
        XML, with its declaration.
    """
    suite = ET.Element("testsuite", name=SUITE)
    named = {id(f.column) for f in (*gate.failures, *(waived.failure for waived in gate.waived))}
    for where, table in comparison.parts:
        for absent in table.uncompared:
            if id(absent) not in named:
                case = _case(suite, absent.name, where)
                ET.SubElement(case, "skipped", message=_fit(f"{absent.verdict}: {absent.reason}"))
    excused = {id(waived.failure.column): waived for waived in gate.waived}
    failing = {id(failure.column) for failure in gate.failures}
    columns: dict[int, tuple[ColumnComparison | Skipped, str]] = {
        id(c): (c, where) for where, table in comparison.parts for c in table.compared
    }
    # The shares of segments are a column of no part; nor is what was not compared.
    columns |= {id(f.column): (f.column, f.where) for f in gate.failures}
    columns |= {id(w.failure.column): (w.failure.column, w.failure.where) for w in gate.waived}
    for key, (column, where) in columns.items():
        case = _case(suite, column.name, where)
        if waived := excused.get(key):
            ET.SubElement(case, "skipped", message=_fit(waived.waiver.excuse))
        elif key in failing:
            _fail(case, column)
    _count(suite)
    ET.indent(suite)
    text = ET.tostring(suite, encoding="unicode").replace("##[", "##&#91;")  # no runner's command
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'


def _case(suite: ET.Element, name: str, where: str) -> ET.Element:
    classname = f"{SUITE}: {where}" if where else SUITE
    return ET.SubElement(suite, "testcase", classname=_fit(classname), name=_fit(name))


def _fail(case: ET.Element, column: "ColumnComparison | Skipped") -> None:
    message = _fit(column.reason)
    ET.SubElement(case, "failure", type=column.verdict, message=message).text = _evidence(column)


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in suite)))
    suite.set("errors", "0")
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in suite)))


def _evidence(column: "ColumnComparison | Skipped") -> str:
    if isinstance(column, Skipped):
        return _fit(column.reason)
    numbers = (column.jensen_shannon, column.kl, column.reverse_kl)
    return _fit("; ".join(map(str, numbers)) + f"; q {format_p_value(column.q_value)}")


def _fit(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    spelled = visible(text)
    return "".join(c if c not in "\ufffe\uffff" else "\ufffd" for c in spelled)
