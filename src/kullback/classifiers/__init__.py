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

__all__ = [
    "Accumulator",
    "ClassScore",
    "PerSample",
    "Reliability",
    "Score",
    "Scorer",
    "compare",
    "log_loss",
    "reliability",
    "score",
    "scorer",
]
