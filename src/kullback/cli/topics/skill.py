"""Topic: skill, and the scores beside it."""

from kullback.probabilities import cross_entropy, entropy
from kullback.units import format_number

RATE = 0.1


def text() -> str:
    """Return the topic with its numbers worked out."""
    rates = [RATE, 1 - RATE]
    base = float(entropy(rates))
    flat = float(cross_entropy(rates, [0.5, 0.5]))
    return f"""
Skill is the share of the base rates' surprise that predictions save: 1 − cross-entropy/uncertainty.
1 knows all, 0 knows no more than how often each class comes, and below 0 one had better say the
base rates. Where 1 in 10 is ill:
  says 0.1 to everybody   {format_number(base)} nats, skill 0 (accuracy {100 * (1 - RATE):g} %)
  says 0.5 to everybody   {format_number(flat)} nats, skill {format_number(1 - flat / base, 3)}

What the others see:
  accuracy   how often the likeliest class is right: 90 % above, for knowing nothing
  AUC        how often a case of a class gets more than a case of none: the order of predictions,
             and nothing of their size
  Brier      the mean squared error, from 0 (perfect) to 2
  ECE        how far what was said is from what came: 0 for who says the base rates
No one of them is enough; cross-entropy is the one that a belief pays in full.

Try: kullback kl 0.1,0.9 0.5,0.5
"""
