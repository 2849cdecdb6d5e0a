"""Shards put together are one run, bit for bit, and unlike things are not put together."""

import pickle
import re
from concurrent.futures import ProcessPoolExecutor
from functools import partial, reduce
from itertools import pairwise
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_pairs import pair, written

from kullback import lm, logits
from kullback.errors import FormatError, InputError, ShapeError
from kullback.lm import About, Accumulator

BASE, MODEL = pair(1, rows=40, vocabulary=50, noise=0.5)
TARGETS = np.random.default_rng(0).integers(0, 50, 40)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shards")
    base, model = pair(2, rows=210, vocabulary=400, noise=0.2)
    return written(folder, "base.kld", base), written(folder, "model.kld", model)


@settings(max_examples=30)
@given(n=st.integers(1, 45), order=st.randoms(use_true_random=False))
def test_any_shards_in_any_order_are_one_run(n, order):
    parts = [lm.accumulate(BASE, MODEL, shard=(i, n)) for i in range(1, n + 1)]
    order.shuffle(parts)
    merged = reduce(Accumulator.merge, parts)
    whole = lm.accumulate(BASE, MODEL)
    assert merged.to_bytes() == whole.to_bytes()
    assert merged.summary().to_json() == whole.summary().to_json()


def test_a_pool_of_processes(files):
    work = partial(_shard, files)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        parts = [Accumulator.from_bytes(data) for data in pool.map(work, [1, 2, 3])]
    assert reduce(Accumulator.merge, parts).to_bytes() == lm.accumulate(*files).to_bytes()


def _shard(files, i):
    return lm.accumulate(*files, shard=(i, 3)).to_bytes()


def test_a_cluster_of_dask(files):
    distributed = pytest.importorskip("distributed", reason="needs dask[distributed]")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        parts = client.map(lambda i: lm.accumulate(*files, shard=(i, 4)), [1, 2, 3, 4], pure=False)
        while len(parts) > 1:  # a tree, as a large cluster would
            parts = [
                client.submit(reduce, Accumulator.merge, parts[i : i + 2], pure=False)
                for i in range(0, len(parts), 2)
            ]
        merged = parts[0].result()
    assert merged.to_bytes() == lm.accumulate(*files).to_bytes()


def test_blocks_of_the_vocabulary():
    """A row that is split over devices: the states merge, and the tokens are those of the row."""
    cuts = [0, 7, 30, 50]
    states = [logits.RowState.of(BASE[:, a:b], MODEL[:, a:b]) for a, b in pairwise(cuts)]
    kl = reduce(logits.RowState.merge, states).kl()
    np.testing.assert_allclose(kl, lm.compare(BASE, MODEL).per_token["kl"], rtol=1e-12)


def test_updates_with_batches_are_an_update_with_all():
    rows = logits.summary(BASE, MODEL)
    places = np.arange(40)
    whole = Accumulator().update(rows, cluster=places // 10, position=places % 10)
    parts = Accumulator()
    for i in range(0, 40, 7):
        part = slice(i, i + 7)
        parts.update(
            logits.summary(BASE[part], MODEL[part]),
            cluster=places[part] // 10,
            position=places[part] % 10,
        )
    assert parts.to_bytes() == whole.to_bytes()
    assert parts.summary().kl.value == pytest.approx(lm.compare(BASE, MODEL).kl.value)


def test_what_summaries_do_not_say_is_not_said():
    found = Accumulator().update(logits.summary(BASE, MODEL), cluster=0).summary()
    assert np.isnan(found.noise_floor)
    assert "NaN" not in found.to_json()
    assert "What rounding in the logits makes of KL is not known" in str(found)
    assert " -1 " not in str(found)  # the place of a token that has none


def test_updates_in_bits_and_with_surprises():
    rows = logits.summary(BASE, MODEL)
    nats = Accumulator().update(rows, cluster=0, nll_base=np.ones(40), nll_model=np.full(40, 2.0))
    bits = Accumulator().update(rows.to("bits"), cluster=0)
    assert bits.summary().kl.value == pytest.approx(nats.summary().kl.value, rel=1e-14)
    found = nats.summary()
    assert found.delta_p.value == pytest.approx(np.exp(-2) - np.exp(-1))
    assert found.perplexity_model == pytest.approx(np.exp(2))
    assert {note.code for note in found.notes} == {"one-cluster"}
    assert found.kl.interval is None


def test_bad_updates():
    rows = logits.summary(BASE, MODEL)
    with pytest.raises(ShapeError, match=r"cluster has shape \(3,\), and there are 40 rows"):
        Accumulator().update(rows, cluster=[1, 2, 3])
    with pytest.raises(InputError, match="cluster holds float64 values; give whole numbers"):
        Accumulator().update(rows, cluster=np.zeros(40))
    with pytest.raises(InputError, match="no token to summarise"):
        Accumulator().summary()
    rows.kl[7] = np.nan
    with pytest.raises(InputError, match=r"rows.kl\[7\] is NaN"):
        Accumulator().update(rows, cluster=0)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("vocabulary", 50, 51),
        ("tokenizer", "bpe", "unigram"),
        ("temperature", 1.0, 0.7),
        ("direction", "KL(base‖model)", "KL(model‖base)"),
        ("decode", "clean", "llama.cpp"),
        ("cluster", "chunk", "token"),
        ("text", "ab", "cd"),
        ("model", "q4", "q8"),
        ("rows", 3, 4),
    ],
)
def test_unlike_things_are_refused(name, one, other):
    first, second = (Accumulator(About(**{name: value})) for value in (one, other))
    said = re.escape(f"{name} is {one!r} in one and {other!r} in the other")
    with pytest.raises(InputError, match=said):
        first.merge(second)


def test_the_same_rows_are_not_counted_twice():
    part = lm.accumulate(BASE, MODEL, shard=(2, 4))
    with pytest.raises(InputError, match="rows 10:20 would be counted twice"):
        part.merge(lm.accumulate(BASE, MODEL, shard=(1, 2)))
    assert len(part) == 10


def test_what_is_missing_is_said():
    part = lm.accumulate(BASE, MODEL, shard=(1, 4)).merge(lm.accumulate(BASE, MODEL, shard=(3, 4)))
    assert part.missing() == ((10, 20), (30, 40))
    (note,) = (note for note in part.summary().notes if note.code == "missing")
    assert note.text == "20 of 40 rows are not there: 10:20, 30:40."
    with pytest.raises(InputError, match="shard 5/4 does not exist"):
        lm.accumulate(BASE, MODEL, shard=(5, 4))


def test_only_what_is_missing_is_read():
    seen = []
    part = lm.accumulate(BASE, MODEL, shard=(2, 4))
    whole = lm.accumulate(BASE, MODEL, into=part, progress=lambda *now: seen.append(now))
    assert seen == [(20, 40), (40, 40)]
    assert whole.to_bytes() == lm.accumulate(BASE, MODEL).to_bytes()


def test_the_state_as_bytes_values_and_pickle():
    whole = lm.accumulate(BASE, MODEL)
    for copy in (
        Accumulator.from_bytes(whole.to_bytes()),
        Accumulator().load_state_dict(whole.state_dict()),
        pickle.loads(pickle.dumps(whole)),
    ):
        assert copy.to_bytes() == whole.to_bytes()
        assert copy.about == whole.about
    with pytest.raises(InputError, match="a state of version 9; this reads 2"):
        Accumulator().load_state_dict(whole.state_dict() | {"version": 9})


@settings(max_examples=200)
@given(data=st.data())
def test_a_changed_or_cut_state_is_refused(data):
    whole = lm.accumulate(BASE[:6], MODEL[:6]).to_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        broken = whole[:place]
    else:
        flip = data.draw(st.integers(1, 255))
        broken = whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :]
    with pytest.raises(FormatError, match="state"):
        Accumulator.from_bytes(broken)


def test_states_in_files(tmp_path):
    whole = lm.accumulate(BASE, MODEL)
    path = tmp_path / "a.state"
    assert whole.save(path) == path.stat().st_size
    assert Accumulator.load(path).to_bytes() == path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]
    path.write_text("not a state at all")
    with pytest.raises(FormatError, match=r"a\.state: not a state of kullback lm"):
        Accumulator.load(path)
