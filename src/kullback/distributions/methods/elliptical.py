"""Elliptical pairs: t against normal in closed form, and the reduction to radii."""

from typing import Any

import numpy as np
from scipy import linalg

from kullback.distributions.families import (
    Beta,
    Binomial,
    Dirichlet,
    F,
    Gamma,
    InverseGamma,
    InverseWishart,
    Multinomial,
    MultivariateNormal,
    MultivariateT,
    Normal,
    StudentT,
    VonMises,
    VonMisesFisher,
    Wishart,
)
from kullback.distributions.families.shared.matrix import (
    condition,
    counted_directions,
    relative_directions,
    relative_eigenvalues,
    shared_range,
    singular_reason,
)
from kullback.distributions.model.answer import EPS, Answer, infinite
from kullback.distributions.model.composite import Affine, Independent, Mixture
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import Array, plain
from kullback.distributions.special.half_line import LogMoment
from kullback.distributions.special.log_moments import (
    added,
    of_directions,
    of_dirichlets,
    of_independent,
    of_wisharts,
)
from kullback.results import Note

# Of points in the direction of an eigenvalue: how far they are at least and at most.
BARELY, FAR = 1e-150, 1e140
# Of covariances whose relative directions doubles tell apart.
WELL_CONDITIONED = 1e6
# A total variation that is known no better than this is left to draws.
UNKNOWN = 1e-3


def normal_reason(p: Distribution, q: Distribution) -> str:
    """Why a closed form is infinite."""
    if isinstance(p, MultivariateNormal) and isinstance(q, MultivariateNormal):
        return singular_reason(np.asarray(plain(p.cov)), np.asarray(plain(q.cov)))
    return "P reaches where Q has no mass"


def on_range(p: Distribution, q: Distribution) -> tuple[Distribution, Distribution] | None:
    """Two normals on the subspace that they live on; None where they live on two.

    Laws of other families, and normals of full rank, stay as they are.

    Examples
    --------
    >>> line = np.diag([1.0, 0.0])
    >>> on_range(MultivariateNormal([1, 0], line), MultivariateNormal([0, 0], line))[1]
    Normal(loc=0, scale=1)
    >>> on_range(MultivariateNormal([0, 1], line), MultivariateNormal([0, 0], line)) is None
    True
    """
    if not _one_space(p, q) or not (p.degenerate or q.degenerate):  # type: ignore[attr-defined]
        return p, q
    means, covs = (
        [np.asarray(plain(getattr(law, name))) for law in (p, q)] for name in ("mean", "cov")
    )
    basis = shared_range(means[0] - means[1], *covs)
    if basis is None or not basis.size:
        return None
    first, second = (basis.T @ cov @ basis for cov in covs)
    apart, zero = basis.T @ (means[0] - means[1]), np.zeros(basis.shape[1])
    if len(zero) == 1:
        scales = float(first[0, 0]) ** 0.5, float(second[0, 0]) ** 0.5
        return Normal(float(apart[0]), scales[0]), Normal(0.0, scales[1])
    return MultivariateNormal(apart, first), MultivariateNormal(zero, second)


def projected(p: Distribution, q: Distribution) -> tuple[Distribution, Distribution]:
    """Two normals of one covariance along the line of their means, where all they differ in is.

    Every f-divergence is that of the projections, and so it is of vectors of one entry.

    Examples
    --------
    >>> eye = np.eye(2)
    >>> projected(MultivariateNormal([3, 4], eye), MultivariateNormal([0, 0], eye))[0]
    Normal(loc=5, scale=1)
    """
    if not _one_space(p, q) or p.degenerate or q.degenerate:  # type: ignore[attr-defined]
        return p, q
    first: Any = p
    second: Any = q
    given = zip(first._values()[1:], second._values()[1:], strict=True)
    if all(a is b or np.array_equal(a, b) for a, b in given):
        z = 2 * float(first._same_family(second))
        return Normal(z**0.5, 1.0), Normal(0.0, 1.0)
    if len(first.mean) == 1:
        scales = [float(law.cov[0, 0]) ** 0.5 for law in (first, second)]
        return Normal(float(first.mean[0]), scales[0]), Normal(float(second.mean[0]), scales[1])
    return p, q


def on_the_line(p: Distribution, q: Distribution) -> tuple[Distribution, Distribution, float]:
    """Two laws of vectors or matrices as laws on the line, where those carry all they differ in.

    Laws of one entry; normals that differ in one direction; normals and t laws of one centre and
    proportional shapes, by their squared radii. Others stay as they are.

    Returns
    -------
    tuple
        The two laws, and what rounding may change in a divergence that is bounded.

    Examples
    --------
    >>> first, second = (MultivariateNormal([0, 0], np.diag([1.0, v])) for v in (1.0, 4.0))
    >>> [float(law.scale) for law in on_the_line(first, second)[:2]]
    [0.5, 1.0]
    """
    p, q = projected(p, q)
    if type(p) is not type(q) or not (p.is_scalar and q.is_scalar):
        return p, q, 0.0
    made = [ONE_ENTRY[type(law)](law) for law in (p, q)] if type(p) in ONE_ENTRY else [None]
    if all(law is not None for law in made):
        return made[0], made[1], 64 * EPS  # type: ignore[return-value]
    radii = radial(p, q)
    if radii is not None:
        return *radii, 64 * EPS
    return _of_normals(p, q) if _one_space(p, q) else (p, q, 0.0)


def log_moment(p: Distribution, q: Distribution) -> tuple[LogMoment, float] | None:
    """ln ∫ p^s q^(1 − s) of normals, or of independent parts that are, for complex s.

    Returns
    -------
    tuple or None
        The function, and the total variation that the rounding of what goes into it is worth.

    Examples
    --------
    >>> first, second = (MultivariateNormal([m, 0.0], np.eye(2)) for m in (0.0, 1.0))
    >>> complex(log_moment(first, second)[0](np.array([0.5 + 0j]))[0][0])
    (-0.125+0j)
    """
    if isinstance(p, Independent) and isinstance(q, Independent):
        each = [log_moment(a, b) for a, b in zip(p.parts, q.parts, strict=True)]
        known = [one for one in each if one is not None]
        whole = len(known) == len(each)
        return (added([f for f, _ in known]), sum(lost for _, lost in known)) if whole else None
    if isinstance(p, Normal) and isinstance(q, Normal) and p.is_scalar and q.is_scalar:
        return of_independent(np.array([p.loc - q.loc]), *np.array([[p.scale], [q.scale]]))
    if type(p) is type(q) and type(p) in MOMENTS and p.is_scalar and q.is_scalar:
        return MOMENTS[type(p)](p, q)  # type: ignore[no-any-return]
    return _of_vectors(p, q) if _one_space(p, q) else None


def _of_wisharts(p: Any, q: Any, own: Array, other: Array) -> tuple[LogMoment, float] | None:
    ratios = np.asarray(relative_eigenvalues(other - own, own))
    noise = 64 * EPS * max(condition(own), condition(other)) * float(np.abs(ratios).max())
    least = min(1.0, 1 + float(ratios.min()))
    lost = len(ratios) * (p.df + q.df) * noise / least if least > 0 else np.inf
    return (of_wisharts(p.df / 2, q.df / 2, ratios), lost) if lost < UNKNOWN else None


MOMENTS: dict[type[Distribution], Any] = {
    Beta: lambda p, q: (of_dirichlets(*(np.array([x.a, x.b]) for x in (p, q))), 0.0),
    Dirichlet: lambda p, q: (of_dirichlets(p.alpha, q.alpha), 0.0),
    Gamma: lambda p, q: (
        of_wisharts(p.shape, q.shape, np.array([(p.rate - q.rate) / q.rate])),
        4 * EPS * (p.shape + q.shape),
    ),
    Wishart: lambda p, q: _of_wisharts(p, q, p.scale, q.scale),
    InverseWishart: lambda p, q: _of_wisharts(p, q, q.scale, p.scale),
}


def _of_vectors(first: Any, second: Any) -> tuple[LogMoment, float] | None:
    if first.degenerate or second.degenerate:
        return None
    if all(np.count_nonzero(law.cov) == len(law.mean) for law in (first, second)):
        return of_independent(
            first.mean - second.mean, *(np.diag(x.cov) ** 0.5 for x in (first, second))
        )
    worst = max(condition(law.cov) for law in (first, second))
    values, z = relative_directions(first.mean - second.mean, first.cov, second.cov)
    least = min(1.0, 1 + float(values.min()))
    noise = 64 * EPS * worst * (float(np.abs(values).max()) + float(np.abs(z).max()))
    noise += 16 * EPS * worst * any(law.rows is not None for law in (first, second))
    lost = len(z) * noise / least if least > 0 else np.inf
    if lost >= UNKNOWN:
        return None
    wide = np.maximum(1.0, 1 + values)
    narrow = -np.abs(values) / wide
    return of_directions(narrow, -np.abs(np.log1p(values)), z / wide**0.5, values > 0), lost


def _of_normals(p: Any, q: Any) -> tuple[Distribution, Distribution, float]:
    worst = max(condition(law.cov) for law in (p, q))
    if p.degenerate or q.degenerate or not worst <= WELL_CONDITIONED:
        return p, q, 0.0
    values, z = relative_directions(p.mean - q.mean, p.cov, q.cov)
    noise = 64 * EPS * worst * (1 + float(np.abs(values).max()) + float(np.abs(z).max()))
    apart = np.maximum(np.abs(values), np.abs(z))
    if noise > UNKNOWN:
        return p, q, 0.0
    if (apart > noise).sum() <= 1:
        i, d = int(np.argmax(apart)), len(z)
        return Normal(float(z[i]), float(1 + values[i]) ** 0.5), Normal(0.0, 1.0), 2 * d * noise
    if np.ptp(values) <= noise and (np.abs(z) <= noise).all():
        half = len(z) / 2
        rate = 0.5 / (1 + float(np.mean(values)))
        return Gamma(half, rate), Gamma(half, 0.5), 4 * half * noise
    return p, q, 0.0


def _one_space(p: Distribution, q: Distribution) -> bool:
    normals = isinstance(p, MultivariateNormal) and isinstance(q, MultivariateNormal)
    return normals and p.is_scalar and q.is_scalar and not (p._holds_tensors or q._holds_tensors)


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


# Of laws of one entry, the family on the line; None of others.
ONE_ENTRY: dict[type[Distribution], Any] = {
    Dirichlet: lambda p: Beta(*p.alpha) if len(p.alpha) == 2 else None,
    Multinomial: lambda p: Binomial(p.n, p.p[0]) if len(p.p) == 2 else None,
    MultivariateT: lambda p: (
        StudentT(p.df, p.loc[0], p.shape[0, 0] ** 0.5) if len(p.loc) == 1 else None
    ),
    Wishart: lambda p: Gamma(p.df / 2, 0.5 / p.scale[0, 0]) if p.size == 1 else None,
    InverseWishart: lambda p: (
        InverseGamma(p.df / 2, p.scale[0, 0] / 2) if len(p.scale) == 1 else None
    ),
    Independent: lambda p: p.parts[0] if len(p.parts) == 1 else None,
    VonMisesFisher: lambda p: VonMises(np.arccos(p.cos_angle), p.kappa) if p.dim == 2 else None,
}


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


def tail_power(law: Distribution) -> float | None:
    """The power of 1/|x| with which a density of vectors falls, ∞ of a normal's; None if unknown.

    Examples
    --------
    >>> tail_power(MultivariateT(3, [0, 0], np.eye(2)))
    5.0
    """
    if isinstance(law, Mixture):
        live = [part for part, w in zip(law.components, law.weights, strict=True) if w > 0]
        powers = [tail_power(part) for part in live]
        return None if None in powers else min(powers)  # type: ignore[type-var]
    if isinstance(law, MultivariateT):
        return float(law.df) + len(law.loc)
    return np.inf if isinstance(law, MultivariateNormal) and not law.degenerate else None


def elliptical_supremum(p: Any, q: Any) -> Answer | None:
    """ln sup p/q of two laws whose densities fall with a squared radius, where it is finite.

    Among the points of one radius r₁ of P the largest r₂ lies where (S₂⁻¹ − μ S₁⁻¹)(x − m₁) =
    S₂⁻¹ (m₂ − m₁) for a μ above all eigenvalues of S₁ S₂⁻¹ (the problem of a trust region), so
    that the supremum is searched for along one curve. None of other laws.

    Examples
    --------
    >>> first, second = (MultivariateT(3, [0, 0], np.eye(2) * v) for v in (1.0, 4.0))
    >>> round(elliptical_supremum(first, second).value, 9)
    1.386294361
    """
    if type(p) not in KERNELS or type(q) not in KERNELS:
        return None
    (log_p, fall_p, m1, s1), (log_q, fall_q, m2, s2) = (KERNELS[type(x)](x) for x in (p, q))
    values, z = relative_directions(m2 - m1, s2, s1)
    least = float(1 + values[0])
    above = (values - values[0]) / least
    # Where the means do not part along the least eigenvalue, points on both sides are as good.
    z[0] = np.copysign(max(abs(z[0]), BARELY), z[0])

    def along(t: Array) -> Array:
        y = np.minimum(np.abs(z) / (above + np.exp(t)[:, None] * (1 + above)), FAR)
        own, other = ((y * y * weight).sum(1) for weight in (1.0, 1 + above))
        return np.stack([fall_p(own), fall_q(other * (1 + np.exp(t)) ** 2 / least)])

    t = np.linspace(-600.0, 60.0, 1 << 13)
    for _ in range(12):
        falls = along(t)
        at = int(np.argmax(falls[1] - falls[0]))
        t = np.linspace(t[max(at - 1, 0)], t[min(at + 1, len(t) - 1)], 65)
    value = float(log_p - log_q + falls[1, at] - falls[0, at])
    size = 1 + abs(log_p) + abs(log_q) + float(falls[:, at].sum())
    off = EPS * max(condition(s1), condition(s2)) * (1 + float(np.abs(values).max()) / least)
    return Answer(value, (1e-12 + 64 * off) * size, "quadrature")


def _t_kernel(law: MultivariateT) -> tuple[float, Any, Array, Array]:
    half = tail_power(law) / 2  # type: ignore[operator]
    return -float(law._log_normaliser()), lambda s: half * np.log1p(s / law.df), law.loc, law.shape


def _normal_kernel(law: MultivariateNormal) -> tuple[float, Any, Array, Array]:
    constant, mean, cov = law._elliptical_surprisal()
    return -constant, lambda s: s / 2, mean, cov


# ln f at the centre, by how much it falls at a squared radius, the centre and the shape.
KERNELS: dict[type[Distribution], Any] = {
    MultivariateT: _t_kernel,
    MultivariateNormal: _normal_kernel,
}
