"""The example of language models: its numbers, its files and its picture."""

import re

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def done(example):
    return example("language_models", "torch")


def test_the_example(done):
    names = ("8 bits", "4 bits, last 8", "4 bits", "distilled", "2 bits")
    rows = {}
    for line in done.out.splitlines():
        if line[:15].strip() in names and len(line) > 60:
            rows[line[:15].strip()] = [float(x) for x in line[15:].replace("%", "").split()]
    assert tuple(rows) == names
    kl, errors, independent, late, same, perplexity, noise = map(
        list, zip(*rows.values(), strict=True)
    )
    # The fewer bits the farther; all far above what the files' rounding makes.
    assert kl == sorted(kl)
    assert late == sorted(late)
    assert same == sorted(same, reverse=True)
    assert 1e-5 < kl[0] < 2e-3
    assert 5e-3 < kl[2] < 0.3
    assert kl[4] > 0.5
    assert max(noise) < 1e-12
    assert perplexity == sorted(perplexity)
    base = float(re.search(r"base's perplexity is ([\d.]+)", done.out)[1])
    assert 3 < base < 8
    assert abs(perplexity[0] / base - 1) < 0.02
    # Characters of one chunk are alike; for the student most.
    assert errors[3] > 1.2 * independent[3]
    assert min(e / i for e, i in zip(errors, independent, strict=True)) > 0.7
    # Through llama.cpp's file: its own arithmetic is another matter.
    clean, theirs = re.findall(r"KL (-?[\d.]+e-\d+)", done.out)
    assert 0 <= float(clean) < 1e-8
    assert abs(float(theirs)) > 10 * float(clean)
    # The paired difference is sure of its sign, and surer than two texts would be.
    difference = re.search(r"last layer in 8 bits: .* = (-[\d.]+) ± ([\d.]+) nats", done.out)
    assert float(difference[1]) == pytest.approx(kl[1] - kl[2], abs=2e-6)
    paired, alone = map(
        float, re.search(r"paired ([\d.]+), from two texts ([\d.]+)", done.out).groups()
    )
    assert paired < 0.65 * alone
    # The command says the same as the function.
    assert f"KL(base‖model) {kl[2]:.4f}"[:20] in done.out
    page = (done.picture.parent / "language_models.html").read_text()
    assert "4-bits-last-8.npy is nearer to base.npy" in page
