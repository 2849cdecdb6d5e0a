"""|value − truth| ≤ error for every continuous family, against densities integrated by mpmath.

`KULLBACK_DRAWS=20000` makes the nightly run of this file and of `test_error_bounds.py`.
"""

import math
import os
import warnings

import mpmath as mp
import numpy as np
import pytest
from textbook import NAMES, M, TooLong, truths
from textbook_pairs import pair

from kullback import distributions as d
from kullback.errors import InputError

PAIRS = int(os.environ.get("KULLBACK_DRAWS", "2000")) // 40
LARGEST = M(np.finfo(float).max)
OURS = {
    "kl": d.kl,
    "reverse": lambda p, q: d.kl(q, p),
    "jensen_shannon": d.jensen_shannon,
    "hellinger": d.hellinger,
    "renyi": lambda p, q: d.renyi(p, q, 0.3),
    "chi_square": d.chi_square,
    "entropy": lambda p, _: d.entropy(p),
    "total_variation": d.total_variation,
}


def fault(result, truth, name):
    """What is wrong with a result, else ""."""
    value, error = result.value, result.error
    if math.isnan(value) or (value < 0 and name != "entropy"):
        return "no divergence"
    if math.isinf(error):
        return "" if result.notes else "no bound and no note"
    if name == "chi_square" and math.isinf(value) and "tail" in result.reason:
        return ""  # where two powers differ by 1e-8 they part e^(1e7) out, where no oracle looks
    if math.isinf(value):
        return "" if abs(truth) > LARGEST * (1 - M(10) ** -9) and result.reason else "infinite"
    if abs(truth) > LARGEST:
        return "finite"
    loose = error > 1e-6 * abs(value) + 1e-15 and not result.notes
    # The oracle keeps 24 digits.
    off = abs(M(value) - truth) > M(error) + M(10) ** -24 * abs(truth) + M(10) ** -318
    return f"off by {mp.nstr(M(value) - truth, 3)}" if off else "a loose error" if loose else ""


def judged(p, q, known):
    found = []
    for name in NAMES:
        if known[name] is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                result = OURS[name](p, q)
            wrong = fault(result, known[name], name)
            if wrong:
                found.append(f"{name} of {p!r}, {q!r}: {result!r} ± {result.error}, {wrong}")
    return found


def faults(pairs, seed):
    """The faults, and how many pairs the oracle could judge."""
    rng = np.random.default_rng(seed)
    found, known = [], 0
    for _ in range(pairs):
        try:
            with mp.workdps(42):  # constants of the textbook's laws keep them
                (p, textbook_p), (q, textbook_q) = pair(rng)
            truth = truths(textbook_p, textbook_q)
        except (InputError, TooLong):  # an empty interval; a pair beyond the oracle's means
            continue
        known += 1
        found += judged(p, q, truth)
    return found, known


def test_the_oracle_on_a_textbook_value():
    with mp.workdps(40):
        import textbook as t

        known = truths(t.LINE["Normal"](0, 1), t.LINE["Normal"](1, 2))
        assert abs(known["kl"] - (ln2() + M(2) / 8 - M(1) / 2)) < M(10) ** -20
        assert abs(known["entropy"] - (1 + mp.log(2 * mp.pi)) / 2) < M(10) ** -20


def ln2():
    return mp.log(2)


def test_errors_are_bounds():
    assert faults(1, 1)[0] == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_errors_are_bounds_on_many_draws(part):
    found, known = faults(PAIRS // 4, 100 + part)
    assert found == []
    assert known > 0.6 * (PAIRS // 4)
