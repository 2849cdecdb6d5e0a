"""Estimates of KL(π‖ref): golden values, enumeration, masks, clusters and cautions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kullback import rl
from kullback.errors import InputError, MethodError, ShapeError

# Schulman's example: π and reference over three actions. Expectations by hand: KL(π‖ref) =
# .7 ln(.7/.5) + .2 ln(.2/.25) + .1 ln(.1/.25).
POLICY, REFERENCE = np.log([0.7, 0.2, 0.1]), np.log([0.5, 0.25, 0.25])
KL, REVERSED, K2 = 0.0992727822, 0.1166224525, 0.0865834878
# Every action as often as π takes it: a mean over these is the expectation itself.
EVERY = np.repeat([0, 1, 2], [7, 2, 1])


def codes(estimate):
    return {note.code for note in estimate.notes}


@pytest.mark.parametrize(("kind", "mean"), [("k1", KL), ("k2", K2), ("k3", KL)])
def test_expectations_by_enumeration(kind, mean):
    found = rl.kl(POLICY[EVERY], REFERENCE[EVERY], kind=kind)
    assert float(found) == pytest.approx(mean, abs=5e-11)
    assert ("biased" in codes(found)) == (kind == "k2")
    assert found.method == kind
    assert found.n == 10


def test_exact_needs_no_draws():
    found = rl.kl([POLICY, POLICY], [REFERENCE, POLICY], kind="exact")
    assert float(found) == pytest.approx(KL / 2, abs=5e-11)
    assert found.outcomes == 3
    other = rl.kl([REFERENCE], [POLICY], kind="exact")
    assert float(other) == pytest.approx(REVERSED, abs=5e-11)


# Schulman (2020): q = N(0, 1) draws, p = N(.1, 1) or N(1, 1); standard deviations over the true
# KL, and the bias of k2.
SCHULMAN = [
    (0.1, {"k1": 20.0, "k2": 1.41774, "k3": 1.41657}, 0.0025),
    (1.0, {"k1": 2.0, "k2": 1.73205, "k3": 1.69503}, 0.25),
]


@pytest.mark.parametrize(("mean", "spread", "bias"), SCHULMAN)
def test_spread_and_bias_of_schulman(mean, spread, bias):
    """The normal integral by Gauss–Hermite nodes, each as a cluster of its weight."""
    truth = mean * mean / 2
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    log_ratio = mean * mean / 2 - mean * nodes  # ln N(x; 0, 1) − ln N(x; mean, 1)
    for kind, expected in spread.items():
        each = np.array([float(rl.kl([d], [0.0], kind=kind)) for d in log_ratio])
        average = weights @ each
        deviation = math.sqrt(weights @ (each - average) ** 2)
        assert deviation / truth == pytest.approx(expected, rel=4e-6)
        assert average - truth == pytest.approx(bias * truth if kind == "k2" else 0, abs=1e-9)


def test_clamps_of_training_libraries():
    """Log-ratio held to ±20 and k3 to ±10, over exact frequencies: 81 % of KL is gone."""
    limits = rl.Clamp(log_ratio=20, value=10)
    p, ref = np.log([0.999, 0.001]), np.log([0.7, 0.3])
    taken = np.repeat([0, 1], [999, 1])
    free = rl.kl(p[taken], ref[taken], kind="k3")
    held = rl.kl(p[taken], ref[taken], kind="k3", clamp=limits)
    assert float(free) == pytest.approx(0.3496149867, abs=5e-11)
    assert float(held) == pytest.approx(0.0663187692, abs=5e-11)
    (note,) = [note.text for note in held.notes if note.code == "clamped"]
    assert "changed 1 of 1000 draws and moved the estimate down, to 0.0663188" in note
    p, ref = np.log([1 - 1e-4, 1e-4]), np.log([0.5, 0.5])
    taken = np.repeat([0, 1], [9999, 1])
    held = rl.kl(p[taken], ref[taken], kind="k3", clamp=limits)
    assert float(held) == pytest.approx(0.1940778708, abs=5e-11)
    assert float(rl.kl(p[taken], ref[taken], kind="k3")) == pytest.approx(0.6921261515, abs=5e-11)
    unused = rl.kl(POLICY[EVERY], REFERENCE[EVERY], kind="k3", clamp=limits)
    assert float(unused) == pytest.approx(KL, abs=5e-11)
    assert "clamped" not in codes(free)
    with pytest.raises(MethodError, match="sums over all actions"):
        rl.kl([POLICY], [REFERENCE], kind="exact", clamp=limits)
    with pytest.raises(InputError, match="above 0"):
        rl.Clamp(value=0)


def test_importance_correction_by_enumeration():
    """Actions of a third policy, weighted by π/sampled, have the mean KL(π‖ref)."""
    sampled = np.log([0.25, 0.25, 0.5])
    every = np.repeat([0, 1, 2], [1, 1, 2])
    for kind, mean in (("k1", KL), ("k2", K2), ("k3", KL)):
        draws = (POLICY[every], REFERENCE[every])
        found = rl.kl(*draws, kind=kind, log_sampled=sampled[every])
        assert float(found) == pytest.approx(mean, abs=5e-11)
        assert float(rl.kl(*draws, kind=kind)) != pytest.approx(mean, rel=0.1)
        assert found.method == f"{kind}, importance-corrected"


def chains(length):
    """All action sequences of a two-action policy whose odds depend on the action before."""
    pi = np.array([[0.8, 0.2], [0.3, 0.7]])
    ref = np.array([[0.5, 0.5], [0.4, 0.6]])
    for code in range(2**length):
        actions = [code >> t & 1 for t in range(length)]
        states = [0, *actions[:-1]]
        yield pi[states], ref[states], actions


def test_rao_blackwell_over_sequences():
    """Exact per step and k1 have the same mean, the KL of whole sequences; exact spreads less."""
    mean = {"exact": 0.0, "k1": 0.0, "k3": 0.0}
    square = dict(mean)
    truth = 0.0
    for pi, ref, actions in chains(4):
        steps = np.arange(4)
        p, q = pi[steps, actions], ref[steps, actions]
        truth += p.prod() * math.log(p.prod() / q.prod())
        each = {
            "exact": rl.sequence_kl(np.log([pi]), np.log([ref])),
            "k1": rl.sequence_kl(np.log([p]), np.log([q]), kind="k1"),
            "k3": rl.sequence_kl(np.log([p]), np.log([q]), kind="k3"),
        }
        for kind, found in each.items():
            mean[kind] += p.prod() * float(found)
            square[kind] += p.prod() * float(found) ** 2
    for value in mean.values():
        assert value == pytest.approx(truth, rel=1e-12)
    variance = {kind: square[kind] - mean[kind] ** 2 for kind in mean}
    assert variance["exact"] < variance["k1"] / 5


@pytest.mark.parametrize("kind", ["k1", "k3"])
def test_corrected_sequences(kind):
    """Sequences of another policy, weighted by the products of ratios, have the same mean."""
    truth = total = 0.0
    for pi, ref, actions in chains(3):
        steps = np.arange(3)
        p, q = pi[steps, actions], ref[steps, actions]
        b = np.array([0.6, 0.4])[actions]
        truth += p.prod() * math.log(p.prod() / q.prod())
        found = rl.sequence_kl(np.log([p]), np.log([q]), kind=kind, log_sampled=np.log([b]))
        total += b.prod() * float(found)
    assert total == pytest.approx(truth, rel=1e-12)


def test_mask_is_applied_before_anything():
    p, q = np.full((2, 4), 7e8), np.full((2, 4), -7e8)
    p[:, :2], q[:, :2] = POLICY[0], REFERENCE[0]
    p[0, 3], q[1, 3] = np.nan, np.inf
    mask = np.array([[1, 1, 0, 0], [1, 1, 0, 0]])
    for kind in ("k1", "k2", "k3"):
        found = rl.kl(p, q, kind=kind, mask=mask, cluster=[0, 1])
        bare = rl.kl(p[:, :2], q[:, :2], kind=kind, cluster=[0, 1])
        assert found.value == bare.value
        assert found.n == 4
    rows = np.stack([POLICY, np.full(3, np.nan)])
    exact = rl.kl(rows, np.stack([REFERENCE, rows[1]]), kind="exact", mask=[True, False])
    assert float(exact) == pytest.approx(KL, abs=5e-11)


def test_what_is_missing_is_not_a_number():
    good = np.zeros((2, 3))
    for value in (np.nan, np.inf, -9999.0):
        bad = good.copy()
        bad[1, 2] = value
        with pytest.raises(InputError, match=r"log_ref\[1, 2\] is .*mask="):
            rl.kl(good, bad)
    bad = good.copy()
    bad[1, 2] = -np.inf
    with pytest.raises(InputError, match=r"log_p\[1, 2\] is −inf, yet that action was taken"):
        rl.kl(bad, good)
    found = rl.kl(good, bad)
    assert float(found) == np.inf
    assert "infinite" in codes(found)
    assert found.interval is None


def test_refusals():
    with pytest.raises(MethodError, match="'k4' is unknown"):
        rl.kl([0.0], [0.0], kind="k4")
    with pytest.raises(ShapeError, match=r"log_p \(2,\), log_ref \(2, 1\)"):
        rl.kl([0.0, 0.0], [[0.0], [0.0]])
    with pytest.raises(ShapeError, match=r"no position of shape \(1,\) counts"):
        rl.kl([0.0], [0.0], mask=[False])
    with pytest.raises(ShapeError, match=r"no position of shape \(0, 3\) counts"):
        rl.kl(np.zeros((0, 3)), np.zeros((0, 3)))
    with pytest.raises(InputError, match="other than 0 and 1"):
        rl.kl([0.0], [0.0], mask=[0.5])
    with pytest.raises(ShapeError, match="mask has shape"):
        rl.kl(np.zeros((2, 3)), np.zeros((2, 3)), mask=[True, True])
    with pytest.raises(ShapeError, match="cluster has shape"):
        rl.kl(np.zeros((2, 3)), np.zeros((2, 3)), cluster=[0, 1, 2])
    with pytest.raises(MethodError, match="log_sampled does not apply"):
        rl.kl([POLICY], [REFERENCE], kind="exact", log_sampled=[[0.0] * 3])
    with pytest.raises(ShapeError, match="rows of actions"):
        rl.kl(POLICY, REFERENCE, kind="exact")
    with pytest.raises(ShapeError, match="single number"):
        rl.kl(0.0, 0.0)
    with pytest.raises(ShapeError, match=r"\(sequences, positions\)"):
        rl.sequence_kl([0.0], [0.0], kind="k1")
    with pytest.raises(ShapeError, match="no position of sequence 1"):
        rl.sequence_kl(np.zeros((2, 2)), np.zeros((2, 2)), kind="k1", mask=[[1, 1], [0, 0]])


def test_negative_and_significantly_negative():
    rng = np.random.default_rng(0)
    chance = rl.kl(rng.normal(-0.001, 1, 200), np.zeros(200))
    drifted = rl.kl(rng.normal(-0.5, 1, 200), np.zeros(200))
    assert "significantly-negative" in codes(drifted)
    assert {"negative", "significantly-negative"} & codes(chance) in ({"negative"}, set())
    assert drifted.interval.low == 0
    assert drifted.interval.high > 0
    assert "negative" not in codes(rl.kl([0.1, 0.2], [0.0, 0.0]))


def test_actions_of_another_policy_are_noticed():
    """The mean of ref/π over π's own actions is 1; over the reference's it is 1 + χ²."""
    rng = np.random.default_rng(4)
    runs, alarms = 300, 0
    for _ in range(runs):
        own = rng.choice(3, 500, p=np.exp(POLICY))
        alarms += "inconsistent" in codes(rl.kl(POLICY[own], REFERENCE[own]))
    assert alarms <= 0.01 * runs + 4 * math.sqrt(0.01 * runs)
    others = rng.choice(3, 2000, p=np.exp(REFERENCE))
    for kind in ("k1", "k3"):
        found = rl.kl(POLICY[others], REFERENCE[others], kind=kind)
        assert "inconsistent" in codes(found)
    told = rl.kl(POLICY[others], REFERENCE[others], log_sampled=REFERENCE[others])
    assert "inconsistent" not in codes(told)
    assert float(told) == pytest.approx(KL, abs=5 * told.standard_error)
    rows = POLICY[others].reshape(20, 100), REFERENCE[others].reshape(20, 100)
    assert "inconsistent" in codes(rl.sequence_kl(*rows, kind="k1"))


def test_heavy_ratios_are_named():
    """π hardly reaches where the reference is: the ratios ref/π of k3 have an infinite mean."""
    rng = np.random.default_rng(1)
    x = rng.normal(0, 1, 4000)
    log_p, log_ref = -(x**2) / 2, -((x - 1) ** 2) / (2 * 9) - math.log(3)
    found = rl.kl(log_p, log_ref, kind="k3")
    assert {"ratios", "heavy-tail", "span"} <= codes(found)
    assert "heavy-tail" not in codes(rl.kl(log_p, log_ref, kind="k1"))
    close = rl.kl(log_p, -((x - 0.1) ** 2) / 2, kind="k3")
    assert "heavy-tail" not in codes(close)


def test_clustered_error_is_the_design_effect():
    """Copies of one draw add nothing: √255 times the independent error (design effect 255)."""
    rng = np.random.default_rng(2)
    each = rng.normal(0.1, 1, 400)
    whole = np.repeat(each[:, None], 255, axis=1)
    zeros = np.zeros_like(whole)
    clustered = rl.kl(whole, zeros, cluster=range(400))
    assert clustered.value == pytest.approx(each.mean())
    assert clustered.standard_error == pytest.approx(each.std(ddof=1) / 20, rel=1e-12)
    free = rl.kl(whole, zeros)
    assert "independent" in codes(free)
    assert clustered.standard_error / free.standard_error == pytest.approx(255**0.5, rel=2e-3)
    ids = np.repeat([f"doc{i}" for i in range(400)], 255).reshape(400, 255)
    assert rl.kl(whole, zeros, cluster=ids).standard_error == clustered.standard_error
    assert "few-clusters" in codes(rl.kl(whole[:5], zeros[:5], cluster=range(5)))
    assert "no-error" in codes(rl.kl([0.5], [0.0]))


def test_intervals_hold_the_truth():
    """95 % of clustered intervals hold the mean, within the binomial's 4 deviations."""
    rng = np.random.default_rng(3)
    held, runs = 0, 600
    for _ in range(runs):
        shared = rng.normal(0.5, 0.3, (30, 1))
        lengths = rng.integers(1, 12, 30)
        mask = np.arange(12) < lengths[:, None]
        draws = shared + rng.normal(0, 0.5, (30, 12))
        found = rl.kl(draws, np.zeros_like(draws), mask=mask, cluster=range(30))
        held += 0.5 in found.interval
    assert abs(held / runs - 0.95) < 4 * math.sqrt(0.95 * 0.05 / runs)


FINITE = st.floats(-50, 0, allow_subnormal=False)


@given(arrays.arrays(np.float64, (2, 3, 5), elements=FINITE), st.integers(0, 2**15 - 1))
def test_properties(pair, code):
    """k2 and k3 are never negative, order and shape of positions do not matter."""
    p, q = pair
    mask = np.array([code >> i & 1 for i in range(15)], bool).reshape(3, 5)
    mask[0, 0] = True
    for kind in ("k1", "k2", "k3"):
        found = rl.kl(p, q, kind=kind, mask=mask)
        if kind != "k1":
            assert found.value >= 0
        flat = rl.kl(p[::-1].ravel(), q[::-1].ravel(), kind=kind, mask=mask[::-1].ravel())
        assert found.value == pytest.approx(flat.value, rel=1e-9, abs=1e-12)
    same = rl.kl(p, p, kind="k3", mask=mask)
    assert same.value == 0


@pytest.mark.parametrize("library", ["torch", "jax"])
def test_other_libraries(library):
    module = pytest.importorskip(library)
    make = module.tensor if library == "torch" else module.numpy.asarray
    p, q = POLICY[EVERY].astype(np.float32), REFERENCE[EVERY].astype(np.float32)
    mask = np.arange(10) > 2
    bare = rl.kl(p, q, kind="k3", mask=mask, cluster=EVERY)
    found = rl.kl(make(p), make(q), kind="k3", mask=make(mask), cluster=make(EVERY))
    assert found.value == bare.value
    assert found.standard_error == bare.standard_error
    rows = np.stack([POLICY, 0 * POLICY]), np.stack([REFERENCE, np.nan * REFERENCE])
    exact = rl.kl(*map(make, rows), kind="exact", mask=[True, False])
    assert float(exact) == pytest.approx(KL, abs=1e-6)


def test_exact_names_what_is_missing():
    rows = np.stack([POLICY, POLICY])
    bad = rows.copy()
    bad[1, 2] = np.nan
    with pytest.raises(InputError, match=r"log_ref\[1, 2\] is nan"):
        rl.kl(rows, bad, kind="exact")
    assert rl.kl(rows, np.maximum(rows - 1e4, -9999.0), kind="exact").value > 0


def test_traced_arguments_are_refused():
    jax = pytest.importorskip("jax")
    with pytest.raises(InputError, match="traced"):
        jax.jit(lambda p: float(rl.kl(p, p)))(jax.numpy.zeros(3))


def test_read_only_and_strided():
    wide = np.zeros((6, 4))
    wide[:, 1] = 0.3
    wide.flags.writeable = False
    assert float(rl.kl(wide[::2, 1], wide[::2, 2])) == pytest.approx(0.3)


def test_bits_and_facts():
    found = rl.kl(POLICY[EVERY], REFERENCE[EVERY], kind="k3")
    assert found.to("bits").value == pytest.approx(KL / math.log(2))
    facts = found.to_dict()
    assert facts["quantity"] == "KL(π‖ref)"
    assert facts["interval"]["low"] >= 0
