"""Families by place and scale: f(x) = f₀((x − loc)/scale)/scale, and so is all that follows."""

import math

import numpy as np
import pytest

from kullback.distributions import FAMILIES, entropy, kl
from kullback.distributions.families.shared.location_scale import LocationScale

FOUND = [family for family in FAMILIES.values() if issubclass(family, LocationScale)]


def test_they_are_found():
    names = {family.__name__ for family in FOUND}
    assert names == {"Cauchy", "Gumbel", "GumbelL", "Laplace", "Logistic", "Moyal", "Normal"}


@pytest.mark.parametrize("family", FOUND, ids=lambda family: family.__name__)
@pytest.mark.parametrize(("loc", "scale"), [(0.0, 1.0), (3.0, 0.25), (-7.0, 40.0)])
def test_place_and_scale_only_move_and_stretch(family, loc, scale):
    z = np.linspace(-3, 5, 9)
    moved = family(loc, scale).log_density(loc + scale * z)
    assert moved == pytest.approx(family(0.0, 1.0).log_density(z) - math.log(scale), rel=1e-10)
    assert family(loc, scale).support == family(0.0, 1.0).support
    assert float(entropy(family(loc, scale))) == pytest.approx(
        float(entropy(family(0.0, 1.0))) + math.log(scale), rel=1e-10
    )
    # KL does not change when both are moved and stretched.
    other = family(loc + scale * 0.5, scale * 1.5)
    assert float(kl(family(loc, scale), other)) == pytest.approx(
        float(kl(family(0.0, 1.0), family(0.5, 1.5))), rel=1e-8
    )
