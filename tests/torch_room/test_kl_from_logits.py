"""The loss, against the definition in float64, mpmath, torch's own parts and Liger's formulas."""

import math

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from kullback import arrays  # noqa: E402
from kullback.errors import InputError, MethodError, ShapeError  # noqa: E402
from kullback.torch import kl_from_logits, unshared_mass  # noqa: E402

KINDS = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
TOLERANCE = {torch.float64: 1e-14, torch.float32: 1e-6, torch.bfloat16: 1e-6, torch.float16: 1e-6}
WAYS = (
    {},
    {"direction": "reverse"},
    {"beta": 0.5},
    {"beta": 0.1, "temperature": 1.7},
    {"beta": 1e-5},
    {"direction": "reverse", "temperature": 0.6},
)


def pair(*shape, kind=torch.float64, seed=0, apart=0.5):
    random = torch.Generator().manual_seed(seed)
    p = 2 * torch.randn(*shape, generator=random, dtype=torch.float64)
    q = p + apart * torch.randn(*shape, generator=random, dtype=torch.float64)
    return p.to(kind), q.to(kind)


def defined(p, q, temperature=1.0, direction="forward", beta=None):
    """The definition, in torch's own operations and float64: autograd gives its gradient."""
    log_p, log_q = (torch.log_softmax(x.double() / temperature, -1) for x in (p, q))
    if direction == "reverse" or beta == 1:
        log_p, log_q = log_q, log_p
    if not beta or beta == 1:
        return (log_p.exp() * (log_p - log_q)).sum(-1)
    m = beta * log_p.exp() + (1 - beta) * log_q.exp()
    to_m = [(x.exp() * (x - m.log())).sum(-1) for x in (log_p, log_q)]
    return (beta * to_m[0] + (1 - beta) * to_m[1]) / (beta * (1 - beta))


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("way", WAYS[:4], ids=str)
def test_values_and_gradients_of_every_format(kind, way):
    p, q = pair(3, 4, 50, kind=kind)
    p, q = p.requires_grad_(), q.requires_grad_()
    ours, theirs = kl_from_logits(p, q, **way), defined(p, q, **way)
    assert ours.shape == (3, 4)
    assert ours.dtype == (torch.float64 if kind == torch.float64 else torch.float32)
    rounding = TOLERANCE[kind]
    torch.testing.assert_close(ours.double(), theirs, rtol=rounding, atol=rounding)
    weights = torch.rand(3, 4, dtype=torch.float64)
    mine = torch.autograd.grad((ours * weights.to(ours.dtype)).sum(), (p, q))
    other = torch.autograd.grad((theirs * weights).sum(), (p, q))
    for a, b in zip(mine, other, strict=True):
        assert a.dtype == kind
        # The gradient of 16-bit logits is rounded once, at the end.
        torch.testing.assert_close(a, b, rtol=2 * torch.finfo(kind).eps, atol=rounding)


def masks():
    random = torch.Generator().manual_seed(1)
    yield None
    yield torch.tensor([True, False, True, True])
    yield torch.rand(4, 8, generator=random) > 0.4
    yield torch.rand(1, 8, generator=random) > 0.4


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("mask", list(masks()), ids=["all", "rows", "outcomes", "columns"])
@pytest.mark.parametrize("mapped", [False, True])
def test_gradcheck(way, mask, mapped):
    """Closed-form gradients of both sides against finite differences."""
    p, q = pair(4, 9)
    q = q[:, :8].clone()
    vocab_map = torch.tensor([3, 1, -1, 0, 5, -1, 8, 2]) if mapped else None
    p = p if mapped else p[:, :8].clone()

    def loss(p, q):
        return kl_from_logits(p, q, mask=mask, vocab_map=vocab_map, chunk=3, **way)

    assert torch.autograd.gradcheck(loss, (p.requires_grad_(), q.requires_grad_()))


def test_golden():
    """Values of note `lm_rl_vi`, section 4: torchmetrics' example, pytorch #80488."""
    p = torch.tensor([0.36, 0.48, 0.16], dtype=torch.float64).log()
    q = torch.full((3,), 1 / 3, dtype=torch.float64).log()
    assert kl_from_logits(p, q).item() == pytest.approx(0.0852996013, abs=1e-10)
    assert kl_from_logits(p, q, direction="reverse").item() == pytest.approx(
        0.0974550068, abs=1e-10
    )
    lin = {0.001: 8.52212e-5, 0.1: 0.0077425982, 0.5: 0.0224598599, 0.9: 0.0086024981}
    for beta, value in lin.items():
        ours = kl_from_logits(p, q, beta=beta).item() * beta * (1 - beta)
        assert ours == pytest.approx(value, rel=1e-6)
    p, q = torch.tensor([8.0, 10.0, 6.0]), torch.tensor([1.0, 2.0, 3.0])
    assert kl_from_logits(p, q).item() == pytest.approx(1.0679827082, rel=1e-6)


def test_no_jump_at_either_end():
    """Liger and TRL define β = 0 as KL, a thousand times their own value at β = 0.001."""
    p, q = pair(20)
    forward, reverse = (kl_from_logits(p, q, direction=d).item() for d in ("forward", "reverse"))
    assert kl_from_logits(p, q, beta=0).item() == forward
    assert kl_from_logits(p, q, beta=1).item() == reverse
    for tiny in (1e-3, 1e-6, 1e-12, 1e-300):
        low, high = (kl_from_logits(p, q, beta=b).item() for b in (tiny, 1 - tiny))
        assert low == pytest.approx(forward, rel=5 * tiny + 1e-12)
        assert high == pytest.approx(reverse, rel=5 * tiny + 1e-12)


def liger_jsd(log_q, log_p, beta):
    """Liger's generalised JSD of a row, from its kernel's definition."""
    p, q = log_p.exp(), log_q.exp()
    if beta == 0:
        return (p * (log_p - log_q)).sum(-1)
    if beta == 1:
        return (q * (log_q - log_p)).sum(-1)
    log_m = (beta * p + (1 - beta) * q).log()
    return (beta * p * log_p + (1 - beta) * q * log_q - log_m.exp() * log_m).sum(-1)


@pytest.mark.parametrize("kind", KINDS[2:], ids=str)
@pytest.mark.parametrize("way", WAYS[:3], ids=str)
@pytest.mark.parametrize("shape", [(37, 11), (100, 129), (3, 5000)])
@pytest.mark.parametrize("size", [1, 20])
def test_gradients_of_16_bits_are_those_of_float32_rounded(kind, way, shape, size):
    narrow = [(size * x).to(kind).requires_grad_() for x in pair(*shape)]
    wide = [x.detach().float().requires_grad_() for x in narrow]
    of_narrow, of_wide = (
        torch.autograd.grad(kl_from_logits(*x, **way).sum(), x) for x in (narrow, wide)
    )
    for ours, theirs in zip(of_narrow, of_wide, strict=True):
        assert torch.equal(ours, theirs.to(kind))


@pytest.mark.parametrize("beta", [0, 0.2, 0.5, 0.9, 1])
def test_liger(beta):
    p, q = pair(6, 30)
    theirs = liger_jsd(torch.log_softmax(q, -1), torch.log_softmax(p, -1), beta)
    ours = kl_from_logits(p, q, beta=beta)
    scale = 1 if beta in (0, 1) else beta * (1 - beta)
    torch.testing.assert_close(ours * scale, theirs, rtol=1e-12, atol=1e-14)


def test_torch_kl_div():
    """The arguments of kl_div are swapped, and its mean divides by the outcomes too."""
    p, q = pair(6, 30)
    log_p, log_q = torch.log_softmax(p, -1), torch.log_softmax(q, -1)
    kl_div = torch.nn.functional.kl_div
    whole = kl_div(log_q, log_p, reduction="sum", log_target=True)
    torch.testing.assert_close(kl_from_logits(p, q, reduction="sum"), whole)
    mean = kl_from_logits(p, q, reduction="row-mean")
    torch.testing.assert_close(mean, kl_div(log_q, log_p, reduction="batchmean", log_target=True))
    with pytest.warns(UserWarning, match="batchmean"):
        wrong = kl_div(log_q, log_p, reduction="mean", log_target=True)
    torch.testing.assert_close(mean, 30 * wrong)
    with pytest.raises(InputError, match="divides by rows and outcomes both"):
        kl_from_logits(p, q, reduction="mean")


def exact(p, q):
    """KL of two lists of logits, by mpmath from the definition."""
    with mpmath.workdps(60):
        p, q = ([mpmath.mpf(x) for x in row] for row in (p, q))
        log_zp, log_zq = (mpmath.log(mpmath.fsum(map(mpmath.exp, row))) for row in (p, q))
        return float(
            mpmath.fsum(
                mpmath.exp(x - log_zp) * ((x - log_zp) - (y - log_zq))
                for x, y in zip(p, q, strict=True)
            )
        )


@pytest.mark.parametrize("noise", [1e-1, 1e-2, 1e-3, 2e-4])
def test_float32_keeps_its_digits_near_zero(noise):
    """Down to KL about 1e-8, where the plain form in float32 is wrong by its own size."""
    p, q = pair(2000, kind=torch.float32, apart=noise)
    truth = exact(p.tolist(), q.tolist())
    assert kl_from_logits(p, q).item() == pytest.approx(truth, rel=1e-3)
    for beta in (0.5, 0.02, 0.98):
        assert kl_from_logits(p, q, beta=beta).item() == pytest.approx(truth, rel=0.05 + noise)
        wide = kl_from_logits(p.double(), q.double(), beta=beta).item()
        assert kl_from_logits(p, q, beta=beta).item() == pytest.approx(wide, rel=1e-3)


def test_the_gradient_keeps_its_digits_near_zero():
    p, q = pair(8, 5000, kind=torch.float32, apart=3e-4)
    q = q.requires_grad_()
    (ours,) = torch.autograd.grad(kl_from_logits(p, q).sum(), q)
    (plain,) = torch.autograd.grad(
        torch.nn.functional.kl_div(
            torch.log_softmax(q, -1), torch.log_softmax(p, -1), reduction="sum", log_target=True
        ),
        q,
    )
    (truth,) = torch.autograd.grad(kl_from_logits(p.double(), q.double()).sum(), q)
    # The gradient to a float32 leaf is rounded to float32 at the end.
    ours_off, plain_off = ((x - truth).norm() / truth.norm() for x in (ours, plain))
    assert ours_off < 1e-5
    assert plain_off > 20 * ours_off


@given(
    st.lists(st.floats(-40, 40, width=32), min_size=2, max_size=6),
    st.lists(st.floats(-40, 40, width=32), min_size=6, max_size=6),
    st.sampled_from([0.0, 1e-30, 1e-4, 0.5, 0.999, 1.0]),
    st.sampled_from([torch.float32, torch.float64]),
)
def test_never_negative_and_gradients_sum_to_zero(first, second, beta, kind):
    p = torch.tensor(first, dtype=kind)
    q = torch.tensor(second[: len(first)], dtype=kind, requires_grad=True)
    value = kl_from_logits(p, q, beta=beta)
    assert value.item() >= 0
    (gradient,) = torch.autograd.grad(value, q)
    assert torch.isfinite(gradient).all()
    rounding = 1e-5 if kind == torch.float32 else 1e-13
    assert abs(gradient.sum().item()) <= rounding * max(1.0, gradient.abs().max().item())
    assert kl_from_logits(p, p.clone(), beta=beta).item() == 0


@pytest.mark.parametrize("kind", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("beta", [1e-6, 0.3, 1 - 1e-6])
def test_far_apart(kind, beta):
    """Probabilities that underflow: the logs of the definition are NaN there (Liger #1453)."""
    logits = ([0.0, -200.0, -3.0], [-300.0, 0.0, -3.0])
    with mpmath.workdps(400):
        rows = [[mpmath.exp(x) for x in row] for row in logits]
        p, q = ([x / mpmath.fsum(row) for x in row] for row in rows)
        share = mpmath.mpf(beta)
        m = [share * x + (1 - share) * y for x, y in zip(p, q, strict=True)]
        to_m = [
            mpmath.fsum(x * mpmath.log(x / z) for x, z in zip(row, m, strict=True))
            for row in (p, q)
        ]
        truth = float((share * to_m[0] + (1 - share) * to_m[1]) / (share * (1 - share)))
    p, q = (torch.tensor(row, dtype=kind, requires_grad=True) for row in logits)
    value = kl_from_logits(p, q, beta=beta)
    assert value.item() == pytest.approx(truth, rel=1e-5)
    value.backward()
    assert torch.isfinite(p.grad).all()
    assert torch.isfinite(q.grad).all()


def test_impossible_outcomes():
    nowhere = -math.inf
    p = torch.tensor([[0.0, nowhere, 1.0], [0.0, 0.0, nowhere]], requires_grad=True)
    q = torch.tensor([[0.5, 1.0, 1.0], [0.0, nowhere, 0.0]], requires_grad=True)
    forward = kl_from_logits(p, q)
    assert forward[0].item() == pytest.approx(
        defined(p.detach()[:1].clamp(min=-1e4), q.detach()[:1]).item(), rel=1e-6
    )
    assert forward[1].item() == math.inf
    (to_q,) = torch.autograd.grad(forward.sum(), q)
    softmax = torch.softmax(q.detach(), -1) - torch.softmax(p.detach(), -1)
    torch.testing.assert_close(to_q, softmax)
    js = kl_from_logits(p, q, beta=0.5)
    assert torch.isfinite(js).all()
    for gradient in torch.autograd.grad(js.sum(), (p, q)):
        assert torch.isfinite(gradient).all()
    assert kl_from_logits(p, q, direction="reverse")[0].item() == math.inf


def test_masked_rows_may_hold_anything():
    p, q = pair(5, 7)
    mask = torch.tensor([True, True, False, True, False])
    poisoned = q.clone()
    poisoned[2], poisoned[4] = math.nan, math.inf
    poisoned.requires_grad_()
    kept = kl_from_logits(p[mask], q[mask])
    values = kl_from_logits(p, poisoned, mask=mask)
    assert values[~mask].tolist() == [0, 0]
    torch.testing.assert_close(values[mask], kept)
    mean = kl_from_logits(p, poisoned, mask=mask, reduction="row-mean")
    torch.testing.assert_close(mean, kept.mean())
    mean.backward()
    assert poisoned.grad[~mask].abs().max() == 0
    assert torch.isfinite(poisoned.grad).all()
    nothing = torch.zeros(5).bool()
    assert kl_from_logits(p, poisoned, mask=nothing, reduction="sum").item() == 0
    with pytest.raises(InputError, match=r"shape \(5,\) counts, so there is no mean"):
        kl_from_logits(p, poisoned, mask=nothing, reduction="row-mean")


def test_masked_outcomes_are_taken_out_before_exponentials():
    p, q = pair(4, 6)
    mask = torch.tensor([[True, True, False, True, True, False]])
    big = q.clone()
    big[:, 2] = 1e300
    expected = kl_from_logits(p[:, mask[0]], q[:, mask[0]])
    torch.testing.assert_close(kl_from_logits(p, big, mask=mask), expected)
    whole = mask.expand(4, 6).clone()
    whole[1] = False
    values = kl_from_logits(p, big, mask=whole)
    assert values[1] == 0
    torch.testing.assert_close(values[[0, 2, 3]], expected[[0, 2, 3]])
    mean = kl_from_logits(p, big, mask=whole, reduction="row-mean")
    torch.testing.assert_close(mean, expected[[0, 2, 3]].mean())


def test_a_padded_vocabulary_leaks_nothing():
    """A student padded from 19 to 24 logits, whatever is in the padding; Liger's zeros leak."""
    p, q = pair(5, 19)
    padded = torch.cat([q, torch.zeros(5, 5, dtype=q.dtype)], -1).requires_grad_()
    vocab_map = torch.cat([torch.arange(19), torch.full((5,), -1)])
    values = kl_from_logits(p, padded, vocab_map=vocab_map)
    torch.testing.assert_close(values, kl_from_logits(p, q))
    values.sum().backward()
    assert padded.grad[:, 19:].abs().max() == 0
    with torch.no_grad():
        padded[:, 19:] = 50.0
    torch.testing.assert_close(kl_from_logits(p, padded, vocab_map=vocab_map), values)
    only_p, only_q = unshared_mass(p, padded.detach(), vocab_map)
    assert only_p.max() == 0
    assert only_q.min() > 0.99
    with pytest.raises(ShapeError, match=r"p \(5, 19\), q \(5, 24\).*give vocab_map"):
        kl_from_logits(p, padded)


def test_another_order_of_the_vocabulary():
    p, q = pair(5, 12)
    order = torch.randperm(12, generator=torch.Generator().manual_seed(3))
    mapped = kl_from_logits(p, q[:, order], vocab_map=order)
    torch.testing.assert_close(mapped, kl_from_logits(p, q))
    student = q[:, order][:, :7]
    conditional = kl_from_logits(p, student, vocab_map=order[:7])
    torch.testing.assert_close(conditional, kl_from_logits(p[:, order[:7]], q[:, order[:7]]))
    only_p, _ = unshared_mass(p, student, order[:7])
    truth = torch.softmax(p, -1)[:, order[7:]].sum(-1)
    torch.testing.assert_close(only_p, truth)


@pytest.mark.parametrize("chunk", [1, 2, 5, 100, None])
def test_chunks_and_strides_change_nothing(chunk):
    whole = kl_from_logits(*pair(6, 8, 20))[:, :-1]
    p, q = pair(6, 8, 20)
    shifted = q[:, :-1].requires_grad_()  # cannot be flattened without a copy
    values = kl_from_logits(p[:, :-1], shifted, chunk=chunk)
    torch.testing.assert_close(values, whole, rtol=1e-14, atol=0)
    (gradient,) = torch.autograd.grad(values.sum(), shifted)
    (expected,) = torch.autograd.grad(defined(p[:, :-1], shifted).sum(), shifted)
    torch.testing.assert_close(gradient, expected)
    mask = torch.rand(6, 7, generator=torch.Generator().manual_seed(0)) > 0.5
    torch.testing.assert_close(
        kl_from_logits(p[:, :-1], shifted, mask=mask, chunk=chunk), torch.where(mask, whole, 0.0)
    )
    turned = [side.transpose(-1, 1).contiguous().transpose(-1, 1) for side in (p, q)]
    assert not turned[0].is_contiguous()
    values = kl_from_logits(*turned, chunk=chunk)[:, :-1]
    torch.testing.assert_close(values, whole, rtol=1e-14, atol=0)


def test_shift_by_a_constant_changes_nothing():
    p, q = pair(10, 30)
    moved = kl_from_logits(p + 1e4, q - 1e4)
    torch.testing.assert_close(moved, kl_from_logits(p, q), rtol=0, atol=1e-9)
    p, q = ((x.float() * 4096).round() / 4096 for x in (p, q))
    assert torch.equal(kl_from_logits(p + 8, q - 8), kl_from_logits(p, q))


def test_temperature_squared():
    p, q = pair(3, 5)
    scaled = kl_from_logits(p, q, temperature=3.0, temperature_squared=True)
    torch.testing.assert_close(scaled, 9 * defined(p, q, temperature=3.0))


def test_nan_stays_visible_to_a_gradient_scaler():
    p, q = pair(3, 4, kind=torch.float32)
    q[1, 2], q[2, 0] = math.nan, math.inf
    q.requires_grad_()
    values = kl_from_logits(p, q)
    assert torch.isnan(values).tolist() == [False, True, True]
    values.sum().backward()
    assert torch.isnan(q.grad).any(-1).tolist() == [False, True, True]
    empty = torch.full((1, 4), -math.inf)
    assert torch.isnan(kl_from_logits(p[:1], empty)).all()


def test_autocast_changes_nothing():
    p, q = pair(4, 9, kind=torch.float32)
    q.requires_grad_()
    expected = kl_from_logits(p, q)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        values = kl_from_logits(p, q)
    assert torch.equal(values, expected)
    values.sum().backward()
    assert q.grad.dtype == torch.float32


@pytest.mark.parametrize("kind", KINDS[:3], ids=str)
def test_where_the_native_kernels_cannot_go(monkeypatch, kind):
    """On a GPU the forward pass takes the readable formulas, in torch; here they run on the CPU."""
    p, q = pair(3, 5, 40, kind=kind)
    p, q = p.requires_grad_(), q.requires_grad_()
    p.data[0, 0, 3], q.data[0, 1, 7] = -math.inf, -math.inf
    mask = torch.arange(5).expand(3, 5) != 2

    def everything():
        values = kl_from_logits(p, q, mask=mask, chunk=4)
        finite = torch.where(values < math.inf, values, 0.0)
        return values, *torch.autograd.grad(finite.sum(), (p, q))

    expected = everything()
    monkeypatch.setattr(arrays, "_views", lambda _: None)
    rounding = 1e-12 if kind == torch.float64 else 2e-6
    for mine, native in zip(everything(), expected, strict=True):
        torch.testing.assert_close(mine, native, rtol=rounding, atol=rounding, equal_nan=True)


def test_no_second_derivative():
    p, q = pair(4, 9)
    q.requires_grad_()
    (gradient,) = torch.autograd.grad(kl_from_logits(p, q).sum(), q, create_graph=True)
    with pytest.raises(MethodError, match="no second derivative"):
        gradient.sum().backward()


def test_a_student_learns():
    p, _ = pair(3, 6)
    q = torch.zeros(3, 6, dtype=torch.float64, requires_grad=True)
    for way in WAYS[:4]:
        with torch.no_grad():
            q.zero_()
        optimizer = torch.optim.Adam([q], lr=0.2)
        for _ in range(100):
            optimizer.zero_grad()
            loss = kl_from_logits(p, q, reduction="sum", **way)
            loss.backward()
            optimizer.step()
        assert loss.item() < 1e-3


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"temperature": 0}, InputError, "temperature=0"),
        ({"chunk": 0}, InputError, "chunk=0"),
        ({"chunk": 1.5}, InputError, "chunk=1.5"),
        ({"temperature": torch.ones(2)}, InputError, "temperature has shape"),
        ({"direction": "backward"}, InputError, "forward is KL"),
        ({"beta": 1.5}, InputError, "not in"),
        ({"beta": 0.5, "direction": "reverse"}, InputError, "two things"),
        ({"mask": torch.ones(4)}, InputError, "tensor of bool"),
        ({"mask": torch.ones(7).bool()}, ShapeError, r"give \(4,\) to choose rows, or \(4, 7\)"),
        ({"q": torch.zeros(3, 7)}, ShapeError, "different rows"),
        ({"q": torch.zeros(4, 7).long()}, InputError, "q holds int64"),
        ({"q": [[0.0] * 7] * 4}, InputError, "q is a list"),
        ({"p": torch.zeros(())}, ShapeError, "at least one logit"),
        ({"vocab_map": torch.zeros(3).long()}, ShapeError, "one index into p"),
        ({"vocab_map": torch.tensor([0, 1, 2, 3, 4, 5, 5])}, InputError, "outcomes 5 and 6"),
        ({"vocab_map": torch.tensor([0, 1, 2, 3, 4, 5, 7])}, InputError, "goes from 0 to 7"),
        ({"vocab_map": torch.full((7,), -1)}, InputError, "share no outcome"),
        ({"vocab_map": torch.zeros(7)}, InputError, "int64 indices"),
    ],
)
def test_refusals(changes, error, says):
    given = {"p": torch.zeros(4, 7), "q": torch.zeros(4, 7), **changes}
    with pytest.raises(error, match=says):
        kl_from_logits(**given)


def test_a_temperature_that_asks_for_a_gradient_is_refused():
    p, q = pair(3, 5)
    t = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    with pytest.raises(InputError, match=r"temperature asks for a gradient.*q / temperature"):
        kl_from_logits(p, q, temperature=t)
    with torch.no_grad():
        held = kl_from_logits(p, q, temperature=t)
    torch.testing.assert_close(held, kl_from_logits(p, q, temperature=2.0))
    s = t.detach().clone().requires_grad_()
    squared = kl_from_logits(p / s, q / s, reduction="row-mean")
    squared.backward()
    assert torch.isfinite(s.grad)


@pytest.mark.filterwarnings("ignore")  # of torch about itself
def test_transforms_of_torch_are_refused_in_words():
    p, q = pair(3, 5)
    for transformed in (
        lambda: torch.func.grad(lambda x: kl_from_logits(p, x).sum())(q),
        lambda: torch.vmap(kl_from_logits)(p, q),
        lambda: torch.func.jvp(lambda x: kl_from_logits(p, x), (q,), (q,)),
    ):
        with pytest.raises(MethodError, match=r"transforms of torch\.func"):
            transformed()


@pytest.mark.filterwarnings("ignore")  # of torch about itself
def test_a_compiled_step_goes_around_the_kernels():
    p, q = pair(3, 5)
    q.requires_grad_()
    kl_from_logits(p, q, reduction="row-mean").backward()
    expected, q.grad = q.grad, None
    step = torch.compile(lambda a, b: kl_from_logits(a, b, reduction="row-mean"), backend="eager")
    step(p, q).backward()
    torch.testing.assert_close(q.grad, expected)
    torch._dynamo.reset()
    whole = torch.compile(kl_from_logits, backend="eager", fullgraph=True)
    with pytest.raises(Exception, match="kernels of its own, which no graph holds"):
        whole(p, q)


@pytest.mark.parametrize("temperature", ["2", None, 0, math.nan])
def test_a_temperature_is_a_positive_number(temperature):
    with pytest.raises(InputError, match=r"temperature=.* must be a positive number"):
        kl_from_logits(torch.zeros(1, 2), torch.ones(1, 2), temperature=temperature)
