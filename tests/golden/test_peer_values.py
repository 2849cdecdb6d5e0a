"""What dit 2.3, TRL 1.16 and Liger 0.8.5 print for fixed inputs, and the peers where installed."""

import math

import numpy as np
import pytest

import kullback as k

P, Q = [0.5, 0.3, 0.2], [0.2, 0.5, 0.3]
JOINT = [[0.4, 0.1], [0.2, 0.3]]
IN_BITS = {"unit": "bits"}

# dit.shannon, dit.divergences and dit.other of Distribution("abc", P) and Q, in bits.
DIT = {
    "shannon.entropy(P)": (1.4854752972273344, lambda: k.entropy(P, **IN_BITS)),
    "kullback_leibler_divergence": (0.32288186904958804, lambda: k.kl(P, Q, **IN_BITS)),
    "cross_entropy": (1.8083571662769224, lambda: k.cross_entropy(P, Q, **IN_BITS)),
    "jensen_shannon_divergence": (
        0.07339655121802569,
        lambda: k.jensen_shannon(P, Q, **IN_BITS),
    ),
    "jensen_shannon_divergence, weights [1/4, 3/4]": (
        0.057299156760473924,
        lambda: k.jensen_shannon(P, Q, weights=[0.25, 0.75], **IN_BITS),
    ),
    "renyi_divergence, alpha=2": (0.6446254220194956, lambda: k.renyi(P, Q, 2, **IN_BITS)),
    "renyi_entropy, 2": (1.3959286763311392, lambda: k.renyi_entropy(P, 2, **IN_BITS)),
    "tsallis_divergence, alpha=2": (0.5633333333333332, lambda: k.tsallis(P, Q, 2)),
    "alpha_divergence, alpha=1/2": (0.1993431711134015, lambda: k.alpha_divergence(P, Q, 0.5)),
    "hellinger_distance": (0.22699102423686834, lambda: k.hellinger(P, Q)),
    "hellinger_divergence, alpha=1/2": (0.10304985016820511, lambda: 2 * k.hellinger(P, Q) ** 2),
    "variational_distance": (0.3, lambda: k.total_variation(P, Q)),
    "bhattacharyya_coefficient": (
        0.9484750749158974,
        lambda: math.exp(-k.bhattacharyya(P, Q)),
    ),
    "mutual_information(JOINT)": (
        0.12451124978365313,
        lambda: k.kl(JOINT, np.outer(np.sum(JOINT, 1), np.sum(JOINT, 0)), axis=None, **IN_BITS),
    ),
    "conditional_entropy(JOINT)": (
        0.8754887502163469,
        lambda: k.entropy(JOINT, axis=None, **IN_BITS) - k.entropy([0.6, 0.4], **IN_BITS),
    ),
}


@pytest.mark.parametrize("name", DIT)
def test_dit(name):
    theirs, ours = DIT[name]
    assert float(ours()) == pytest.approx(theirs, rel=1e-12)


def test_dit_itself():
    dit = pytest.importorskip("dit")
    p, q = (dit.Distribution(list("abc"), masses) for masses in (P, Q))
    for word in ("kullback_leibler_divergence", "cross_entropy", "hellinger_distance"):
        assert getattr(dit.divergences, word)(p, q) == pytest.approx(DIT[word][0], rel=1e-12)


TEACHER = [[2.0, 1.0, 0.0], [0.0, 0.5, -0.5]]
STUDENT = [[2.0, 0.0, 1.0], [0.3, 0.0, 0.1]]
# GKDTrainer.generalized_jsd_loss(student, teacher, beta=β, reduction="sum") of TRL, and
# LigerFusedLinearJSDFunction.distillation_loss_fn of the same: the sum over the two rows.
LOSSES = {
    0.0: (0.2635464839639117, 0.26354648396391167),
    0.2: (0.04125772825430468, 0.04125772825430452),
    0.5: (0.06354310632140203, 0.06354310632140203),
    1.0: (0.25955193626705597, 0.2595519362670559),
}


def ours_as_theirs(beta, **more):
    """Our loss times β(1 − β), which is 1 at the two ends."""
    torch = pytest.importorskip("torch")
    pair = (torch.tensor(rows, dtype=torch.float64) for rows in (TEACHER, STUDENT))
    found = k.torch.kl_from_logits(*pair, beta=beta, reduction="sum", **more)
    return float(found) * (beta * (1 - beta) or 1)


@pytest.mark.parametrize("beta", LOSSES)
def test_trl_and_liger(beta):
    for theirs in LOSSES[beta]:
        assert ours_as_theirs(beta) == pytest.approx(theirs, rel=1e-12)


@pytest.mark.slow
def test_trl_and_liger_themselves():
    torch = pytest.importorskip("torch")
    gkd = pytest.importorskip("trl.experimental.gkd")
    liger = pytest.importorskip("liger_kernel.chunked_loss.jsd_loss")
    teacher, student = (torch.tensor(rows, dtype=torch.float64) for rows in (TEACHER, STUDENT))
    for beta, (trl_said, liger_said) in LOSSES.items():
        loss = gkd.GKDTrainer.generalized_jsd_loss
        found = loss(student[None], teacher[None], beta=beta, temperature=2.0, reduction="sum")
        assert float(found) == pytest.approx(ours_as_theirs(beta, temperature=2.0), rel=1e-12)
        found = loss(student[None], teacher[None], beta=beta, reduction="sum")
        assert float(found) == pytest.approx(trl_said, rel=1e-12)
        own = liger.LigerFusedLinearJSDFunction.distillation_loss_fn(student, teacher, beta)
        assert float(own) == pytest.approx(liger_said, rel=1e-12)
