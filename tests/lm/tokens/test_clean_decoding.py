"""How near the clean numbers are to the truth, and what the files' rounding does to them."""

import warnings

import numpy as np
import pytest
from model_pairs import exact_kl, pair, written

from kullback import lm
from kullback.errors import FormatError, InputError, ShapeError

ROWS, N_CTX = 49, 16


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lm")
    base, model = pair(1, rows=ROWS)
    return folder, base, model, written(folder, "base.kld", base), written(folder, "q.kld", model)


def test_a_file_with_itself_is_exactly_nothing(files):
    _, _, _, base, _ = files
    same = lm.compare(base, base)
    for name in ("kl", "reverse_kl", "jensen_shannon", "total_variation"):
        assert getattr(same, name).value == 0
    assert same.same_top == same.top_k_overlap == 1
    assert same.estimates["log_perplexity_ratio"].value == 0


def test_the_floor_of_a_base_and_its_own_logits(files):
    """The goal is 1e-8 nats; llama.cpp's arithmetic leaves some 1e-5."""
    _, base, _, path, _ = files
    itself = lm.compare(path, base.astype(np.float32))
    assert 0 < itself.kl.value < 1e-8
    assert itself.noise_floor / 2 < itself.kl.value < itself.noise_floor * 2
    theirs = lm.compare(path, base.astype(np.float32), decode="llama.cpp")
    assert np.abs(theirs.per_token["kl"]).mean() > 1e3 * itself.kl.value
    assert np.abs(theirs.per_token["kl"]).mean() < 5 * theirs.noise_floor


@pytest.mark.parametrize("noise", [0.003, 0.03, 0.3])
@pytest.mark.parametrize("both", [False, True], ids=["logits", "two files"])
def test_the_error_against_the_truth(tmp_path, noise, both):
    base, model = pair(2, rows=140, noise=noise)
    base, model = base.astype(np.float32), model.astype(np.float32)
    path = written(tmp_path, "base.kld", base)
    other = written(tmp_path, "q.kld", model) if both else model
    found, exact = lm.compare(path, other), exact_kl(base, model)
    assert abs(found.kl.value - exact.mean()) < 1e-6
    assert abs(found.reverse_kl.value - exact_kl(model, base).mean()) < 1e-6
    assert (found.per_token["kl"] >= 0).all()


def test_a_wide_row_drops_mass_and_says_how_much(tmp_path):
    base, model = pair(3, rows=140, vocabulary=20_000, spread=3.5, heads=4)
    path = written(tmp_path, "base.kld", base)
    found = lm.compare(path, model)
    p = np.exp(base - base.max(-1, keepdims=True))
    dropped = np.where(p < np.exp(-16), p, 0).sum(-1) / p.sum(-1)
    assert found.dropped_mass.base == pytest.approx(dropped.mean(), rel=0.5)
    assert found.dropped_mass.model == 0
    assert {note.code for note in found.notes} >= {"tail"}


@pytest.mark.parametrize("noise", [0.3, 1.0])
def test_the_least_of_clamped_tokens(tmp_path, noise):
    """They are like their neighbours here, so what the least leaves out is a thousandth."""
    base, model = pair(14, rows=98, vocabulary=20_000, noise=noise, spread=2.5)
    base, model = base.astype(np.float32), model.astype(np.float32)
    found, exact = lm.compare(written(tmp_path, "base.kld", base), model), exact_kl(base, model)
    assert found.kl.value < exact.mean() < found.most["kl"]
    assert exact.mean() - found.kl.value < 1e-3 * exact.mean()
    assert found.most["kl"] == pytest.approx(found.kl.value + found.dropped_mass.kl)
    theirs = lm.compare(tmp_path / "base.kld", model, decode="llama.cpp")
    assert theirs.dropped_mass.kl == 0
    assert "kl" not in theirs.most


@pytest.mark.parametrize(
    ("dtype", "low", "high"), [("float16", 3e-8, 1e-5), ("bfloat16", 1e-6, 1e-3)]
)
def test_the_floor_of_16_bit_logits_brackets_what_they_do(dtype, low, high):
    """exllama-style fp16 storage: 6e-7 to 5e-6 for a vocabulary of 128k; bfloat16: 7e-5 to 5e-4."""
    base, _ = pair(4, rows=200)
    base = base.astype(np.float32)
    if dtype == "float16":
        stored = base.astype(np.float16)
    else:
        bits = base.view(np.uint32)
        stored = ((bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)).view(np.float32)
    found = lm.compare(base, stored)
    assert low < found.noise_floor < high
    assert found.kl.value == pytest.approx(found.noise_floor, rel=0.25)
    assert found.jensen_shannon.value == pytest.approx(
        found.noise_floors["jensen_shannon"], rel=0.3
    )
    assert found.total_variation.value < found.noise_floors["total_variation"]


def test_logits_are_exact():
    base, model = pair(5, rows=20)
    found = lm.compare(base, model, cluster="token")
    np.testing.assert_allclose(found.per_token["kl"], exact_kl(base, model), rtol=1e-12, atol=1e-17)
    assert found.noise_floor < 1e-28


@pytest.mark.parametrize("shift", [1e4, -1e4])
def test_a_constant_changes_nothing(shift):
    base, model = pair(6, rows=8)
    plain, moved = lm.compare(base, model), lm.compare(base + shift, model - shift)
    assert moved.kl.value == pytest.approx(plain.kl.value, abs=1e-9)


@pytest.mark.parametrize(
    ("noise", "size"), [(0.04, 1e-3), (0.005, 1e-5), (6e-4, 1e-7), (1.5e-4, 1e-8)]
)
def test_float32_keeps_small_divergences(noise, size):
    """The textbook form in float32 is 1 % off at 1e-5, 72 % at 1.5e-7, and negative at 1e-8."""
    base, model = pair(12, rows=2, vocabulary=128_256, noise=noise, spread=3.0, heads=0)
    base, model = base.astype(np.float32), model.astype(np.float32)
    exact = exact_kl(base, model)
    assert size / 10 < exact.mean() < 2 * size
    np.testing.assert_allclose(lm.compare(base, model).per_token["kl"], exact, rtol=1e-3)


def test_float32_and_a_constant_that_it_holds():
    """On a grid of 2^-12 a shift by 8 is exact, and changes no bit."""
    base, model = (np.round(x * 4096).astype(np.float32) / 4096 for x in pair(13, rows=6))
    moved = lm.compare(base + np.float32(8), model - np.float32(8)).per_token
    np.testing.assert_array_equal(moved["kl"], lm.compare(base, model).per_token["kl"])


def test_impossible_tokens():
    base, model = pair(7, rows=8)
    base[:, 5] = model[:, 5] = -np.inf
    assert np.isfinite(lm.compare(base, model).kl.value)
    model[3, 6] = -np.inf
    found = lm.compare(base, model)
    assert found.kl.value == np.inf
    assert found.kl.interval is None
    assert found.worst[0].row == 3
    assert found.percentiles[100.0] == np.inf
    assert np.isfinite(found.percentiles[50.0])
    assert {note.code for note in found.notes} >= {"infinite"}
    assert '"kl_infinite": true' in found.to_json()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_broken_rows_are_named(bad):
    base, model = pair(8, rows=8)
    model[6, 17] = bad
    with pytest.raises(InputError, match="model: row 6 holds NaN"):
        lm.compare(base, model)


def test_targets_and_perplexity():
    base, model = pair(9, rows=30, vocabulary=500)
    ids = np.random.default_rng(0).integers(0, 500, 30)
    found = lm.compare(base, model, targets=ids)
    from model_pairs import probabilities

    p, q = (probabilities(x)[np.arange(30), ids] for x in (base, model))
    assert found.perplexity_base == pytest.approx(np.exp(-np.log(p).mean()))
    assert found.perplexity_model == pytest.approx(np.exp(-np.log(q).mean()))
    assert found.delta_p.value == pytest.approx((q - p).mean())
    without = lm.compare(base, model)
    assert without.perplexity_base is None
    assert without.delta_p is None


def test_top_tokens_by_brute_force():
    base, model = pair(10, rows=30, vocabulary=300, noise=1.0)
    found = lm.compare(base, model).per_token
    tops = [np.argsort(-x, axis=-1, kind="stable")[:, :10] for x in (base, model)]
    shared = [len(set(a) & set(b)) / 10 for a, b in zip(*tops, strict=True)]
    np.testing.assert_allclose(found["top_k_overlap"], shared, rtol=1e-6)
    np.testing.assert_array_equal(found["top_base"], tops[0][:, 0])
    np.testing.assert_array_equal(found["same_top"] == 1, tops[0][:, 0] == tops[1][:, 0])


def test_the_context_of_the_worst(files):
    _, _, _, base, model = files
    found = lm.compare(base, model)
    ids = lm.open(base).contexts
    for token in found.worst:
        until = ids[token.cluster][: token.position + 1]
        assert token.context == tuple(until[-12:].tolist())
        assert token.target == ids[token.cluster][token.position + 1]
    assert [t.kl for t in found.worst] == sorted(found.per_token["kl"].tolist())[:-11:-1]


def test_buckets_hold_every_token(files):
    _, _, _, base, model = files
    found = lm.compare(base, model)
    for buckets in (found.by_confidence, found.by_position, found.by_size):
        assert sum(bucket.n for bucket in buckets) == found.tokens
        total = sum(bucket.n * bucket.kl for bucket in buckets if bucket.n)
        assert total / found.tokens == pytest.approx(found.kl.value)


def test_files_that_do_not_belong_together(tmp_path, files):
    _, base, model, path, _ = files
    with pytest.raises(ShapeError, match="4000 tokens a row and model has 3999"):
        lm.compare(path, model[:, :-1])
    with pytest.raises(ShapeError, match="49 rows and model has 48"):
        lm.compare(path, model[:-1])
    from kullback.lm.files import llama_cpp

    llama_cpp.write(tmp_path / "other.kld", np.arange(112), base, N_CTX)
    with pytest.raises(InputError, match=r"different texts or tokenisers: .* differ, first at"):
        lm.compare(path, tmp_path / "other.kld")


def test_a_row_that_cannot_sum_to_1_is_refused(tmp_path, files):
    """Half of the codes of one row at 0.01 instead: every check of its head passes."""
    _, _, _, path, _ = files
    file = lm.open(path)
    data = bytearray(path.read_bytes())
    words = 2 * (file.vocabulary // 2) + 4
    start = len(data) - 2 * words * 3
    codes = np.frombuffer(data, "<u2", file.vocabulary, start + 8)
    codes[1_000:2_000] = np.maximum(codes[1_000:2_000], 50_000)
    (tmp_path / "bad.kld").write_bytes(data)
    with pytest.raises(FormatError, match=r"row 46 sum to .* never to 1"):
        lm.compare(tmp_path / "bad.kld", path)


def test_unknown_words():
    base, model = pair(11, rows=4)
    with pytest.raises(InputError, match="decode='raw' is unknown; choose one of clean, llama"):
        lm.compare(base, model, decode="raw")
    with pytest.raises(InputError, match="cluster='page' is unknown; choose one of chunk, doc"):
        lm.compare(base, model, cluster="page")
    with pytest.raises(ShapeError, match="cluster has 3 numbers, and there are 4 rows"):
        lm.compare(base, model, cluster=[1, 2, 3])


def test_results_draw_themselves(files):
    _, _, _, base, model = files
    found = lm.compare(base, model)
    assert "KL(base‖model)" in str(found)
    assert found.to_markdown().startswith("#")
    assert found._repr_html_().startswith("<div")
    assert "<script" not in found._repr_html_()
    assert found.to("bits").kl.value == pytest.approx(found.kl.value / np.log(2))
    assert "independent_error" in found.to_dict()["estimates"]["kl"]


def test_hostile_names(files, tmp_path):
    _, base, _, path, _ = files
    evil = tmp_path / "\x1b[31m<script>&.npy"
    np.save(evil, base.astype(np.float32))
    for found in (lm.compare(path, evil), lm.compare_pair(path, evil, evil)):
        assert "\x1b" not in str(found) + found.to_markdown()
        assert "<script>&" not in found.to_html()
        assert "&lt;script&gt;&amp;.npy" in found.to_html()


def test_a_token_that_the_model_rules_out_is_infinite_without_a_warning(tmp_path):
    base, model = pair(3, rows=14, vocabulary=50, noise=0.1)
    model[4, 7] = -np.inf
    path = written(tmp_path, "base.kld", base)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = lm.compare(path, model)
    assert found.kl.value == np.inf
    assert np.isinf(found.per_token["kl"]).nonzero()[0].tolist() == [4]
    assert found.per_token["kl_more"][4] == 0


@pytest.mark.parametrize("unit", ["bits", "bans"])
def test_every_number_is_in_the_unit(files, unit):
    """All that is information is divided by the unit, all else is as it was."""
    _, _, _, base, model = files
    nats, there = lm.compare(base, model), lm.compare(base, model).to(unit)
    ratio = np.log({"bits": 2.0, "bans": 10.0}[unit])
    assert there.unit == there.kl.unit == unit
    assert there.perplexity_base == pytest.approx(nats.perplexity_base, rel=1e-12)
    assert there.perplexity_model == pytest.approx(nats.perplexity_model, rel=1e-12)
    assert there.percentiles[99.0] == pytest.approx(nats.percentiles[99.0] / ratio)
    assert there.noise_floor == pytest.approx(nats.noise_floor / ratio)
    assert there.noise_floors["total_variation"] == nats.noise_floors["total_variation"]
    assert there.worst[0].kl == pytest.approx(nats.worst[0].kl / ratio)
    for name in ("by_confidence", "by_position", "by_size"):
        for a, b in zip(getattr(there, name), getattr(nats, name), strict=True):
            if a.n > 1 and a.interval is not None:
                assert (a.kl, *a.interval) == pytest.approx(
                    tuple(x / ratio for x in (b.kl, *b.interval))
                )
    np.testing.assert_allclose(there.per_token["kl"], nats.per_token["kl"] / ratio)
    np.testing.assert_array_equal(there.per_token["confidence"], nats.per_token["confidence"])
    back = there.to("nats")
    assert back.kl.value == pytest.approx(nats.kl.value)
    for page in (str(there), there.to_markdown(), there.to_html()):
        told = page.split("Tokens that the files clamp")
        rest = told[0] + "".join(part.split("Every mean is the least")[1] for part in told[1:])
        assert "nats" not in rest
        assert unit in rest
