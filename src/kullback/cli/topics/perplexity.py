"""Topic: perplexity and its relatives."""

import math

from kullback.probabilities import cross_entropy, entropy, kl
from kullback.units import format_number


def text() -> str:
    """Return the topic with its numbers worked out."""
    p, q = [0.7, 0.2, 0.1], [0.4, 0.4, 0.2]
    own, other, extra = float(entropy(p)), float(cross_entropy(p, q)), float(kl(p, q))
    shown = [format_number(math.exp(v)) for v in (own, other, extra)]
    return f"""
Perplexity is e to the cross-entropy in nats: among how many equally likely tokens a model chooses.
  P = 0.7, 0.2, 0.1 by itself       exp(H(P))    = {shown[0]}
  Q = 0.4, 0.4, 0.2 on P's text     exp(H(P, Q)) = {shown[1]}
  the ratio of the two              exp(KL(P‖Q)) = {shown[2]}

kullback lm BASE MODEL shows more than a ratio of perplexities, which hangs on what the text says:
  KL             what the model's beliefs cost where the base is right, over all tokens that could
                 have come, and not only the one that did: the same error with far fewer tokens
  same top       in how many rows the likeliest token is the same
  Δp             how the probability of the token that came has changed
  TV             1 − TV is the share of drafted tokens that speculative decoding accepts
  percentiles    a mean may hide one token in a thousand that is quite different
  noise floor    what the files' rounding shows by itself (kullback explain noise-floor)

Try: kullback kl 0.7,0.2,0.1 0.4,0.4,0.2
"""
