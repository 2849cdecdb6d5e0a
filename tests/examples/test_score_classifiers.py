"""The example of classifiers: its numbers, and its picture."""

import re

import pytest


def test_the_example(example):
    done = example("score_classifiers", "sklearn")
    rows = {line[:26].strip(): line[26:].split() for line in done.out.splitlines()}
    assert rows["naive Bayes"][0] == "∞"
    regression, calibrated = rows["logistic regression"], rows["naive Bayes, calibrated"]
    assert 0.08 < float(regression[0]) < 0.14
    assert 0.25 < float(calibrated[0]) < 0.4
    miscalibration, discrimination, uncertainty = map(float, regression[-3:])
    total = miscalibration - discrimination + uncertainty
    assert total == pytest.approx(float(regression[0]), abs=0.002)
    assert "(290, 0); a clipped log-loss says 0.86" in done.out
    difference = re.search(r"CE\(first\) − CE\(second\) = (-[\d.]+)", done.out)
    assert float(difference[1]) < -0.1
