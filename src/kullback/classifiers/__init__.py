"""You hold predicted class probabilities and labels: what the predictions cost, and why.

Cross-entropy = entropy of the labels + KL(labels‖predictions), and also miscalibration −
discrimination + uncertainty. Nothing is clipped: a label that was predicted to be impossible
costs infinitely much, and is listed.
"""

from kullback.classifiers.accumulator import Accumulator
from kullback.classifiers.log_score import score
from kullback.classifiers.paired_scores import compare
from kullback.classifiers.reliability_diagram import Reliability, reliability
from kullback.classifiers.results import ClassScore, PerSample, Score
from kullback.classifiers.scorers import Scorer, log_loss, scorer
from kullback.classifiers.without_labels import ExpectedScore, expected_score

__all__ = [
    "Accumulator",
    "ClassScore",
    "ExpectedScore",
    "PerSample",
    "Reliability",
    "Score",
    "Scorer",
    "compare",
    "expected_score",
    "log_loss",
    "reliability",
    "score",
    "scorer",
]
