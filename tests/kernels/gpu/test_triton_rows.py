"""Triton's kernels in its interpreter, beside the float64 kernels of a processor.

No test here runs on a GPU: what the interpreter does is NumPy's arithmetic, block by block.
"""

import os
import subprocess
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("triton", reason="triton is missing: pip install triton")

from kullback import arrays, kernels, logits  # noqa: E402
from kullback.kernels.gpu import choice, rows  # noqa: E402
from kullback.torch import kl_from_logits  # noqa: E402

KINDS = {"float64": 2e-11, "float32": 1e-4, "bfloat16": 1e-4, "float16": 1e-4}


@pytest.fixture(autouse=True)
def short_blocks(monkeypatch):
    """Make several blocks of few outcomes."""
    monkeypatch.setattr(rows, "BLOCK", dict.fromkeys(rows.BLOCK, 64))
    monkeypatch.delenv("KULLBACK_KERNELS", raising=False)  # which says that they are not to answer
    with np.errstate(all="ignore"):  # the interpreter computes both sides of each choice
        yield


@pytest.fixture
def on_gpu(monkeypatch):
    """Take a processor's tensors for a GPU's."""
    monkeypatch.setattr(choice, "DEVICES", ("cpu",))
    monkeypatch.setattr(arrays, "_views", lambda _: None)


def pair(kind, noise, outcomes=100):
    """Rows with every edge: impossible outcomes on one side or both, a shift, a rising order."""
    generator = torch.Generator().manual_seed(7)
    p = 4 * torch.randn(6, outcomes, generator=generator, dtype=torch.float64)
    q = p + noise * torch.randn(6, outcomes, generator=generator, dtype=torch.float64)
    p[0], order = p[0].sort()
    q[0] = q[0][order]
    p[1, :40] = q[1, :40] = -torch.inf
    q[2, 5] = -torch.inf
    p[3, 7] = -torch.inf
    q[4] -= 20
    q[5] = p[5]
    return p.to(getattr(torch, kind)), q.to(getattr(torch, kind))


SOME_SLOW = [
    pytest.param(kind, noise, marks=() if (kind, noise) == ("bfloat16", 3.0) else pytest.mark.slow)
    for kind in KINDS
    for noise in (1e-2, 3.0)
]


@pytest.mark.parametrize(("kind", "noise"), SOME_SLOW)
def test_the_summary_is_the_processor_s(kind, noise):
    p, q = pair(kind, noise)
    ours = rows.logits_summary(p, q, 0.7)
    theirs = kernels.logits_summary(p.double().numpy(), q.double().numpy(), 0.7)
    np.testing.assert_allclose(ours.double().numpy(), theirs, rtol=KINDS[kind], atol=1e-12)
    assert ours.dtype == (torch.float64 if kind == "float64" else torch.float32)
    one = {
        "kl": rows.logits_kl(p, q, 0.7),
        "jensen_shannon": rows.logits_jensen_shannon(p, q, 0.7),
        "total_variation": rows.logits_total_variation(p, q, 0.7),
        "entropy_p": rows.logits_entropy(p, 0.7),
        "cross_entropy": rows.logits_cross_entropy(p, q, 0.7),
    }
    for name, values in one.items():
        column = ours[:, kernels.SUMMARY.index(name)]
        there = torch.isfinite(values)
        np.testing.assert_allclose(values[there], column[there], rtol=1e-6, err_msg=name)


@pytest.mark.slow
def test_near_models_keep_their_digits_in_float32():
    """Relative error below 1e-5 at 7e-4 nats, below 1e-3 at 1e-8: from float64 of the same."""
    generator = torch.Generator().manual_seed(1)
    p = 3 * torch.randn(4, 1_000, generator=generator)
    for noise, close in ((0.04, 1e-5), (2e-4, 1e-3)):
        q = p + noise * torch.randn(4, 1_000, generator=generator)
        exact = kernels.logits_kl(p.double().numpy(), q.double().numpy(), 1.0)
        np.testing.assert_allclose(rows.logits_kl(p, q), exact, rtol=close)


def test_what_is_no_distribution_is_nan():
    p = torch.zeros(3, 100)
    p[0, 80], p[1, 3] = torch.nan, torch.inf
    p[2] = -torch.inf
    for x, y in ((p, torch.zeros(3, 100)), (torch.zeros(3, 100), p)):
        assert rows.logits_summary(x, y).isnan().all()
        assert rows.logits_kl(x, y).isnan().all()


def test_states_of_shards_merge_to_that_of_the_whole():
    p, q = pair("float64", 0.5)
    parts = [rows.logits_state(p[:, i::3], q[:, i::3]).numpy() for i in range(3)]
    merged = kernels.merge_states(kernels.merge_states(parts[0], parts[1]), parts[2])
    np.testing.assert_allclose(
        kernels.kl_of_states(merged), kernels.logits_kl(p.numpy(), q.numpy(), 1.0), rtol=1e-12
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["bfloat16", "float64"])
def test_the_front_door_takes_them_for_a_gpu_s_tensors(on_gpu, monkeypatch, kind):
    p, q = pair(kind, 0.5)
    seen = []
    for name in ("logits_kl", "logits_summary", "logits_entropy", "logits_cross_entropy"):
        plain = getattr(rows, name)
        monkeypatch.setattr(rows, name, lambda *a, f=plain, n=name: seen.append(n) or f(*a))
    wide = [x.double().numpy() for x in (p, q)]
    for name in ("kl", "cross_entropy", "jensen_shannon", "total_variation"):
        ours, theirs = getattr(logits, name)(p, q), getattr(logits, name)(*wide)
        assert isinstance(ours, torch.Tensor)
        np.testing.assert_allclose(ours.double(), theirs, rtol=KINDS[kind], err_msg=name)
    np.testing.assert_allclose(logits.entropy(p).double(), logits.entropy(wide[0]), rtol=1e-6)
    np.testing.assert_allclose(logits.summary(p, q).kl, logits.summary(*wide).kl, rtol=KINDS[kind])
    assert set(seen) == {"logits_kl", "logits_summary", "logits_entropy", "logits_cross_entropy"}
    three = logits.kl(p.view(2, 3, -1), q.view(2, 3, -1)[:, :1])
    assert three.shape == (2, 3)


WAYS = {
    "forward": {},
    "reverse": {"direction": "reverse"},
    "mixture": {"beta": 0.3},
    "almost reverse": {"beta": 0.9},
    "rows": {"mask": torch.tensor([True, False, True, True, False, True])},
    "outcomes": {"mask": (torch.arange(100) % 3 > 0)[None], "beta": 0.5},
    "vocabulary": {"vocab_map": torch.arange(99, -1, -1)},
}

QUICK = (("forward", "float32"), ("mixture", "float64"))
LOSSES = [
    pytest.param(way, kind, marks=() if (way, kind) in QUICK else pytest.mark.slow)
    for way in WAYS
    for kind in ("float64", "float32", "bfloat16")
]


@pytest.mark.parametrize(("way", "kind"), LOSSES)
def test_losses_and_gradients_are_the_processor_s(way, kind, monkeypatch):
    options = WAYS[way] | {"temperature": 1.5, "chunk": 4}

    def run():
        p, q = (x.clone().requires_grad_() for x in pair(kind, 0.5))
        values = kl_from_logits(p, q, **options)
        torch.where(values.isfinite(), values, 0.0).sum().backward()
        return values.detach(), p.grad, q.grad

    theirs = run()
    monkeypatch.setattr(choice, "DEVICES", ("cpu",))
    monkeypatch.setattr(arrays, "_views", lambda _: None)
    ours = run()
    close = {"float64": 1e-10, "float32": 2e-4, "bfloat16": 1e-2}[kind]
    for mine, other in zip(ours, theirs, strict=True):
        scale = float(other[other.isfinite()].double().abs().max())
        np.testing.assert_allclose(
            mine.double(), other.double(), rtol=close, atol=1e-3 * close * scale
        )


def test_who_answers(monkeypatch):
    p = torch.zeros(2, 3)
    assert choice.gpu_kernels(p, p) is None
    monkeypatch.setattr(choice, "DEVICES", ("cpu",))
    assert choice.gpu_kernels(p, p) is rows
    assert choice.gpu_kernels(p, np.zeros((2, 3))) is None
    assert choice.gpu_kernels(p, p.clone().requires_grad_()) is None
    with torch.no_grad():
        assert choice.gpu_kernels(p, p.clone().requires_grad_()) is rows
    assert choice.gpu_kernels(p[:0], p[:0]) is None
    monkeypatch.setenv("KULLBACK_KERNELS", "reference")
    assert choice.gpu_kernels(p, p) is None
    monkeypatch.delenv("KULLBACK_KERNELS")
    monkeypatch.setattr(choice, "_loaded", {})
    monkeypatch.setitem(sys.modules, "kullback.kernels.gpu.rows", None)
    assert choice.gpu_kernels(p, p) is None


COMPILE = """
import torch, triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from kullback.kernels.gpu import loss, rows, state
places = dict.fromkeys(("p_row", "q_row", "out_row"), "i64") | {"count": "i32"}
places |= dict.fromkeys(("numbers", "facts", "weights", "out"), "*fp64")
places |= {"p": "*bf16", "q": "*bf16"}
work = rows.WORK[torch.float32] | {"BLOCK": 1024}
far = {"FARTHEST": 80.0}
for kernel, more in (
    (state.states, {"FINE": rows.FINE}), (loss.mixtures, far),
    (loss.slopes, far | {"OF_Q": True, "MIXED": False}),
):
    fixed = work | more
    signature = {n: "constexpr" if n in fixed else places[n] for n in kernel.arg_names}
    source = ASTSource(fn=kernel, signature=signature, constexprs=fixed)
    made = triton.compile(source, target=GPUTarget("cuda", 90, 32))
    assert len(made.asm["cubin"]) > 1000
    print(kernel.__name__, "ok")
"""


@pytest.mark.slow
def test_they_compile_for_a_gpu_that_is_not_here(tmp_path):
    """To machine code of an H100 (sm_90); whether it runs fast is not known."""
    environment = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
    (tmp_path / "kernels.py").write_text(COMPILE, "utf-8")
    done = subprocess.run(
        [sys.executable, tmp_path / "kernels.py"],
        env=environment | {"TRITON_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["states", "ok", "mixtures", "ok", "slopes", "ok"], done.stderr
