"""Results made by hand, good and bad ones, so that what is drawn does not depend on kernels."""

import math

import numpy as np

from kullback.outcomes import Outcomes
from kullback.results import Estimate, Information, Interval, Note, TestResult
from kullback.scorecard import Scorecard
from kullback.tables.results.column_facts import BeforeAndNow
from kullback.tables.results.comparison import (
    ColumnComparison,
    Missing,
    Side,
    Skipped,
    TableComparison,
)

HOSTILE = (
    "<script>alert(1)</script>",
    "two\nlines | and \x1b[31mred\x1b[0m",
    "航班 \u202egnihsif",
    "x" * 10_000,
    "",
    "\udc80",
)


def rounded(values):
    return np.array([round(float(v), 12) for v in values])


def outcomes(labels, p, q, unit=1.0):
    pairs = list(zip(p, q, strict=True))
    return Outcomes(
        labels,
        np.array(p, float),
        np.array(q, float),
        rounded(-math.log(a) / unit if a else math.inf for a in p),
        rounded(-math.log(b) / unit if b else math.inf for b in q),
        rounded(term(a, b) / unit for a, b in pairs),
    )


def term(a, b):
    if a == 0:
        return b
    return math.inf if b == 0 else a * math.log(a / b) - a + b


def exact_card(labels, p, q):
    def info(value, power=1.0):
        return Information(round(value, 12), "nats", power=power)

    lines = outcomes(labels, p, q)
    back = outcomes(labels, q, p)
    middle = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    js = 0.5 * sum(term(a, m) for a, m in zip(p, middle, strict=True))
    js += 0.5 * sum(term(b, m) for b, m in zip(q, middle, strict=True))
    kl = float(lines.contribution.sum())
    own = [sum(-a * math.log(a) for a in side if a) for side in (p, q)]
    where = tuple(label for label, a, b in zip(labels, p, q, strict=True) if a > 0 and b == 0)
    return Scorecard(
        "nats",
        info(kl),
        info(float(back.contribution.sum())),
        info(own[0]),
        info(own[1]),
        info(own[0] + kl),
        info(js),
        info(math.sqrt(js), 0.5),
        round(sum(abs(a - b) for a, b in zip(p, q, strict=True)) / 2, 12),
        round(math.sqrt(1 - sum(math.sqrt(a * b) for a, b in zip(p, q, strict=True))), 12),
        lines,
        where,
    )


def estimate(value, error, quantity, unit="nats", **more):
    span = Interval(max(0.0, value - 2 * error), max(value + 2 * error, error), 0.95, "delta")
    finite = math.isfinite(value)
    if value < 0:
        more["raw"], value = value, 0.0
    return Estimate(
        value,
        unit,
        error if finite else math.nan,
        span if finite else None,
        "zhang",
        23,
        17,
        5,
        quantity,
        **more,
    )


def negative_card():
    note = Note("negative", "The estimate is below 0: the chance part was taken out.")
    few = Note("few", "Few observations (n=23, m=17): errors are rough.")
    lines = outcomes(("a", "b"), [0.5, 0.5], [0.48, 0.52])
    return Scorecard(
        "nats",
        estimate(-0.012, 0.034, "KL(P‖Q)", null_bias=0.05, p_value=0.4, notes=(note, few)),
        estimate(-0.011, 0.033, "KL(Q‖P)", notes=(few,)),
        estimate(0.7, 0.01, "H(P)"),
        estimate(0.69, 0.01, "H(Q)"),
        estimate(0.701, 0.01, "H(P, Q)"),
        estimate(-0.002, 0.004, "JS(P, Q)"),
        Information(0.01, "nats", power=0.5),
        0.02,
        0.0141,
        lines,
        homogeneity=TestResult(0.04, 1, 0.41, "exact-moments"),
        notes=(few,),
    )


def hostile_card():
    count = len(HOSTILE)
    p = [0.5] + [0.5 / (count - 1)] * (count - 1)
    return exact_card(HOSTILE, p, [1 / count] * count)


def column(
    name, verdict, js, *, q_value, kl=0.1, reason="", role="categorical", lines=None, **more
):
    bits = math.log(2)
    return ColumnComparison(
        name,
        role,
        estimate(kl, 0.01, "KL(current‖reference)", "bits"),
        estimate(0.2, 0.01, "KL(reference‖current)", "bits"),
        estimate(js, 0.001, "JS(current, reference)", "bits"),
        q_value / 2,
        q_value,
        verdict,
        reason,
        lines or outcomes(("EWR", "JFK", "LGA"), [0.5, 0.3, 0.2], [0.3, 0.3, 0.4], bits),
        **more,
    )


def table():
    bits = math.log(2)
    new = outcomes(("gold", "silver"), [0.185, 0.815], [0.0, 1.0], bits)
    return comparison(
        column("origin", "same", -0.0001, q_value=0.8, kl=-0.0002, reason="nothing beyond chance"),
        column(
            "plan",
            "drifted",
            0.31,
            q_value=1e-40,
            kl=math.inf,
            reason="'gold' is new and holds 18.5 % of current rows",
            lines=new,
            new=("gold",),
            missing=Missing(0.0, 0.02),
            summary=(BeforeAndNow("missing", 0.0, 0.02, "0 % → 2 %"),),
            notes=(Note("type", "Read as text: one side holds numbers and words."),),
        ),
        column("carrier", "undecided", 0.0095, q_value=0.03, reason="the interval holds 0.01 bits"),
        Skipped("flight", "id-like: 4000 integers, all different"),
        Skipped("year", "constant: always 2013 on both sides"),
        notes=(Note("order", "Rows are taken in the order of the files."),),
    )


def hostile_table():
    compared = [
        column(name, "drifted", 0.1 - i / 100, q_value=0.001, reason=f"{name[:400]} changed")
        for i, name in enumerate(HOSTILE)
    ]
    return comparison(*compared, Skipped("a|b\n<b>", "type <unknown>\nin line 2"))


def comparison(*columns, notes=()):
    sides = Side("january.csv", 27_004), Side("july.csv", 29_425)
    return TableComparison(*sides, columns, "bits", 0.95, 0.05, 0.01, notes)


CARDS = {
    "exact": lambda: exact_card(("drama", "rock", "jazz"), [0.7, 0.2, 0.1], [0.4, 0.4, 0.2]),
    "infinite": lambda: exact_card((1, 2, 3), [0.5, 0.5, 0.0], [1.0, 0.0, 0.0]),
    "equal": lambda: exact_card(("a", "b"), [0.5, 0.5], [0.5, 0.5]),
    "negative": negative_card,
    "hostile": hostile_card,
}
TABLES = {
    "table": table,
    "hostile_table": hostile_table,
    "all_skipped": lambda: comparison(Skipped("year", "constant: always 2013 on both sides")),
}
