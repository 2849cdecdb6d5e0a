"""Topic: which measure for which question."""

from kullback.probabilities import chi_square, hellinger, jensen_shannon, kl, total_variation
from kullback.units import format_number


def text() -> str:
    """Return the topic with its numbers worked out."""
    p, q = [0.7, 0.2, 0.1], [0.4, 0.4, 0.2]
    shown = [format_number(float(f(p, q))) for f in (kl, total_variation, hellinger, chi_square)]
    both = format_number(float(jensen_shannon(p, q, unit="bits")))
    return f"""
Ask first: is one side the truth?

  What does believing Q cost?            KL(P‖Q)               {shown[0]} nats
  What does it cost in all?              cross-entropy         to train, or to rank models
  How uncertain is P by itself?          entropy
  Are they alike? No side is the truth   Jensen–Shannon        {both} bits
  By how much can any event differ?      total variation       {shown[1]}
  A metric, gentle to rare outcomes      Hellinger             {shown[2]}
  What do importance weights cost?       chi-square            {shown[3]}
  Do two variables belong together?      mutual information    counts.mutual_information
(The numbers are of P = 0.7, 0.2, 0.1 and Q = 0.4, 0.4, 0.2.)

KL or cross-entropy? They differ by the entropy of P. Where P stays the same (training on one set of
labels) they rank alike, and cross-entropy is cheaper. Where P changes, or 0 should mean "perfect",
it is KL.

A zero in Q makes KL infinite; JS, total variation and Hellinger stay finite. For drift, where both
sides are samples, kullback compare decides on JS and shows KL.

Try: kullback kl 0.7,0.2,0.1 0.4,0.4,0.2
"""
