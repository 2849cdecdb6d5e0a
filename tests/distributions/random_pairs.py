"""Random pairs of distributions in four regimes, for the search: ordinary, extreme, near, far."""
# ruff: noqa: ARG005  # a family without a free scale ignores the regime

import numpy as np

from kullback import distributions as d

REGIMES = ("ordinary", "extreme", "near", "far")


def size(rng, regime):
    """A positive parameter: of order 1, or anything from 1e-3 to 1e4."""
    if regime == "extreme":
        return float(10 ** rng.uniform(-3, 4))
    return float(np.exp(rng.normal(0.3, 0.6)))


def place(rng, regime):
    return float(rng.normal(0, 30 if regime == "far" else 1.5))


def share(rng, regime):
    return float(10 ** rng.uniform(-6, -0.01)) if regime == "extreme" else rng.uniform(0.03, 0.97)


PLACED = (d.Normal, d.Laplace, d.Cauchy, d.Logistic, d.Gumbel, d.GumbelL, d.Moyal)
POSITIVE_1 = (
    d.Exponential, d.Chi2, d.Chi, d.Rayleigh, d.Maxwell, d.HalfNormal, d.Levy, d.HalfCauchy,
    d.Lindley,
)  # fmt: skip
POSITIVE_2 = (
    d.Gamma, d.InverseGamma, d.Weibull, d.Frechet, d.Nakagami, d.InverseGaussian, d.LogLogistic,
    d.Lomax, d.BetaPrime, d.F,
)  # fmt: skip
UNIT_2 = (d.Beta, d.Kumaraswamy)
COUNTS_1 = (d.Poisson,)


def above(family, low, width):
    return family(low, low + width)


def _positive(family, count):
    return lambda rng, regime: family(*(size(rng, regime) for _ in range(count)))


LINE = {f: (lambda rng, regime, f=f: f(place(rng, regime), size(rng, regime))) for f in PLACED} | {
    d.StudentT: lambda rng, r: d.StudentT(size(rng, r), place(rng, r), size(rng, r)),
    d.SkewNormal: lambda rng, r: d.SkewNormal(place(rng, r), size(rng, r), place(rng, r)),
    d.GeneralizedNormal: lambda rng, r: d.GeneralizedNormal(
        place(rng, r), size(rng, r), rng.uniform(0.5, 4)
    ),
    d.NormalMixture: lambda rng, r: d.NormalMixture(
        [0.3, 0.7], [place(rng, r), place(rng, r)], [size(rng, r), size(rng, r)]
    ),
    d.Uniform: lambda rng, r: above(d.Uniform, place(rng, r), size(rng, r)),
}
HALF_LINE = (
    {f: _positive(f, 1) for f in POSITIVE_1}
    | {f: _positive(f, 2) for f in POSITIVE_2}
    | {
        d.LogNormal: lambda rng, r: d.LogNormal(place(rng, "ordinary"), size(rng, "ordinary")),
        d.GeneralizedGamma: lambda rng, r: d.GeneralizedGamma(
            size(rng, r), size(rng, "ordinary"), rng.uniform(0.4, 3)
        ),
        d.GeneralizedPareto: lambda rng, r: d.GeneralizedPareto(
            0.0, size(rng, r), rng.uniform(-0.5, 1)
        ),
        d.LogUniform: lambda rng, r: above(d.LogUniform, size(rng, r), size(rng, r)),
        d.Pareto: lambda rng, r: d.Pareto(size(rng, "ordinary"), size(rng, r)),
    }
)
UNIT = {f: _positive(f, 2) for f in UNIT_2} | {
    d.PowerFunction: _positive(d.PowerFunction, 1),
    d.LogitNormal: lambda rng, r: d.LogitNormal(place(rng, "ordinary"), size(rng, "ordinary")),
    d.ContinuousBernoulli: lambda rng, r: d.ContinuousBernoulli(share(rng, r)),
    d.Uniform: lambda rng, r: d.Uniform(*np.sort(rng.uniform(0, 1, 2))),
}
INTEGERS = {
    d.Poisson: _positive(d.Poisson, 1),
    d.Geometric: lambda rng, r: d.Geometric(max(share(rng, r), 1e-3)),
    d.NegativeBinomial: lambda rng, r: d.NegativeBinomial(
        size(rng, "ordinary"), max(share(rng, r), 1e-2)
    ),
    d.Binomial: lambda rng, r: d.Binomial(int(rng.integers(1, 40)), share(rng, r)),
    d.Bernoulli: lambda rng, r: d.Bernoulli(share(rng, r)),
    d.DiscreteLaplace: lambda rng, r: d.DiscreteLaplace(size(rng, "ordinary")),
    d.LogSeries: lambda rng, r: d.LogSeries(min(share(rng, r), 0.995)),
    d.Zipf: lambda rng, r: d.Zipf(1.3 + size(rng, "ordinary")),
    d.Skellam: lambda rng, r: d.Skellam(size(rng, "ordinary"), size(rng, "ordinary")),
    d.BetaBinomial: lambda rng, r: d.BetaBinomial(
        int(rng.integers(1, 30)), size(rng, r), size(rng, r)
    ),
    d.Hypergeometric: lambda rng, r: d.Hypergeometric(
        40, int(rng.integers(1, 40)), int(rng.integers(1, 20))
    ),
    d.DiscreteUniform: lambda rng, r: d.DiscreteUniform(0, int(rng.integers(1, 30))),
}
CIRCLE = {d.VonMises: lambda rng, r: d.VonMises(rng.uniform(-3, 3), size(rng, r))}
SPACES = (LINE, HALF_LINE, UNIT, INTEGERS, CIRCLE)
# How often each space is drawn.
SHARES = (0.27, 0.37, 0.16, 0.17, 0.03)


def nudged(law, rng):
    """The same family with one parameter moved by 1e-2 to 1e-9 of itself."""
    values = law.parameters
    lattice = law.support.space == "lattice"
    movable = [
        name
        for name, v in values.items()
        if isinstance(v, float) and v not in (0.0, 1.0) and not (lattice and v == int(v))
    ]
    if not movable:
        return law
    chosen = movable[int(rng.integers(len(movable)))]
    return type(law)(**values | {chosen: values[chosen] * (1 + 10 ** rng.uniform(-9, -2))})


def draw(rng):
    """One pair, with its regime."""
    regime = REGIMES[int(rng.integers(len(REGIMES)))]
    space = SPACES[int(rng.choice(len(SPACES), p=SHARES))]
    makers = list(space.values())
    first = int(rng.integers(len(makers)))
    # Half of the pairs are of one family, where the closed rules are.
    second = first if rng.random() < 0.5 else int(rng.integers(len(makers)))
    p = makers[first](rng, regime)
    if regime == "near":
        return p, nudged(p, rng), regime
    return p, makers[second](rng, regime), regime
