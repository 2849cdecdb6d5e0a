"""What no room reads is refused in our words, whatever asks."""

import importlib.util
from collections import UserDict
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import kullback as k
from kullback.errors import InputError, KullbackError

GRID = np.linspace(-6, 6, 41)
BELL = np.exp(-(GRID**2) / 2) / np.sqrt(2 * np.pi)
ASKED = {
    "kl": lambda x: k.kl(x, x),
    "logits.kl": lambda x: k.logits.kl(x, x),
    "counts.transfer_entropy": lambda x: k.counts.transfer_entropy(x, x),
    "samples.kl": lambda x: k.samples.kl(x, x),
    "rl.kl": lambda x: k.rl.kl(x, x),
    "rl.loss": lambda x: k.rl.loss(x, x),
    "vi": lambda x: k.vi.kl_standard_normal(x, x),
    "vi.decompose": lambda x: k.vi.decompose([x, x], [x, x], seed=1),
    "Normal": lambda x: k.distributions.Normal(x, 1),
    "from_density": lambda x: k.from_density(x, x, mass="normalize"),
    "lm.compare": lambda x: k.lm.compare([x, x], [x, x]),
    "lm.top_k_bounds": lambda x: k.lm.top_k_bounds([0, 1, 2, 3, 4], x, x),
    "lm.kl_from_sampled": lambda x: k.lm.kl_from_sampled(x, x),
    "tables": lambda x: k.tables.compare({"a": x}, {"a": x}),
}
NUMBERS = [-1.5, -1.0, -2.0, -1.75, -2.5]


def tensors():
    if importlib.util.find_spec("torch") is None:
        return {}
    import torch

    plain = torch.tensor(NUMBERS)
    return {
        "meta": plain.to("meta"),
        "nested": torch.nested.nested_tensor([plain, plain]),
        "quantized": torch.quantize_per_tensor(plain, 0.1, 0, torch.qint8),
    }


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("door", ASKED)
def test_tensors_without_values(door):
    for tensor in tensors().values():
        with pytest.raises(InputError, match=r"tensor|array"):
            ASKED[door](tensor)


READS_NONE = ("rl.loss", "vi", "Normal")  # number by number: none in, none out


@pytest.mark.parametrize("door", [door for door in ASKED if door not in READS_NONE])
def test_frames_of_nothing(door):
    for nothing in (pd.DataFrame(), pd.Series([], dtype=float)):
        with pytest.raises(InputError):
            ASKED[door](nothing)


@pytest.mark.parametrize("door", ["kl", "Normal", "from_density", "vi"])
def test_whole_numbers_beyond_floats(door):
    with pytest.raises(InputError, match=r"1\.8e308"):
        ASKED[door]([10**400, *NUMBERS[1:]])


def test_columns_with_gradients_are_read_and_traced_ones_refused():
    torch = pytest.importorskip("torch")
    column = torch.tensor(NUMBERS, requires_grad=True)
    found, plain = (k.tables.compare({"a": x}, {"a": NUMBERS}) for x in (column, NUMBERS))
    assert (found.verdict, found.columns[0].kl.value) == (plain.verdict, 0)
    with pytest.raises(InputError, match=r"\['a'\] is no column"):
        k.tables.compare({"a": list(column)}, {"a": NUMBERS})
    with pytest.raises(InputError, match="traced"):
        torch.func.vmap(ASKED["tables"])(column[None].detach())


@pytest.mark.parametrize("make", [list, tuple, pd.Series, np.ma.array, np.asfortranarray])
def test_a_density_in_any_container(make):
    law = k.from_density(make(GRID), make(BELL))
    truth = k.distributions.entropy(k.from_density(GRID, BELL)).value
    assert k.distributions.entropy(law).value == pytest.approx(truth, rel=1e-12)


def test_logits_of_another_byte_order():
    rows = np.array([NUMBERS, NUMBERS[::-1]])
    found = k.lm.compare(rows.astype(">f8"), rows[::-1].astype(">f4"))
    assert found.kl.value == pytest.approx(k.lm.compare(rows, rows[::-1]).kl.value, rel=1e-5)


def test_a_signalling_nan_in_a_table():
    column = [Decimal("1.5"), Decimal("sNaN")] * 20
    for made in ({"a": column}, {"a": np.array(column)}, pd.DataFrame({"a": column})):
        with pytest.raises(InputError, match=r"column 'a' holds a signalling NaN.*give None"):
            k.tables.profile(made)


@pytest.mark.parametrize("made", [dict, UserDict])
def test_a_mapping_is_no_column(made):
    column = made({i: i % 2 for i in range(20)})
    with pytest.raises(KullbackError, match="give an array or a list"):
        k.counts.transfer_entropy(column, column)
    with pytest.raises(KullbackError, match=r"reference\['a'\] is no column but a"):
        k.tables.compare({"a": column}, {"a": column})


def test_weights_of_a_mixture_may_want_a_gradient():
    torch = pytest.importorskip("torch")
    parts = [k.distributions.Normal(0, 1), k.distributions.Normal(1, 1)]
    weights = torch.tensor([0.5, 0.5], dtype=torch.float64, requires_grad=True)
    found, plain = (
        k.distributions.kl(k.distributions.Mixture(parts, w), parts[0])
        for w in (weights, [0.5, 0.5])
    )
    assert float(found) == float(plain)
    assert "gradient" in [note.code for note in found.notes]


def test_endless_repeats():
    with pytest.raises(InputError, match="endless"):
        k.counts.unfold([1, 2], [1, np.inf])
