"""The closed forms of distributions in one pass, against mpmath from the definitions."""

import math
import os
import subprocess
import sys
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest

native = pytest.importorskip("kullback.kernels._native", reason="built without a compiler")

log, lgamma, psi, exp = mp.log, mp.loggamma, mp.digamma, mp.exp


def bernoulli(p, q):
    return p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))


def beta(a, b, c, d):
    normalisers = lgamma(c) + lgamma(d) - lgamma(c + d) - lgamma(a) - lgamma(b) + lgamma(a + b)
    return normalisers + (a - c) * psi(a) + (b - d) * psi(b) + (c - a + d - b) * psi(a + b)


# As E_P ln p − E_P ln q is written in textbooks, with 60 digits. (p, q) are shares, s a scale.
DEFINITIONS = {
    "Exponential": ("s", lambda r, s: log(r / s) + s / r - 1),
    "Poisson": ("s", lambda r, s: r * log(r / s) - r + s),
    "Bernoulli": ("u", bernoulli),
    "Geometric": ("u", lambda p, q: bernoulli(p, q) / p),
    "Normal": ("ls", lambda m, s, n, t: log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - 0.5),
    "Laplace": (
        "ls",
        lambda m, s, n, t: log(t / s) + (s * exp(-abs(m - n) / s) + abs(m - n)) / t - 1,
    ),
    "Cauchy": ("ls", lambda m, s, n, t: log(((s + t) ** 2 + (m - n) ** 2) / (4 * s * t))),
    "Gumbel": (
        "ls",
        lambda m, s, n, t: (
            log(t / s) + mp.euler * (s / t - 1) + (m - n) / t - 1
            + exp((n - m) / t) * mp.gamma(1 + s / t)
        ),
    ),
    "Gamma": (
        "ss",
        lambda a, r, b, s: (
            (a - b) * psi(a) - lgamma(a) + lgamma(b) + b * log(r / s) + a * (s - r) / r
        ),
    ),
    "Beta": ("ss", beta),
}  # fmt: skip
FAMILIES = list(DEFINITIONS)
DRAW = {
    "s": lambda rng, n, spread: np.exp(rng.normal(size=n) * spread),
    "l": lambda rng, n, spread: rng.normal(size=n) * np.exp(rng.normal(size=n) * spread / 3),
    "u": lambda rng, n, spread: 1 / (1 + np.exp(rng.normal(size=n) * spread)),
}


def draw(family, n, spread, seed=0):
    rng = np.random.default_rng(seed)
    return [DRAW[kind](rng, n, spread) for kind in 2 * DEFINITIONS[family][0]]


def near(family, n, seed=0):
    """Q is P with every parameter changed by a share from 1e-13 to a third."""
    rng = np.random.default_rng(seed)
    p = [DRAW[kind](rng, n, 1.0) for kind in DEFINITIONS[family][0]]
    return p + [x * (1 - 10 ** rng.uniform(-13, -0.5, n)) for x in p]


def kl(family, parameters):
    out = np.empty(max(len(x) for x in parameters))
    return out, native.divergences(family, parameters, out)


def worst(family, parameters):
    """The largest relative error against the definition, of the finite values."""
    got, _ = kl(family, parameters)
    errors = []
    with mp.workdps(60):
        for value, *numbers in zip(got.tolist(), *(x.tolist() for x in parameters), strict=True):
            if math.isfinite(value):
                truth = DEFINITIONS[family][1](*map(mp.mpf, numbers))
                errors.append(float(abs(value - truth) / truth))
    assert len(errors) > 0.6 * len(got)
    return max(errors)


@pytest.mark.parametrize("family", FAMILIES)
def test_ordinary_pairs(family):
    assert worst(family, draw(family, 150, 1.0)) < 1e-13


@pytest.mark.parametrize("family", FAMILIES)
def test_near_identical_pairs(family):
    assert worst(family, near(family, 150)) < 1e-13


@pytest.mark.parametrize("family", FAMILIES)
def test_extreme_pairs(family):
    """Parameters over ten powers of ten. Gumbel's e^y magnifies a rounding."""
    limit = {"Gumbel": 1e-12}.get(family, 1e-13)
    assert worst(family, draw(family, 150, 4.0)) < limit


@pytest.mark.parametrize("family", FAMILIES)
def test_zero_only_where_equal(family):
    n = len(DEFINITIONS[family][0])
    parameters = draw(family, 500, 2.0)
    equal, facts = kl(family, parameters[:n] + parameters[:n])
    assert equal.tolist() == [0.0] * 500
    assert facts == (0.0, True)
    changed = [np.nextafter(x, 0) for x in parameters[:n]]
    assert (kl(family, parameters[:n] + changed)[0] > 0).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_that_is_not_finite_passes_unsaid(family):
    parameters = [x[:9].copy() for x in draw(family, 9, 0.3)]
    at = len(DEFINITIONS[family][0]) - 1
    for i, bad in enumerate((np.nan, np.inf, -np.inf)):
        parameters[at][i] = bad
    for i, extreme in enumerate((5e-324, 1e-310, 1e300)):
        parameters[at][3 + i] = extreme
    got, (largest, complete) = kl(family, parameters)
    assert not complete
    assert not np.isfinite(got[:5]).any()
    assert np.isfinite(got[6:]).all()
    assert largest == np.nanmax(np.where(np.isfinite(got), got, np.nan))


def test_zero_probabilities():
    p, q = np.array([0.0, 0.0, 0.5, 1.0, 1.0]), np.array([0.0, 0.25, 0.0, 0.75, 1.0])
    got, (_, complete) = kl("Bernoulli", [p, q])
    assert not complete
    assert got == pytest.approx([0, -math.log(0.75), math.inf, -math.log(0.75), 0], rel=1e-15)
    assert kl("Poisson", [p, 3 * q])[0][:3].tolist() == [0, 0.75, math.inf]


@pytest.mark.parametrize("family", FAMILIES)
def test_one_number_stands_for_all(family):
    parameters = draw(family, 5000, 0.5)
    parameters[0] = np.full(5000, parameters[0][0])
    expected, facts = kl(family, parameters)
    single, same = kl(family, [parameters[0][:1], *parameters[1:]])
    assert single.tobytes() == expected.tobytes()
    assert facts == same


@pytest.mark.parametrize("family", FAMILIES)
def test_threads_change_no_digit(monkeypatch, family):
    parameters = draw(family, 300_001, 1.0)
    answers = []
    for threads in "137":
        monkeypatch.setenv("KULLBACK_THREADS", threads)
        values, facts = kl(family, parameters)
        answers.append((values.tobytes(), facts))
    assert answers[0] == answers[1] == answers[2]
    assert kl(family, [x[7:1030] for x in parameters])[0].tobytes() == values[7:1030].tobytes()


def test_what_the_kernel_refuses():
    numbers, out = np.ones(3), np.empty(3)
    with pytest.raises(ValueError, match="no kernel"):
        native.divergences("Zipf", [numbers, numbers], out)
    with pytest.raises(ValueError, match="no kernel"):
        native.divergences("Normal", [numbers, numbers], out)
    with pytest.raises(ValueError, match="as long as out"):
        native.divergences("Poisson", [numbers, np.ones(2)], out)
    with pytest.raises(TypeError):
        native.divergences("Poisson", [numbers, np.ones((3, 1))], out)


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from test_divergences import FAMILIES, draw, kl, near
for family in FAMILIES:
    for parameters in (draw(family, 300, 1.0), near(family, 300)):
        print(*kl(family, parameters)[0].tolist())
"""


def run(instructions):
    environment = os.environ | {"KULLBACK_INSTRUCTIONS": instructions}
    command = [sys.executable, "-c", SCRIPT, str(Path(__file__).parent)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [np.array(line.split(), float) for line in done.stdout.splitlines()]


def test_every_instruction_set_agrees():
    expected = run("")
    for asked in ("baseline", "avx2"):
        for row, truth in zip(run(asked), expected, strict=True):
            np.testing.assert_allclose(row, truth, rtol=1e-13)
