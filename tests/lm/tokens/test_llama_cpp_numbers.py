"""llama.cpp's numbers, digit for digit, on both worked examples."""

import hashlib
import math

import numpy as np
import pytest
import worked_examples as example

from kullback import lm
from kullback.errors import MethodError
from kullback.lm.tokens.llama_cpp_printout import block


@pytest.fixture
def medium(tmp_path):
    return lm.compare(*example.files(tmp_path), decode="llama.cpp")


def test_the_files_are_the_worked_examples(tmp_path):
    for name, sha in (("tiny", example.TINY_SHA), ("medium", example.MEDIUM_SHA)):
        base, _ = example.files(tmp_path, name)
        assert hashlib.sha256(base.read_bytes()).hexdigest() == sha


def test_the_block(medium):
    text = block(medium)
    assert text.endswith("\n\n" + example.MEDIUM_BLOCK)
    head, first, *_ = text.split("\n")
    assert head.split() == [
        *("chunk", "PPL", "ln(PPL(Q)/PPL(base))", "KL", "Divergence"),
        *("Δp", "RMS", "Same", "top", "p"),
    ]
    assert first.startswith("   1     108.3989 ±    0.0000 ")
    assert text.split("\n")[16] == (
        "  16      81.5363 ±   21.6953      -0.00101 ±    0.01865       0.01163 ±    0.00082"
        "     3.454 ±  0.392 %    88.393 ±  3.040 %"
    )


def test_the_sums(medium):
    tokens = medium.per_token
    nll, base, dp = (
        tokens[name].astype(np.float32) for name in ("nll_model", "nll_base", "delta_p")
    )
    dp2 = dp * dp
    columns = (nll, nll * nll, base, base * base, nll * base, tokens["kl"], tokens["kl"] ** 2)
    columns += (dp, dp2, dp2.astype(float) ** 2, tokens["same_top"])
    for (name, expected), column in zip(example.MEDIUM_SUMS.items(), columns, strict=True):
        assert np.sum(column, dtype=float) == pytest.approx(expected, rel=1e-8), name


def test_the_tiny_example(tmp_path):
    tokens = lm.compare(*example.files(tmp_path, "tiny"), decode="llama.cpp").per_token
    assert tokens["kl"] == pytest.approx([0.0621548495, 0.0953945369], abs=1e-9)
    assert tokens["delta_p"] == pytest.approx([0.00530223548, 0.204609662], rel=1e-7)
    assert tokens["nll_base"][0] == pytest.approx(16.4401894, rel=1e-8)
    assert tokens["nll_model"].sum() == pytest.approx(6.14444554, rel=1e-8)
    assert tokens["nll_base"].sum() == pytest.approx(18.0496273, rel=1e-8)
    assert tokens["same_top"].tolist() == [1, 1]


def test_few_tokens_have_no_statistics_and_one_has_no_error(tmp_path):
    lines = block(lm.compare(*example.files(tmp_path, "tiny"), decode="llama.cpp")).split("\n")
    assert len(lines) == 3
    assert lines[1].endswith("0.530 ±  0.000 %    100.000 ±   -nan %")


def test_the_clean_numbers_of_the_same_files_are_nearer(tmp_path):
    """The exact mean KL of the logits, without any file, is 0.011632842 (float64)."""
    base, model = example.files(tmp_path)
    p, q = (np.exp(x.astype(float)) for x in (example.MEDIUM_BASE, example.MEDIUM_MODEL))
    p, q = p / p.sum(-1, keepdims=True), q / q.sum(-1, keepdims=True)
    exact = (p * np.log(p / q)).sum(-1)
    assert exact.mean() == pytest.approx(0.011632842, abs=1e-9)
    ours = np.abs(lm.compare(base, model).per_token["kl"] - exact)
    theirs = np.abs(lm.compare(base, model, decode="llama.cpp").per_token["kl"] - exact)
    assert ours.max() < theirs.max() / 4
    assert ours.mean() < theirs.mean() / 4


def test_a_clamped_token_costs_what_the_model_gives_it(tmp_path):
    """Exact KL of row 0: 0.0621599116, although the file does not say how rare token 4 is."""
    clean = lm.compare(*example.files(tmp_path, "tiny"))
    assert clean.per_token["kl"] == pytest.approx([0.0621599116, 0.0953945291], abs=2e-6)
    assert {note.code for note in clean.notes} >= {"clamped"}
    assert 0 < clean.dropped_mass.base < math.exp(-16)


def test_only_a_base_in_their_codes_has_their_numbers():
    with pytest.raises(MethodError, match='decode="clean" reads everything'):
        lm.compare(example.MEDIUM_BASE, example.MEDIUM_MODEL, decode="llama.cpp")


def test_the_block_is_made_of_their_numbers_only(tmp_path):
    with pytest.raises(MethodError, match="decode='clean'"):
        block(lm.compare(*example.files(tmp_path)))


def test_a_second_file_of_codes_is_not_normalised_again(tmp_path):
    """Renormalising a clamped row would move its mass to the clamped tokens."""
    base, _ = example.files(tmp_path)
    same = lm.compare(base, base, decode="llama.cpp")
    assert np.abs(same.per_token["kl"]).max() == 0
