"""Topic: direction."""

from kullback.probabilities import kl
from kullback.units import format_number


def text() -> str:
    """Return the topic with its numbers worked out."""
    sure, fair = [0.99, 0.01], [0.5, 0.5]
    wide = format_number(float(kl(sure, fair, unit="bits")))
    narrow = format_number(float(kl(fair, sure, unit="bits")))
    p, q = [0.7, 0.2, 0.1], [0.4, 0.4, 0.2]
    forward, reverse = format_number(float(kl(p, q))), format_number(float(kl(q, p)))
    return f"""
KL(P‖Q) asks: P happens, Q is believed; what does the belief cost? P decides how often each
outcome is paid for, Q decides how much. Swap them and it is another question:
  P = 0.7, 0.2, 0.1 and Q = 0.4, 0.4, 0.2:   KL(P‖Q) = {forward} nats, KL(Q‖P) = {reverse} nats

Being too sure costs more than being too careful:
  a sure thing (0.99, 0.01) coded as a fair coin costs   {wide} bits an outcome
  a fair coin coded as a sure thing (0.99, 0.01) costs   {narrow} bits an outcome

The order is always P then Q, the truth and then the model: kullback kl P Q, kullback.kl(p, q).
For two datasets P is the current data and Q the reference: KL(current‖reference) is what
believing the reference costs now. Both directions are always shown.
(In PyTorch kl_div(input, target) is KL(target‖input): the other order.)

Try: kullback kl 0.99,0.01 0.5,0.5 --bits
"""
