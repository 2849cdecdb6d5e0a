"""Every fault that is planted is named, alone and with another; nothing else is."""

import json

import numpy as np
import pytest

from kullback import lm
from kullback.errors import InputError, ShapeError
from kullback.lm.differences import faults

RNG = np.random.default_rng(5)
BASE = RNG.normal(size=(60, 300)) * 3
BASE[:, :5] += RNG.gamma(3.0, 2.0, (60, 5))
SLIGHT = 1e-4 * RNG.normal(size=BASE.shape)


def bfloat16(values):
    """Rounded by PyTorch's rule, by another way than ours: through the nearest of two."""
    low = (values.astype(np.float32).view(np.uint32) & 0xFFFF0000).view(np.float32)
    high = ((low.view(np.uint32) + 0x10000) & 0xFFFF0000).view(np.float32)
    wide = values.astype(np.float32).astype(np.float64)
    up, down = np.abs(high - wide), np.abs(low - wide)
    odd = low.view(np.uint32) >> 16 & 1 == 1
    return np.where((up < down) | ((up == down) & odd), high, low).astype(np.float64)


def log_softmax(values):
    wide = values - values.max(axis=1, keepdims=True)
    return wide - np.log(np.exp(wide).sum(axis=1, keepdims=True))


def nucleus(values, share):
    out = np.full_like(values, -np.inf)
    for row, logits in enumerate(values):
        p = np.exp(logits - logits.max())
        order = np.argsort(-p)
        kept = order[: 1 + np.searchsorted(np.cumsum(p[order]) / p.sum(), share)]
        out[row, kept] = logits[kept]
    return log_softmax(out)


def top(values, count):
    kept = np.argsort(-values, axis=1)[:, :count]
    out = np.full_like(values, -np.inf)
    np.put_along_axis(out, kept, np.take_along_axis(values, kept, 1), 1)
    return out


def without(values, ids):
    out = values.copy()
    out[:, ids] = -np.inf
    return out


PLANTED = {
    "temperature": (BASE, BASE / 1.25 + SLIGHT, "temperature of 1.25"),
    "temperature below 1": (BASE, log_softmax(BASE / 0.7), "temperature of 0.7"),
    "shift": (BASE[1:], BASE[:-1] + SLIGHT[1:], "row i + 1 of B"),
    "shift back": (BASE[:-1], BASE[1:] + SLIGHT[1:], "row i + 1 of A"),
    "mask": (BASE, without(BASE, [2, 7]) + SLIGHT, "B never says 2 tokens"),
    "mask of A": (without(BASE, [4]), BASE + SLIGHT, "A never says 1 tokens"),
    "truncation top-p": (BASE, nucleus(BASE, 0.9), "top-p of about 0.9"),
    "truncation top-k": (BASE, top(BASE, 20), "top-k = 20"),
    "soft cap": (BASE, 30 * np.tanh(BASE / 30) + SLIGHT, "c = 30"),
    "soft cap of A": (8 * np.tanh(BASE / 8), BASE + SLIGHT, "A's logits are soft-capped"),
    "rounding": (BASE, bfloat16(BASE), "B holds the other side's logits, rounded to bfloat16"),
    "rounding of log-probabilities": (
        bfloat16(log_softmax(BASE)), BASE, "A holds the other side's log-probabilities",
    ),
    "rounding to half": (BASE, BASE.astype(np.float16).astype(float), "rounded to float16"),
    "padding": (BASE[:, :288], np.hstack([BASE[:, :288], np.full((60, 12), -30.0)]), "last 12"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_named(name):
    a, b, said = PLANTED[name]
    found = lm.mismatch(a, b)
    assert [fault.code for fault in found.faults] == [
        next(code for code in ("soft cap", name.split()[0]) if name.startswith(code))
    ]
    assert said in found.faults[0].text
    assert found.left < 2e-3


def test_two_faults_are_both_named():
    b = without(30 * np.tanh(BASE / 30) / 1.5, [2, 7])
    found = lm.mismatch(BASE, b)
    assert [fault.code for fault in found.faults] == ["mask", "soft cap"]
    assert "c = 30, divided by a temperature of 1.5." in found.faults[1].text
    assert found.left < 2e-3
    assert found.distance > 0.05


def test_where_two_engines_part():
    """The first 23 rows agree; then something else is said, as after a lost cache."""
    b = BASE + SLIGHT / 100
    b[23:] = RNG.normal(size=(37, 300))
    shape = (6, 10, 300)
    found = lm.mismatch(BASE.reshape(shape), b.reshape(shape))
    assert found.faults == ()
    assert (found.first, found.first_cluster, found.first_position) == (23, 2, 3)
    assert "the 23 rows before it agree" in found.to_markdown()


def test_the_same_is_the_same_and_noise_is_no_fault():
    same = lm.mismatch(BASE, BASE)
    assert (same.faults, same.first, same.distance) == ((), None, 0.0)
    noisy = lm.mismatch(BASE, BASE + 0.5 * RNG.normal(size=BASE.shape))
    assert noisy.faults == ()
    assert noisy.headline.startswith("No known fault")


def test_it_is_drawn_and_told():
    found = lm.mismatch(BASE, BASE / 1.25)
    told = json.loads(found.to_json())
    assert told["faults"][0]["code"] == "temperature"
    assert "temperature" in found.headline
    assert "<table" in found.to_html()


def test_what_is_no_pair():
    with pytest.raises(InputError, match="NaN"):
        lm.mismatch(BASE, np.full_like(BASE, np.nan))
    with pytest.raises(ShapeError):
        lm.mismatch(BASE[:, :1], BASE)
    assert lm.mismatch(BASE[:50], BASE).notes[0].code == "rows"


# What torch makes of logits that are, or become, bfloat16 or half on the way.
WAYS = {
    "softmax of 16-bit logits": lambda x, t: x.to(t).softmax(-1).float().log(),
    "softmax, rounded after": lambda x, t: x.softmax(-1).to(t).float().log(),
    "softmax and log in 16 bits": lambda x, t: x.to(t).softmax(-1).log().float(),
    "log-softmax in 16 bits": lambda x, t: x.to(t).log_softmax(-1).float(),
    "log-softmax, rounded after": lambda x, t: x.log_softmax(-1).to(t).float(),
}


@pytest.mark.parametrize("kind", ["bfloat16", "float16"])
@pytest.mark.parametrize("way", WAYS)
def test_rows_of_16_bits_are_named(way, kind):
    """As PyTorch makes them, in its own order and precision."""
    torch = pytest.importorskip("torch")
    values = BASE.astype(np.float32)
    theirs = WAYS[way](torch.as_tensor(values), getattr(torch, kind)).numpy()
    found = lm.mismatch(values, theirs)
    assert [fault.code for fault in found.faults][:1] == ["rounding"], found.faults
    assert f"rounded to {kind}" in found.faults[0].text
    assert "probabilities" in found.faults[0].text
    # torch sums log-softmax of 16 bits in another order than ours: single numbers tip over.
    assert found.left < (found.distance / 2 if way == "log-softmax in 16 bits" else 1e-4)
    assert ("log-prob" in found.faults[0].text) == way.startswith("log")


def test_rounding_is_pytorch_s():
    torch = pytest.importorskip("torch")
    values = RNG.normal(size=(4, 1000)) * 10.0 ** RNG.integers(-6, 6, (4, 1000))
    theirs = torch.as_tensor(values.astype(np.float32)).bfloat16().double().numpy()
    assert np.array_equal(faults._stored(values, "bfloat16"), theirs)
