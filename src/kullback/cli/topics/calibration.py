"""Topic: calibration."""

from kullback.probabilities import kl
from kullback.units import format_number

SAID, CAME = 0.9, 0.7


def text() -> str:
    """Return the topic with its numbers worked out."""
    cost = format_number(float(kl([CAME, 1 - CAME], [SAID, 1 - SAID])))
    return f"""
Predictions are calibrated if what was said with 70 % comes true in 70 of 100 cases. The price of
missing that is a KL: who says {SAID:g} where {CAME:g} come true pays {cost} nats a case.

kullback score takes the cross-entropy apart:
  cross-entropy = miscalibration − discrimination + uncertainty
  uncertainty      what the base rates alone cost: no model yet
  discrimination   what the model knows beyond the base rates
  miscalibration   what a recalibration would save. If it is large, do not train again: recalibrate

ECE, the expected calibration error, is the mean distance of what was said from what came, in bins
of predictions. It depends on the bins, and is above 0 by chance alone.
Brier is the mean squared error of the probabilities: it forgives a sure wrong answer, which
cross-entropy does not.

The reliability picture shows what came against what was said, with intervals: on the diagonal is
calibrated.

Try: kullback kl 0.7,0.3 0.9,0.1
"""
