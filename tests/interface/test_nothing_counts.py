"""A batch of which the mask leaves nothing: one rule, that of docs/conventions.md."""

import math

import numpy as np
import pytest

import kullback as k
from kullback.errors import InputError, MassError, ShapeError

LOG_P = np.log([[0.7, 0.2, 0.1], [0.5, 0.25, 0.25]])
LOG_REF = np.log([[0.4, 0.4, 0.2], [0.3, 0.3, 0.4]])
NOTHING = np.zeros(2, bool)
NO_ROWS = np.zeros((0, 3))


def draws(call, **more):
    return lambda p, ref, mask: call(p[:, 0], ref[:, 0], mask=mask, **more)


def rows(call, **more):
    return lambda p, ref, mask: call(p, ref, mask=mask, **more)


def in_torch(name, **more):
    """One of the losses of `kullback.torch`, of tensors."""
    torch = pytest.importorskip("torch")
    room = k.torch

    def call(p, ref, mask):
        p, ref = torch.as_tensor(p), torch.as_tensor(ref).requires_grad_()
        mask = torch.as_tensor(mask)
        if name == "kl_from_hidden":
            weight = torch.eye(3, dtype=torch.float64)
            result = room.kl_from_hidden(p, weight, ref, weight, mask=mask, **more)
        elif name == "kl_from_top_k":
            ids = torch.arange(2).expand(len(p), 2)
            result = room.kl_from_top_k(ids, p[:, :2], ref, mask=mask, **more)
        else:
            result = room.kl_from_logits(p, ref, mask=mask, **more)
        result.sum().backward()
        assert not ref.grad.any()
        return result.detach().numpy()

    return call


LOSSES = ("kl_from_logits", "kl_from_hidden", "kl_from_top_k")
MEANS = {
    "rl.kl": lambda: draws(k.rl.kl),
    "rl.kl exact": lambda: rows(k.rl.kl, kind="exact"),
    "rl.ratios": lambda: draws(k.rl.ratios),
    "rl.loss": lambda: draws(k.rl.loss),
    "rl.loss forward": lambda: draws(k.rl.loss, gradient="forward"),
    "rl.exact_loss": lambda: rows(k.rl.exact_loss),
    **{f"torch.{name}": lambda name=name: in_torch(name, reduction="row-mean") for name in LOSSES},
}
SUMS = {
    "rl.loss": lambda: draws(k.rl.loss, count=7),
    "rl.exact_loss": lambda: rows(k.rl.exact_loss, count=7),
    **{f"torch.{name}": lambda name=name: in_torch(name, reduction="sum") for name in LOSSES},
}
POSITIONS = {
    "rl.penalties": lambda: draws(k.rl.penalties),
    **{f"torch.{name}": lambda name=name: in_torch(name) for name in LOSSES},
}


@pytest.mark.parametrize("name", MEANS)
def test_a_mean_of_nothing_is_refused(name):
    call = MEANS[name]()
    with pytest.raises(
        ShapeError, match=r"no position of shape \(2,\) counts, so there is no mean"
    ):
        call(LOG_P, LOG_REF, NOTHING)
    with pytest.raises(ShapeError, match=r"no position of shape \(0,\) counts"):
        call(NO_ROWS, NO_ROWS, NOTHING[:0])


@pytest.mark.parametrize("name", SUMS)
def test_a_sum_of_nothing_is_0(name):
    call = SUMS[name]()
    assert float(call(LOG_P, LOG_REF, NOTHING)) == 0
    assert float(call(NO_ROWS, NO_ROWS, NOTHING[:0])) == 0


@pytest.mark.parametrize("name", POSITIONS)
def test_a_position_that_does_not_count_is_0(name):
    call = POSITIONS[name]()
    assert call(LOG_P, LOG_REF, NOTHING).tolist() == [0, 0]
    assert call(NO_ROWS, NO_ROWS, NOTHING[:0]).shape == (0,)


def test_outcomes_that_are_all_masked_leave_a_row_out():
    torch = pytest.importorskip("torch")
    p, q = torch.as_tensor(LOG_P), torch.as_tensor(LOG_REF)
    mask = torch.tensor([[True] * 3, [False] * 3])
    both = k.torch.kl_from_logits(p, q, mask=mask)
    assert both[1] == 0
    mean = k.torch.kl_from_logits(p, q, mask=mask, reduction="row-mean")
    assert mean == both[0]


def test_a_sequence_without_a_token_is_refused():
    mask = np.array([[True, True, False], [False] * 3])
    with pytest.raises(ShapeError, match="sequence 1"):
        k.rl.sequence_kl(LOG_P, LOG_REF, kind="k1", mask=mask)


def test_what_is_traced_is_nan():
    jax = pytest.importorskip("jax")
    torch = pytest.importorskip("torch")
    of_jax = [jax.numpy.asarray(array) for array in (LOG_P[:, 0], LOG_REF[:, 0], NOTHING)]
    assert math.isnan(jax.jit(lambda p, ref, mask: k.rl.loss(p, ref, mask=mask))(*of_jax))
    tensors = [torch.as_tensor(array) for array in (LOG_P[:, 0], LOG_REF[:, 0], NOTHING)]

    @torch.compile(fullgraph=True, backend="eager")
    def compiled(p, ref, mask):
        return k.rl.loss(p, ref, mask=mask)

    assert math.isnan(compiled(*tensors))


def test_a_metric_keeps_what_it_had():
    torch = pytest.importorskip("torch")
    p, q, nothing = torch.as_tensor(LOG_P), torch.as_tensor(LOG_REF), torch.as_tensor(NOTHING)
    metric = k.torch.MeanKL()
    assert math.isnan(metric(p, q, mask=nothing))
    assert metric.estimate().n == 0
    metric.update(p, q)
    before = metric.compute()
    metric.update(p, q, mask=nothing)
    assert metric.compute() == before


@pytest.mark.parametrize("mass", ["check", "normalize"])
@pytest.mark.parametrize("measure", [k.kl, k.jensen_shannon, k.total_variation, k.cross_entropy])
def test_a_distribution_without_outcomes_is_none(measure, mass):
    with pytest.raises(MassError, match="sums to 0"):
        measure([0.5, 0.5], [0.4, 0.6], where=NOTHING, mass=mass)
    assert k.kl([0.5, 0.5], [0.4, 0.6], where=NOTHING, mass="as-is") == 0


def test_logits_without_outcomes_are_none():
    for measure in (k.logits.kl, k.logits.jensen_shannon, k.logits.cross_entropy):
        with pytest.raises(InputError, match=r"no outcome is possible.*where="):
            measure(LOG_P, LOG_REF, where=[False] * 3)
