"""Topic: cross-entropy."""

from kullback.probabilities import cross_entropy, entropy, kl
from kullback.units import format_number


def text() -> str:
    """Return the topic with its numbers worked out."""
    p, q = [0.7, 0.2, 0.1], [0.4, 0.4, 0.2]
    whole, own, extra = (
        format_number(float(value), 6) for value in (cross_entropy(p, q), entropy(p), kl(p, q))
    )
    hard = format_number(float(cross_entropy([1.0, 0.0, 0.0], q)))
    return f"""
The cross-entropy H(P, Q) = −Σ p log q is the mean surprise of who believes Q while P happens. It
has two parts, and only one of them is Q's fault:
  H(P, Q) = H(P) + KL(P‖Q)
  {whole} = {own} + {extra} nats   for P = 0.7, 0.2, 0.1 and Q = 0.4, 0.4, 0.2

Log-loss is the cross-entropy of labels and predictions. A label that is certain has no entropy, so
that both are one number: a row with label "first" and Q above costs {hard} nats. With soft labels,
or annotators who disagree, the entropy is the part that no model can save.

Training compares models on the same P, so H(P) is the same for all and the two rank alike. Whoever
wants to know how far a model is from the best possible wants KL.

Try: kullback kl 0.7,0.2,0.1 0.4,0.4,0.2 --explain
"""
