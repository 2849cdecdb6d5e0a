"""Losses from hidden states, beside PyTorch's own operations on whole logits in float64."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from test_loss_memory import Largest  # noqa: E402

from kullback.errors import InputError, ShapeError  # noqa: E402
from kullback.torch import kl_from_hidden, kl_from_logits  # noqa: E402

HERE = Path(__file__).parent
ROWS, OUTCOMES, WIDE, NARROW = 7, 50, 6, 4


def sides(dtype=torch.float64, rows=ROWS, outcomes=OUTCOMES, seed=0):
    generator = torch.Generator().manual_seed(seed)
    shapes = ((rows, WIDE), (outcomes, WIDE), (rows, NARROW), (outcomes, NARROW))
    made = [torch.randn(*shape, generator=generator, dtype=torch.float64) for shape in shapes]
    return [each.to(dtype).requires_grad_() for each in made]


def by_definition(p, q, way):
    """A divergence a row from log-softmaxes."""
    way = dict(way)
    cap, temperature = way.pop("softcap", None), way.pop("temperature", 1.0)
    if cap is not None:
        p, q = cap * torch.tanh(p / cap), cap * torch.tanh(q / cap)
    p, q = (torch.log_softmax(x / temperature, -1) for x in (p, q))
    if way.get("direction") == "total-variation":
        return (p.exp() - q.exp()).abs().sum(-1) / 2
    if way.get("direction") == "reverse":
        p, q = q, p
    if (beta := way.get("beta")) is None:
        return (p.exp() * (p - q)).sum(-1)
    m = torch.log(beta * p.exp() + (1 - beta) * q.exp())
    forward, backward = (p.exp() * (p - m)).sum(-1), (q.exp() * (q - m)).sum(-1)
    return (beta * forward + (1 - beta) * backward) / (beta * (1 - beta))


WAYS = (
    {},
    {"direction": "reverse"},
    {"direction": "total-variation"},
    {"beta": 0.3},
    {"temperature": 2.0, "softcap": 1.5},
    {"direction": "reverse", "softcap": 3.0},
    {"direction": "total-variation", "temperature": 0.5},
)


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("chunk", [None, 1, 3])
@pytest.mark.parametrize("biased", [False, True])
def test_values_and_all_gradients(way, chunk, biased):
    h_p, w_p, h_q, w_q = given = sides()
    biases = [torch.randn(OUTCOMES, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    if not biased:
        biases = [None, None]
    weights = torch.linspace(0.5, 2.0, ROWS, dtype=torch.float64)
    named = dict(zip(("bias_p", "bias_q"), biases, strict=True))
    values = kl_from_hidden(*given, chunk=chunk, **named, **way)
    p, q = (
        h @ w.T + (0 if b is None else b)
        for h, w, b in zip((h_p, h_q), (w_p, w_q), biases, strict=True)
    )
    expected = by_definition(p, q, way)
    assert torch.allclose(values, expected, rtol=1e-10, atol=1e-12)
    wanted = [t for t in (*given, *biases) if t is not None]
    ours = torch.autograd.grad((values * weights).sum(), wanted)
    theirs = torch.autograd.grad((expected * weights).sum(), wanted)
    for mine, other in zip(ours, theirs, strict=True):
        assert torch.allclose(mine, other, rtol=1e-8, atol=1e-10)


def test_masked_rows_are_nothing_and_means_are_over_the_others():
    given = [t.detach() for t in sides()]
    hidden = given[2].reshape(ROWS, 1, NARROW).clone().requires_grad_()
    mask = (torch.arange(ROWS) % 3 > 0)[:, None]
    with torch.no_grad():
        hidden[0] = torch.nan
    told = (given[0][:, None], given[1], hidden, given[3])
    loss = kl_from_hidden(*told, mask=mask, reduction="row-mean")
    expected = by_definition(given[0] @ given[1].T, hidden.detach()[:, 0] @ given[3].T, {})
    assert loss.item() == pytest.approx(expected[mask[:, 0]].mean().item(), rel=1e-12)
    loss.backward()
    assert (hidden.grad[~mask[:, 0]] == 0).all()
    assert kl_from_hidden(*told, mask=mask).shape == (ROWS, 1)
    nothing = kl_from_hidden(*told, mask=torch.zeros_like(mask), reduction="sum")
    assert nothing.item() == 0


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_gradients_near_the_teacher(dtype, direction):
    """In float32 each gradient is within 1e-7 of its exact value in float64, of the same inputs.

    16-bit numbers are multiplied as they are and added up in float32, then rounded once.
    """
    h, w, *_ = sides(torch.float32, rows=64, outcomes=2_000)
    with torch.no_grad():
        noise = torch.randn(h.shape, generator=torch.Generator().manual_seed(1))
        h_q = (h + 1e-3 * noise).to(dtype).requires_grad_()
        h_p, w_p = h.detach().to(dtype), w.detach().to(dtype)
        w_q = w_p.clone().requires_grad_()
    loss = kl_from_hidden(h_p, w_p, h_q, w_q, direction=direction, chunk=16)
    loss.mean().backward()
    wide = [t.detach().double().requires_grad_() for t in (h_q, w_q)]
    exact = by_definition(
        h_p.double() @ w_p.double().T, wide[0] @ wide[1].T, {"direction": direction}
    )
    exact.mean().backward()
    assert loss.detach().double() == pytest.approx(exact.detach(), rel=3e-3, abs=4e-9)
    rounding = torch.finfo(dtype).eps
    for mine, theirs in zip((h_q, w_q), wide, strict=True):
        apart = (mine.grad.double() - theirs.grad).abs()
        assert (apart <= 1e-7 + rounding * theirs.grad.abs()).all()


def test_a_model_is_nothing_away_from_itself():
    h, w, *_ = sides(torch.float32)
    for way in WAYS[:4]:
        loss = kl_from_hidden(h, w, h, w, **way)
        assert (loss == 0).all()


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_no_more_than_one_chunk_is_kept(way):
    rows, outcomes, chunk = 40, 500, 4
    h_p, w_p, h_q, w_q = sides(torch.float32, rows, outcomes)
    with Largest([h_p, w_p, h_q, w_q]) as seen:
        kl_from_hidden(
            h_p.detach(), w_p.detach(), h_q, w_q, chunk=chunk, reduction="sum", **way
        ).backward()
    assert not seen.whole
    assert seen.largest <= max(8 * chunk * outcomes, 4 * w_p.numel())


def test_it_is_the_loss_of_the_logits():
    h_p, w_p, h_q, w_q = sides(torch.float32)
    ours = kl_from_hidden(h_p, w_p, h_q, w_q)
    assert torch.allclose(ours, kl_from_logits(h_p @ w_p.T, h_q @ w_q.T), rtol=1e-5)


SHARDED = (
    {"direction": "reverse"},
    {"temperature": 2.0, "softcap": 3.0},
    {"beta": 0.5},
    {"beta": 0.1, "temperature": 0.7},
    {"direction": "total-variation"},
)


@pytest.mark.slow
def test_four_shards_are_one(tmp_path):
    """Four processes that hold a quarter of the outcomes each, connected by gloo."""
    command, world = [sys.executable, str(HERE / "shards.py")], 4
    running = [
        subprocess.Popen(
            [*command, str(rank), str(world), str(tmp_path / "place"), json.dumps(SHARDED)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in range(world)
    ]
    told = [json.loads(process.communicate(timeout=300)[0]) for process in running]
    for i, way in enumerate(SHARDED):
        given = sides(rows=5, outcomes=40)
        values = kl_from_hidden(*given, **way)
        values.sum().backward()
        for rank, each in enumerate(ways[i] for ways in told):
            assert each["values"] == told[0][i]["values"]
            assert each["values"] == pytest.approx(values.tolist(), rel=1e-14)
            for j in (0, 2):
                whole = given[j].grad.flatten().tolist()
                assert each["grads"][j] == pytest.approx(whole, rel=1e-12, abs=1e-15)
            for j in (1, 3):
                shard = given[j].grad[10 * rank : 10 * rank + 10].flatten().tolist()
                assert each["grads"][j] == pytest.approx(shard, rel=1e-12, abs=1e-15)


def test_what_cannot_be_is_said():
    h_p, w_p, h_q, w_q = sides()
    for error, said, told in (
        (ShapeError, "same outcomes", (h_p, w_p, h_q, w_q[:5])),
        (ShapeError, r"\(k, d\)", (h_p, w_p, h_q, w_p)),
        (ShapeError, "same rows", (h_p[:2], w_p, h_q, w_q)),
        (InputError, "h_p is a list", (h_p.tolist(), w_p, h_q, w_q)),
        (InputError, "W_q holds int64", (h_p, w_p, h_q, w_q.long())),
    ):
        with pytest.raises(error, match=said):
            kl_from_hidden(*told)
    for error, way in (
        (InputError, {"temperature": 0}),
        (InputError, {"softcap": -1.0}),
        (InputError, {"chunk": 0}),
        (InputError, {"direction": "sideways"}),
        (InputError, {"reduction": "mean"}),
        (InputError, {"mask": torch.ones(ROWS)}),
        (ShapeError, {"mask": torch.ones(3, dtype=torch.bool)}),
    ):
        with pytest.raises(error):
            kl_from_hidden(h_p, w_p, h_q, w_q, **way)
