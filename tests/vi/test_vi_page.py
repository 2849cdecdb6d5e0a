"""Every number of docs/vi.md, computed again."""

import math
import re
from pathlib import Path

import numpy as np

from kullback import vi
from kullback.distributions import Normal
from kullback.statistics import pareto

PAGE = (Path(__file__).parents[2] / "docs" / "vi.md").read_text(encoding="utf-8")
WORDS = re.sub(r"\s+", " ", PAGE)


def test_near_collapse():
    good = float(vi.kl_standard_normal(0.0, 1e-9))
    bad = (math.exp(1e-9) - 1 - 1e-9) / 2
    assert f"the KL is {good:.2g}, where" in WORDS
    assert f"in doubles gives {bad:.2g}".replace("e-17", "e-17") in WORDS


def test_identity():
    bound = float(vi.elbo([-0.5 * math.log(2 * math.pi) - 1.0], vi.kl(Normal(0, 1), Normal(0, 1))))
    gap = float(vi.kl(Normal(0, 1), Normal(0.5, math.sqrt(0.5))))
    known = -0.5 * math.log(4 * math.pi) - 0.25
    said = f"the ELBO is {bound:.4f}, the gap {gap:.4f}, and ln p(x) = {known:.4f}"
    assert said in WORDS


def test_free_bits():
    kl = [[0.0], [0.4]]
    batch, datum = (float(vi.free_bits(kl, 0.25, per=per)) for per in ("batch", "datum"))
    assert f"floors the mean, {batch:.3f};" in WORDS
    assert f"floors each, {datum:.3f}." in WORDS
    means = [0.01, 0.02, 1.5, 0.8]
    assert f"makes {float(vi.free_bits(means, 0.25)):.2f} of {sum(means):.2f}" in WORDS


def test_decomposition():
    found = vi.decompose([[2.0], [-2.0]], np.zeros((2, 1)))
    said = (
        f"KL {found.kl:.4f} = information {found.mutual_information:.4f} + "
        f"margin {found.dimension_wise[0]:.4f}"
    )
    assert said in WORDS
    assert f"ln 2 = {math.log(2):.4f}" in WORDS


def test_pareto():
    for draws in (100, 320, 1000, 2200):
        line = f"| {draws} | {pareto.tail_length(draws)} | {pareto.threshold(draws):.3f} |"
        assert line in PAGE
    half, much = (vi.min_sample_size(k) for k in (0.5, 0.7))
    assert f"k = 0.5 needs {half:.0f} draws, one of 0.7 needs {much:.0f}" in WORDS
