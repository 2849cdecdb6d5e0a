"""Topic: surprise."""

from kullback.probabilities import cross_entropy, entropy, kl, surprisal
from kullback.units import format_number


def text() -> str:
    """Return the topic with its numbers worked out."""
    p, q = [0.7, 0.2, 0.1], [0.4, 0.4, 0.2]
    coin, rare = (format_number(float(surprisal(chance, unit="bits"))) for chance in (0.5, 0.01))
    known, believed, extra = (
        format_number(float(value))
        for value in (
            entropy(p, unit="bits"),
            cross_entropy(p, q, unit="bits"),
            kl(p, q, unit="bits"),
        )
    )
    return f"""
The surprise of an outcome is −log of its probability: the less likely, the more surprising.
A fair coin that shows heads:            −log2(0.5)  = {coin} bit
Something with probability 0.01:         −log2(0.01) = {rare} bits

On average over what happens (P = 0.7, 0.2, 0.1):
  who knows P has a surprise of          H(P)    = {known} bits, the entropy
  who believes Q = 0.4, 0.4, 0.2 has     H(P, Q) = {believed} bits, the cross-entropy
  the difference is the price of Q:      KL(P‖Q) = {extra} bits an outcome

Try: kullback kl 0.7,0.2,0.1 0.4,0.4,0.2 --bits
"""
