"""A unit by its name, by another name, or by the base of its logarithm."""

import math

import numpy as np
import pytest

import kullback as k
from kullback.errors import UnitError

P, Q = [0.5, 0.3, 0.2], [0.2, 0.5, 0.3]
NAMES = {
    "nats": "nats",
    "nat": "nats",
    math.e: "nats",
    "bits": "bits",
    2: "bits",
    np.float64(2): "bits",
    "bans": "bans",
    "hartley": "bans",
    "hartleys": "bans",
    10: "bans",
    3: "base 3",
    "base 3": "base 3",
    256: "base 256",
    1.5: "base 1.5",
}


@pytest.mark.parametrize("unit", NAMES)
def test_every_room_takes_a_base_and_says_its_name(unit):
    name = NAMES[unit]
    base = {"nats": math.e, "bits": 2.0, "bans": 10.0}.get(name) or float(name[5:])
    D = k.distributions
    pairs = [
        (k.kl(P, Q, unit=unit), k.kl(P, Q)),
        (k.entropy(P, unit=unit), k.entropy(P)),
        (k.logits.kl(P, Q, unit=unit), k.logits.kl(P, Q)),
        (k.counts.kl([5, 3, 9], [4, 8, 2], unit=unit), k.counts.kl([5, 3, 9], [4, 8, 2])),
        (D.kl(D.Normal(0, 1), D.Normal(1, 1), unit=unit), 0.5),
        (k.rl.kl([-1.0, -2.0], [-2.0, -2.5], unit=unit), 0.75),
    ]
    for found, nats in pairs:
        assert found.unit == name
        assert float(found) == pytest.approx(float(nats) / math.log(base))
        assert name in str(found)
        assert float(found.to("nats")) == pytest.approx(float(nats))
    batch = k.kl([P], [Q], unit=unit)
    assert batch == pytest.approx(float(k.kl(P, Q)) / math.log(base))
    assert k.compare(P, Q, unit=unit).unit == name


def test_a_base_and_its_name_are_one_unit():
    assert k.kl(P, Q, unit=2) + k.kl(P, Q, unit="bits") == 2 * k.kl(P, Q, unit="bits")
    with pytest.raises(UnitError, match="base 3"):
        k.kl(P, Q, unit=3) + k.kl(P, Q)
    assert k.kl(P, Q, unit=3) == pytest.approx(k.kl(P, Q).to(3))


@pytest.mark.parametrize("unit", [1, 0, -2, True, math.inf, math.nan, "base x", "base 1", None])
def test_what_is_no_unit_is_refused(unit):
    with pytest.raises(UnitError, match="number above 1"):
        k.kl(P, Q, unit=unit)


def test_tables_in_any_base():
    frame = {"a": list(range(40)) * 5}
    found = k.tables.compare(frame, frame, unit=10)
    assert found.unit == found["a"].kl.unit == "bans"
    assert "bans" in str(found)
