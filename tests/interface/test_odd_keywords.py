"""Every public function × every plain keyword × values that are none: refused in our words."""

import inspect
import math

import numpy as np
import pandas as pd
import pytest

import kullback as k
from kullback.distributions import MultivariateNormal, Normal
from kullback.errors import KullbackError

torch = pytest.importorskip("torch")

ODD = (
    "a",
    None,
    [1, 2],
    math.nan,
    math.inf,
    -1,
    0,
    1.5,
    object(),
    True,
    10**400,
    b"x",
    np.array([1, 2]),
    {},
)

SHARES = ([0.5, 0.25, 0.25], [0.25, 0.25, 0.5])
LOGITS = ([2.0, 1.0, 0.0], [2.0, 0.0, 1.0])
COUNTS = ([30, 50, 20], [40, 30, 30])
TABLE = [[30, 5], [4, 20]]
X, Y = (np.random.default_rng(seed).normal(seed, 1, 30) for seed in (0, 1))
LAWS = (Normal(0.0, 1.0), Normal(1.0, 1.0))
POLICY = ([-1.0, -2.0, -0.5, -1.5], [-1.5, -1.0, -1.0, -1.25])
LABELS, PREDICTED = [1, 0, 1, 0] * 10, [0.9, 0.2, 0.6, 0.4] * 10
FRAMES = tuple({"a": a * 40, "b": ["x", "y"] * 60} for a in ([1, 2, 3], [1, 2, 2]))
HOURS = (
    pd.DataFrame({"t": pd.date_range("2024-01-01", periods=96, freq="h"), "a": [1, 2] * 48}),
) * 2
ROWS = (
    np.random.default_rng(1).normal(0, 3, (9, 30)),
    np.random.default_rng(2).normal(0, 3, (9, 30)),
)
WEIGHTS = np.linspace(-2.0, 2.0, 60)
ENCODED = np.random.default_rng(0).normal(size=(12, 2))

# What each function is called with, by position; those of one room mostly alike.
CALLS = {
    "probabilities": {
        "*": SHARES,
        "entropy": SHARES[:1],
        "surprisal": SHARES[:1],
        "renyi": (*SHARES, 2.0),
        "tsallis": (*SHARES, 2.0),
        "renyi_entropy": (SHARES[0], 2.0),
        "alpha_divergence": (*SHARES, 0.3),
        "f_divergence": (*SHARES, lambda t: (t - 1) ** 2),
        "pairwise": (list(SHARES), list(SHARES)),
    },
    "logits": {"*": LOGITS, "entropy": LOGITS[:1]},
    "counts": {
        "*": COUNTS,
        "entropy": COUNTS[:1],
        "smooth": COUNTS[:1],
        "kl_to_known": (COUNTS[0], SHARES[1]),
        "mutual_information": (TABLE,),
        "conditional_entropy": (TABLE,),
        "total_correlation": (TABLE,),
        "transfer_entropy": ([0, 1] * 20, [1, 0] * 20),
        "from_histograms": (np.histogram(X, bins=4, range=(-4, 4)),) * 2,
        "unfold": ([[1, 2], [3, 4]], [1, 2]),
    },
    "samples": {
        "*": (X, Y),
        "entropy": (X,),
        "kl_to_known": (X, LAWS[0]),
        "total_correlation": (ENCODED,),
    },
    "distributions": {
        "*": LAWS,
        "entropy": LAWS[:1],
        "renyi": (*LAWS, 0.5),
        "tsallis": (*LAWS, 0.5),
        "alpha_divergence": (*LAWS, 0.3),
        "mutual_information": (MultivariateNormal([0.0, 0.0], [[1.0, 0.5], [0.5, 1.0]]),),
        "by_name": ("normal",),
        "from_object": LAWS[:1],
        "from_text": ("normal(0, 1)",),
        "from_density": (np.linspace(-5, 5, 51), np.exp(-(np.linspace(-5, 5, 51) ** 2))),
    },
    "classifiers": {
        "*": (LABELS, PREDICTED),
        "compare": (LABELS, PREDICTED, PREDICTED[::-1]),
        "scorer": (),
        "expected_score": (PREDICTED,),
    },
    "rl": {
        "*": tuple(map(np.array, POLICY)),
        "exact_loss": (np.array([LOGITS[0]] * 2), np.array([LOGITS[1]] * 2)),
        "sequence_kl": (np.array([LOGITS] * 2), np.array([LOGITS[::-1]] * 2)),
        "AdaptiveController": (0.1, 0.5, 100.0),
        "FixedController": (0.1,),
        "TargetController": (0.1, 0.5),
        "TargetStop": (0.5,),
        "Clamp": (),
    },
    "vi": {
        "active_units": (ENCODED,),
        "collapse": (ENCODED, np.zeros_like(ENCODED)),
        "decompose": (ENCODED, np.zeros_like(ENCODED)),
        "elbo": ([-1.0, -2.0], [0.1, 0.2]),
        "free_bits": ([0.1, 0.2], 0.25),
        "kl": LAWS,
        "min_sample_size": (0.5,),
        "pareto_k": (WEIGHTS,),
        "pareto_threshold": (100,),
    },
    "lm": {
        "mismatch": ROWS,
        "speculate": ROWS,
        "OnlineComparator": (),
        "kl_from_sampled": ([[-1.0], [-2.0], [-1.5]], [[-1.2], [-1.0], [-2.0]]),
        "top_k_bounds": ([0], [-1.0], [-1.2]),
    },
    "tables": {
        "compare": FRAMES,
        "gate": (k.tables.compare(*FRAMES),),
        "joint": FRAMES,
        "monitor": HOURS,
        "profile": FRAMES[:1],
        "segments": FRAMES,
        "sensitivity": (*FRAMES, "a"),
        "windows": HOURS,
    },
    "testing": {"assert_same": FRAMES[:1] * 2},
    "torch": {"kl_from_logits": tuple(map(torch.tensor, (LOGITS, LOGITS[::-1])))},
}
# What else a function needs to be called at all.
NEEDED = {
    "counts.smooth": {"method": "additive"},
    "classifiers.expected_score": {"labels": LABELS, "calibration": PREDICTED},
    "distributions.mutual_information": {"block": [0]},
    "tables.joint": {"columns": ["a", "b"]},
    "tables.monitor": {"on": "t"},
    "tables.segments": {"by": ["b"]},
    "tables.windows": {"on": "t", "by": "day"},
}
# They take functions, tensors that want a gradient, or options of the measure that they are given.
LEFT_OUT = {"rl.trust_region_step", "counts.by_column", "distributions.route"}
SLOW = {"samples.estimates", "testing.assert_same", *(f"tables.{name}" for name in CALLS["tables"])}


def called():
    for room, rows in CALLS.items():
        module = getattr(k, room)
        public = [n for n in module.__all__ if inspect.isfunction(getattr(module, n))]
        for name in sorted({*rows, *(public if "*" in rows else ())} - {"*"}):
            whole = f"{room}.{name}"
            if whole not in LEFT_OUT:
                given = rows.get(name, rows.get("*"))
                marks = [pytest.mark.slow] if whole in SLOW else []
                row = getattr(module, name), given, NEEDED.get(whole, {})
                yield pytest.param(*row, id=whole, marks=marks)


def keywords(function, given):
    """Yield the plain arguments: what has a default, and numbers that stand at a position."""
    for at, parameter in enumerate(inspect.signature(function).parameters.values()):
        if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if at >= len(given):
            yield parameter.name, None
        elif isinstance(given[at], int | float):
            yield parameter.name, at


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("function", "given", "needed"), list(called()))
def test_an_odd_keyword_is_used_or_refused_in_our_words(
    function, given, needed, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)  # a text is a fine path to some of them, and is written to
    bare = []
    for name, at in keywords(function, given):
        for odd in ODD:
            arguments, named = list(given), dict(needed)
            if at is None:
                named[name] = odd
            else:
                arguments[at] = odd
            try:
                function(*arguments, **named)
            except (KullbackError, AssertionError):  # the latter of testing, where it fails
                pass
            except Exception as error:  # noqa: BLE001 (what is bare is what we look for)
                bare.append(f"{name}={odd!r:.30}: {type(error).__name__}: {error}"[:160])
    assert bare == []


FUNCTIONS = {
    "progress of compare": lambda f: k.lm.compare(*ROWS, progress=f),
    "progress of accumulate": lambda f: k.lm.accumulate(*ROWS, progress=f),
    "progress of record": lambda f: k.lm.record(np.log, [0, 1, 2], "x", progress=f),
    "watch": lambda f: k.lm.compare_streams([ROWS], watch=f),
    "surrogate": lambda f: k.rl.trust_region_step([torch.zeros(1, requires_grad=True)], f, f),
    "f": lambda f: k.f_divergence(*SHARES, f),
    "measure": lambda f: k.pairwise(f, [SHARES[0]]),
    "measure of columns": lambda f: k.counts.by_column(f, [[3, 5]]),
    "density": lambda f: k.distributions.Density(f, (0, 1)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_cannot_be_called_is_refused(name):
    for odd in (3, "x", [1]):
        with pytest.raises(KullbackError):
            FUNCTIONS[name](odd)
