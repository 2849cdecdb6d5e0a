"""A family is one file: the registry, the stub, the text and the adapters read it from there."""

import ast
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from kullback import distributions as d
from kullback.distributions import families
from kullback.errors import InputError

STUB = Path(families.__file__).with_suffix(".pyi")

TENT = '''
"""The tent on [0, width]: scipy calls it a triangle with its mode at the end."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kullback.distributions.model import parameters
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import Support


@dataclass(frozen=True, eq=False, repr=False)
class Ramp(Distribution):
    """2x/width²."""

    width: Any

    _CHECKS: ClassVar = {"width": parameters.positive}
    _SCIPY: ClassVar = {"triang": lambda c, scale: (scale,)}

    @property
    def support(self):
        return Support("real", 0.0, self.width)

    def log_density(self, x):
        x = np.asarray(x, dtype=float)
        inside = (x > 0) & (x <= self.width)
        value = np.log(2 * np.where(inside, x, 1.0)) - 2 * np.log(self.width)
        return np.where(inside, value, -np.inf)

    def sample(self, size, seed):
        return self.width * np.sqrt(seed.random(size))

    def quantile(self, u):
        return self.width * np.sqrt(u)

    def upper_quantile(self, u):
        return self.width * np.sqrt(1 - u)
'''


@pytest.fixture
def ramp(tmp_path, monkeypatch):
    """The registry with one more file, and nothing else touched."""
    (tmp_path / "ramp.py").write_text(TENT)
    monkeypatch.setattr(families, "__path__", [*families.__path__, str(tmp_path)])
    more = families.read_families([str(tmp_path)], families.__name__)
    for name, family in more.items():
        monkeypatch.setitem(families.FAMILIES, name, family)
    return more["ramp"]


def test_one_file_is_a_family(ramp):
    assert d.by_name("ramp") is ramp
    assert d.from_text("ramp(2)") == ramp(2.0)
    assert d.from_object(stats.triang(1, scale=2)) == ramp(2.0)
    # ∫₀² x/2 ln(x/2 · 2) dx for P = ramp(2) and Q uniform on [0, 2]: ln 2 − 1/2.
    assert float(d.kl(ramp(2.0), d.Uniform(0, 2))) == pytest.approx(np.log(2) - 0.5, rel=1e-9)


def test_the_stub_is_the_registry():
    imported = {
        (node.module.rpartition(".")[2], alias.asname)
        for node in ast.parse(STUB.read_text()).body
        if isinstance(node, ast.ImportFrom) and ".families." in (node.module or "")
        for alias in node.names
    }
    assert imported == {(name, family.__name__) for name, family in d.FAMILIES.items()}


def test_every_family_opens_from_the_room():
    for family in d.FAMILIES.values():
        assert getattr(d, family.__name__) is family
        assert family.__name__ in d.__all__


def test_completion_shows_what_a_user_may_call():
    public = {name for name in dir(d.Distribution) if not name.startswith("_")}
    assert public == {
        "at", "batch_shape", "deviation", "entropy", "expectation", "is_scalar", "log_density",
        "parameters", "quantile", "sample", "support", "upper_quantile",
    }  # fmt: skip


def test_families_are_found_by_what_people_call_them():
    assert d.by_name("gaussian") is d.by_name("Gauss") is d.Normal
    assert d.by_name("t") is d.StudentT
    for known in d.families.ALIASES.values():
        assert known in d.FAMILIES
    with pytest.raises(InputError, match="they are bernoulli, beta"):
        d.by_name("xyzzy")
