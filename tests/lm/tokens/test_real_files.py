"""Files that llama.cpp itself wrote, and what it printed of them: see tests/lm/data/README.md."""

from pathlib import Path

import numpy as np
import pytest
from test_clamped_tail import DISTANCES, assert_inside, truth

from kullback import lm
from kullback.lm.files import llama_cpp
from kullback.lm.tokens.llama_cpp_printout import block

DATA = Path(__file__).parents[1] / "data" / "llama_cpp"
SCALES = ("0.0625", "1", "2", "4")


@pytest.fixture(scope="module")
def held():
    with np.load(DATA / "logits.npz") as stored:
        return dict(stored)


def live(held, scale, side="model"):
    """The logits that the tool had in memory."""
    if side == "model" and scale == "0.0625":
        return held["model_small"]
    return held[side] * np.float32(scale)


@pytest.mark.parametrize("scale", SCALES)
def test_the_printed_block_to_its_last_digit(held, scale):
    found = lm.compare(DATA / f"base-{scale}.kld", live(held, scale), decode="llama.cpp")
    assert block(found) + "\n" == (DATA / f"printed-{scale}.txt").read_text("utf-8")


@pytest.mark.parametrize("scale", SCALES)
def test_what_we_write_is_what_llama_cpp_wrote(held, tmp_path, scale):
    """Byte for byte but for codes that lie on the middle between two."""
    theirs = lm.open(DATA / f"base-{scale}.kld")
    path = tmp_path / "ours.kld"
    llama_cpp.write(path, theirs.contexts, live(held, scale, "base"), n_ctx=16)
    first, second = (np.frombuffer(p.read_bytes(), "<u2") for p in (path, Path(theirs.path)))
    apart = np.abs(first.astype(int) - second.astype(int))
    assert apart.max() <= 1
    assert np.mean(apart > 0) < 1e-3


@pytest.mark.parametrize("sides", ["base", "model", "both"])
@pytest.mark.parametrize("scale", SCALES)
def test_means_are_exact_or_between_their_ends(held, tmp_path, scale, sides):
    """Against the live logits in long double: 1e-6 nats, or inside the stated bounds, always."""
    base, model = live(held, scale, "base"), live(held, scale)
    there = DATA / f"model-{scale}.kld"
    if not there.exists():  # only the scales 1 and 4 have a second file of the tool's
        there = tmp_path / "model.kld"
        llama_cpp.write(there, lm.open(DATA / f"base-{scale}.kld").contexts, model, n_ctx=16)
    first = base if sides == "model" else DATA / f"base-{scale}.kld"
    assert_inside(lm.compare(first, model if sides == "base" else there), truth(base, model))


def test_what_clamping_does_to_the_perplexity_of_a_second_file_is_said(held):
    """Both in the block and in our notes, and the factor is right where the truth is known."""
    files = DATA / "base-4.kld", DATA / "model-4.kld"
    found = lm.compare(*files, decode="llama.cpp")
    last = block(found).splitlines()[-1]
    (note,) = [note.text for note in found.notes if note.code == "clamped-model"]
    assert last == f"Note: {note}"
    assert "PPL(Q) is at least what is said" in note
    exact = lm.compare(files[0], live(held, "4"), decode="llama.cpp")
    clamped = found.per_token["clamped"] & 2 > 0
    assert f"{clamped.sum()} of 105 tokens" in note
    assert found.perplexity_model < exact.perplexity_model / 1.01
    # All of what is missing is at those tokens.
    lost = exact.per_token["nll_model"] - found.per_token["nll_model"]
    assert np.abs(lost[~clamped]).max() < 2e-4
    assert (lost[clamped] > 0).all()
    assert "Note:" not in block(exact)


def test_every_distance_is_within_its_law(held):
    for scale in SCALES:
        tokens = lm.compare(DATA / f"base-{scale}.kld", live(held, scale)).per_token
        assert all((tokens[name] >= 0).all() for name in DISTANCES)
        assert (tokens["total_variation"] <= 1).all()
        assert (tokens["jensen_shannon"] <= np.log(2)).all()


@pytest.mark.parametrize(
    ("cluster", "said"),
    [("chunk", "(105 tokens in 15 chunks)"), ("token", "(105 tokens, each by itself)")],
)
def test_headlines_say_what_is_taken_as_independent(cluster, said):
    found = lm.compare(DATA / "base-1.kld", DATA / "model-1.kld", cluster=cluster)
    assert said in found.headline
