"""You hold predicted class probabilities and labels: what the predictions cost, and why.

Cross-entropy = entropy of the labels + KL(labels‖predictions), and also miscalibration −
discrimination + uncertainty. Nothing is clipped: a label that was predicted to be impossible
costs infinitely much, and is listed.
"""

from kullback.classifiers.accumulator import Accumulator
from kullback.classifiers.comparing import compare
from kullback.classifiers.reliability import Reliability, reliability
from kullback.classifiers.score import ClassScore, PerSample, Score
from kullback.classifiers.scorers import Scorer, log_loss, scorer
from kullback.classifiers.scoring import score

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
