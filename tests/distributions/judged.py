"""Whether the measures of a pair lie within their stated errors of the truths."""

import math
import warnings

import mpmath as mp
import numpy as np

from kullback import distributions as d

M = mp.mpf
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
    least = 1e-14 if name == "entropy" else 1e-15
    loose = error > 1e-6 * abs(value) + least and not result.notes
    # The oracle keeps 22 digits.
    off = abs(M(value) - truth) > M(error) + M(10) ** -21 * abs(truth) + M(10) ** -318
    return f"off by {mp.nstr(M(value) - truth, 3)}" if off else "a loose error" if loose else ""


def judged(p, q, known):
    """The faults of every measure that the oracle knows."""
    found = []
    for name, truth in known.items():
        if truth is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                result = OURS[name](p, q)
            wrong = fault(result, truth, name)
            if wrong:
                found.append(f"{name} of {p!r}, {q!r}: {result!r} ± {result.error}, {wrong}")
    return found
