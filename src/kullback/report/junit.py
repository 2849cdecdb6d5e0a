"""A gate as JUnit XML, which most CI servers draw: a test a column."""

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from kullback.report.label import visible
from kullback.units import format_p_value

if TYPE_CHECKING:
    from kullback.tables.comparison import ColumnComparison, TableComparison
    from kullback.tables.gate import Gate

SUITE = "kullback compare"


def render(comparison: "TableComparison", gate: "Gate") -> str:
    """Return one test suite: failing columns fail, waived and uncompared ones are skipped.

    Parameters
    ----------
    comparison : TableComparison
        What was compared.
    gate : Gate
        What fails.

    Returns
    -------
    str
        XML, with its declaration.
    """
    failed = {column.name for column in gate.failures}
    waived = {w.column.name: w.waiver for w in gate.waived}
    suite = ET.Element("testsuite", name=SUITE)
    for skipped in comparison.skipped:
        case = ET.SubElement(suite, "testcase", classname=SUITE, name=_fit(skipped.name))
        ET.SubElement(case, "skipped", message=_fit(skipped.reason))
    for column in comparison.compared:
        case = ET.SubElement(suite, "testcase", classname=SUITE, name=_fit(column.name))
        if column.name in waived:
            waiver = waived[column.name]
            text = f"waived until {waiver.until}: {waiver.reason}"
            ET.SubElement(case, "skipped", message=_fit(text))
        elif column.name in failed:
            message = _fit(column.reason)
            failure = ET.SubElement(case, "failure", type=column.verdict, message=message)
            failure.text = _evidence(column)
    _count(suite)
    ET.indent(suite)
    text = ET.tostring(suite, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in suite)))
    suite.set("errors", "0")
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in suite)))


def _evidence(column: "ColumnComparison") -> str:
    numbers = (column.jensen_shannon, column.kl, column.reverse_kl)
    return _fit("; ".join(map(str, numbers)) + f"; q {format_p_value(column.q_value)}")


def _fit(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    spelled = visible(text)
    return "".join(c if c not in "\ufffe\uffff" else "\ufffd" for c in spelled)
