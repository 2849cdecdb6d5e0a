"""Random intervals and atoms, moved or not: every measure is that of finitely many masses."""

import itertools
import math

import mpmath as mp
import numpy as np

from kullback import distributions as d

M = mp.mpf


def share(a, b):
    return a * mp.log(2 * a / (a + b)) if a else M(0)


def truths(p, q):
    """The measures of two lists of masses."""
    pairs = list(zip(p, q, strict=True))
    covered = all(b for a, b in pairs if a)
    live = [(a, b) for a, b in pairs if b]
    return {
        "kl": mp.fsum(a * mp.log(a / b) for a, b in live if a) if covered else mp.inf,
        "chi_square": mp.fsum((a - b) ** 2 / b for a, b in live) if covered else mp.inf,
        "total_variation": mp.fsum(abs(a - b) for a, b in pairs) / 2,
        "hellinger": mp.sqrt(mp.fsum((mp.sqrt(a) - mp.sqrt(b)) ** 2 for a, b in pairs) / 2),
        "jensen_shannon": mp.fsum(share(a, b) + share(b, a) for a, b in pairs) / 2,
    }


def drawn(rng):
    """Two laws on the same pieces, and their masses."""
    ends = np.cumsum(rng.uniform(0.1, 2, int(rng.integers(2, 6))))
    atoms = rng.choice(ends, int(rng.integers(0, len(ends))), replace=False)
    pieces = [d.Uniform(float(a), float(b)) for a, b in itertools.pairwise(ends)]
    pieces += [d.Deterministic(float(x)) for x in atoms]
    weights = rng.dirichlet(np.ones(len(pieces)), 2)
    if len(pieces) > 1 and rng.random() < 0.4:
        weights[1][int(rng.integers(len(pieces)))] = 0
        weights[1] /= weights[1].sum()
    laws = [d.Mixture(pieces, w) for w in weights]
    if rng.random() < 0.5:
        loc, scale = float(rng.normal()), float(np.exp(rng.normal()))
        laws = [d.Affine(law, loc, scale) for law in laws]
    exact = [[M(float(x)) for x in w] for w in weights]
    return laws, [[x / mp.fsum(w) for x in w] for w in exact]


def test_measures_of_intervals_and_atoms():
    rng = np.random.default_rng(4)
    with mp.workdps(40):
        for _ in range(10):
            laws, masses = drawn(rng)
            for name, truth in truths(*masses).items():
                found = getattr(d, name)(*laws)
                assert math.isinf(found.value) == (truth == mp.inf), (name, laws)
                if truth != mp.inf:
                    assert abs(M(float(found.value)) - truth) <= found.error + M(10) ** -35, name
