"""Plain words, with numbers that are those of the card."""

import math
import re

import kullback
from kullback import counts


def test_exact():
    card = kullback.compare(
        {"drama": 0.7, "rock": 0.2, "jazz": 0.1}, {"drama": 0.4, "rock": 0.4, "jazz": 0.2}
    )
    text = card.explain()
    extra = float(card.kl.to("bits"))
    assert f"costs {extra:.3g} extra bits an outcome" in text
    assert "Most is paid for 'drama': P gives it 0.7, Q gives it 0.4" in text
    shares = card.outcomes.contribution / card.outcomes.contribution.sum()
    assert f"it makes {100 * shares.max():.0f} % of the whole" in text
    assert f"KL(Q‖P) = {float(card.reverse_kl):.3g} nats" in text


def test_the_same_words_in_another_unit():
    card = kullback.compare([0.7, 0.3], [0.4, 0.6], unit="bits")
    assert f"costs {float(card.kl):.3g} extra bits" in card.explain()
    assert f"KL(P‖Q) = {float(card.kl):.3g} bits" in card.explain()


def test_same():
    card = kullback.compare([0.5, 0.5], [0.5, 0.5])
    assert "the same" in card.explain()
    assert "Both directions" in card.explain()


def test_infinite(cards):
    text = cards["infinite"].explain()
    assert "outcome 2 (P = 0.5) happens under P and Q calls it impossible" in text
    assert f"JS(P, Q) = {float(cards['infinite'].jensen_shannon):.3g} nats" in text
    assert f"KL(Q‖P) = {math.log(2):.3g} nats is finite" in text
    assert "epsilon" in text


def test_infinite_both_ways():
    card = kullback.compare({"a": 1, "b": 0}, {"a": 0, "b": 1})
    assert "KL(Q‖P) is infinite as well" in card.explain()


def test_many_infinite_outcomes_are_counted():
    p = {f"w{i}": 0.1 for i in range(10)}
    q = {f"w{i}": 0.5 * (i < 2) for i in range(10)}
    assert "'w2' (P = 0.1), 'w3' (P = 0.1), 'w4' (P = 0.1) and 5 more happen" in (
        kullback.compare(p, q).explain()
    )


def test_estimates_tell_the_noise_floor():
    card = counts.compare([1, 3, 7, 4, 8], [2, 5, 1, 3, 6])
    text = card.explain()
    assert "Noise floor: two samples of this size (n=23, m=17)" in text
    assert f"about {card.kl.null_bias:.3g} nats by chance" in text
    assert "chance can explain it" in text
    low, high = card.kl.to("bits").interval
    assert re.search(rf"from {low:.3g} to {high:.3g}\)", text)


def test_negative_estimate(cards):
    assert "below 0 because the chance part was taken out" in cards["negative"].explain()


def test_hard_to_explain_by_chance():
    assert "hard to explain by chance" in counts.compare([90, 10], [10, 90]).explain()


def test_counts_with_a_zero_name_no_share_of_infinity():
    card = counts.compare({"a": 50, "b": 45, "c": 5}, {"a": 40, "b": 60})
    words = card.explain()
    assert "nan" not in words
    assert "1 outcome holds 5 % of P's sample and nothing of Q's ('c')" in words


def test_an_estimate_of_0_is_not_equality():
    for x, y in (([7, 2, 1], [4, 4, 2]), ([5, 5], [5, 5]), ([1, 0], [1, 0])):
        card = counts.compare(x, y)
        text = card.explain()
        assert card.kl.value == 0
        assert "P and Q are the same" not in text
        assert "costs nothing" not in text
        assert "cannot be told" in text
