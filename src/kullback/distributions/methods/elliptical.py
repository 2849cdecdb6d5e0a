"""Elliptical pairs: t against normal in closed form, and the reduction to radii."""

from typing import Any

import numpy as np
from scipy import linalg

from kullback.distributions.families import F, MultivariateNormal, MultivariateT
from kullback.distributions.families.shared.matrix import counted_directions, singular_reason
from kullback.distributions.model.answer import EPS, Answer, infinite
from kullback.distributions.model.composite import Affine
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import Array, plain
from kullback.results import Note


def normal_reason(p: Distribution, q: Distribution) -> str:
    """Why a closed form is infinite."""
    if isinstance(p, MultivariateNormal) and isinstance(q, MultivariateNormal):
        return singular_reason(np.asarray(plain(p.cov)), np.asarray(plain(q.cov)))
    return "P reaches where Q has no mass"


def _plain_covariance(law: MultivariateNormal) -> bool:
    return law.is_scalar and not law._holds_tensors and law.factor is None


def rank_notes(*laws: Distribution) -> tuple[Note, ...]:
    """How many directions were counted, where it was not all of them."""
    found = []
    for name, law in zip("PQ", laws, strict=True):
        if isinstance(law, MultivariateNormal) and _plain_covariance(law):
            count, d = counted_directions(law.cov), len(law.mean)
            if count < d:
                text = f"{count} of the {d} directions of {name} have a variance that is not 0"
                found.append(Note("rank", text))
    return tuple(found)


def t_against_normal(p: Any, q: Any) -> Answer | None:
    """E_P[−ln q] − H(P): a normal's surprisal needs the mean and the covariance of P only."""
    if p.df <= 2:
        return infinite(f"the covariance of P is infinite at df = {p.df:g}")
    constant, mean, cov = q._elliptical_surprisal()
    center, spread = p._second_moment()
    lower = np.linalg.cholesky(cov)
    half = linalg.solve_triangular(lower, np.linalg.cholesky(spread), lower=True)
    z = linalg.solve_triangular(lower, center - mean, lower=True)
    squares = 0.5 * float((half * half).sum() + z @ z)
    entropy = float(p.entropy())
    value = constant + squares - entropy
    lost = 8 * EPS * (abs(constant) + squares + abs(entropy))
    return Answer(value, lost, "expectations") if lost < 1e-10 * abs(value) else None


def proportion(first: Array, second: Array) -> float | None:
    """c with first = c·second, or None."""
    ratio = float(np.trace(first) / np.trace(second))
    size = np.sqrt(np.outer(np.diag(first), np.diag(first)))
    return ratio if (np.abs(first - ratio * second) <= 4 * EPS * size).all() else None


def radial(p: Distribution, q: Distribution) -> tuple[Distribution, Distribution] | None:
    """The squared radii of two elliptical laws of one centre and proportional shapes.

    Given the radius both are uniform on one ellipsoid, so that KL is that of the radii:
    r²/d ~ F(d, df). Villa and Rubio (2018).
    """
    if not isinstance(p, MultivariateT) or not isinstance(q, MultivariateT):
        return None
    if not np.array_equal(p.loc, q.loc):
        return None
    ratio = proportion(q.shape, p.shape)
    if ratio is None:
        return None
    d = float(len(p.loc))
    return F(d, p.df), Affine(F(d, q.df), 0.0, ratio)
