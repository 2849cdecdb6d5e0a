"""Two formulas by every measure at once."""

import math

import pytest

from kullback import distributions as d


def test_each_number_is_that_of_its_own_function():
    p, q = d.Normal(0, 1), d.Normal(1, 2)
    found = d.compare(p, q, unit="bits")
    by_name = {quantity.quantity: quantity for quantity in found.quantities}
    assert float(found.kl) == float(d.kl(p, q, unit="bits"))
    assert float(by_name["KL(Q‖P)"]) == float(d.kl(q, p, unit="bits"))
    assert float(by_name["H(P)"]) == pytest.approx(math.log2(2 * math.pi * math.e) / 2)
    assert float(by_name["H(Q)"]) == pytest.approx(math.log2(8 * math.pi * math.e) / 2)


def test_every_format_says_the_same_number():
    found = d.compare(d.Exponential(1), d.Exponential(2))
    said = f"{1 - math.log(2):.6f}"
    for text in (str(found), found.to_markdown(), found.to_html(), found.headline):
        assert said in text
    assert found.to_dict()["quantities"][0]["value"] == pytest.approx(1 - math.log(2))
