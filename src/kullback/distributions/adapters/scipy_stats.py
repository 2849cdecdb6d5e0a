"""scipy.stats: frozen univariate and multivariate, and the new-style distributions."""

from collections.abc import Callable
from typing import Any

import numpy as np

from kullback.distributions import families as ours
from kullback.distributions.adapters.scipy_new import read_new
from kullback.distributions.adapters.wrapped import Wrapped
from kullback.distributions.model.composite import Affine
from kullback.distributions.model.distribution import Distribution
from kullback.errors import InputError

# (shape parameters, loc, scale) → ours, for families that hold their own loc and scale.
Native = Callable[..., Distribution]

# Families whose location and scale are parameters of ours.
PLACED: dict[str, Native] = {
    "norm": ours.Normal,
    "laplace": ours.Laplace,
    "cauchy": ours.Cauchy,
    "logistic": ours.Logistic,
    "gumbel_r": ours.Gumbel,
    "gumbel_l": ours.GumbelL,
    "moyal": ours.Moyal,
    "t": ours.StudentT,
    "gennorm": lambda beta, loc, scale: ours.GeneralizedNormal(loc, scale, beta),
    "skewnorm": lambda a, loc, scale: ours.SkewNormal(loc, scale, a),
    "uniform": lambda loc, scale: ours.Uniform(loc, loc + scale),
    "triang": lambda c, loc, scale: ours.Triangular(loc, loc + c * scale, loc + scale),
    "genpareto": lambda c, loc, scale: ours.GeneralizedPareto(loc, scale, c),
    "truncnorm": lambda a, b, loc, scale: ours.TruncatedNormal(
        loc, scale, loc + a * scale, loc + b * scale
    ),
}

# Families on (0, ∞) whose scale is a parameter of ours; a location makes them Affine.
SCALED: dict[str, Native] = {
    "expon": lambda scale: ours.Exponential(1 / scale),
    "gamma": lambda a, scale: ours.Gamma(a, 1 / scale),
    "erlang": lambda a, scale: ours.Gamma(a, 1 / scale),
    "invgamma": ours.InverseGamma,
    "weibull_min": ours.Weibull,
    "invweibull": ours.Frechet,
    "rayleigh": ours.Rayleigh,
    "maxwell": ours.Maxwell,
    "halfnorm": ours.HalfNormal,
    "halfcauchy": ours.HalfCauchy,
    "levy": ours.Levy,
    "nakagami": lambda nu, scale: ours.Nakagami(nu, scale * scale),
    "gengamma": lambda a, c, scale: ours.GeneralizedGamma(scale, a * c, c),
    "lognorm": lambda s, scale: ours.LogNormal(np.log(scale), s),
    "fisk": lambda c, scale: ours.LogLogistic(scale, c),
    "pareto": ours.Pareto,
    "lomax": ours.Lomax,
    "invgauss": lambda mu, scale: ours.InverseGaussian(mu * scale, scale),
    "loguniform": lambda a, b, scale: ours.LogUniform(a * scale, b * scale),
    "reciprocal": lambda a, b, scale: ours.LogUniform(a * scale, b * scale),
}

# Families without a scale of their own; a location or a scale makes them Affine.
SHAPED: dict[str, Native] = {
    "beta": ours.Beta,
    "betaprime": ours.BetaPrime,
    "f": ours.F,
    "chi2": ours.Chi2,
    "chi": ours.Chi,
    "powerlaw": ours.PowerFunction,
    "vonmises": lambda kappa: ours.VonMises(0.0, kappa),
}

# Discrete families; the last argument is the location.
DISCRETE: dict[str, Native] = {
    "bernoulli": ours.Bernoulli,
    "binom": ours.Binomial,
    "poisson": ours.Poisson,
    "nbinom": ours.NegativeBinomial,
    "hypergeom": ours.Hypergeometric,
    "betabinom": ours.BetaBinomial,
    "logser": ours.LogSeries,
    "zipf": ours.Zipf,
    "zipfian": ours.Zipfian,
    "dlaplace": ours.DiscreteLaplace,
    "skellam": ours.Skellam,
    "randint": lambda low, high: ours.DiscreteUniform(low, high - 1),
}

# Frozen multivariate classes by name.
MULTIVARIATE: dict[str, Callable[[Any], Distribution]] = {
    "multivariate_normal_frozen": lambda d: ours.MultivariateNormal(
        d.mean, d.cov_object.covariance
    ),
    "multivariate_t_frozen": lambda d: ours.MultivariateT(d.df, d.loc, d.shape),
    "dirichlet_frozen": lambda d: ours.Dirichlet(d.alpha),
    "multinomial_frozen": lambda d: ours.Multinomial(d.n, d.p),
    "wishart_frozen": lambda d: ours.Wishart(d.df, d.scale),
    "invwishart_frozen": lambda d: ours.InverseWishart(d.df, d.scale),
    "matrix_normal_frozen": lambda d: ours.MatrixNormal(d.mean, d.rowcov, d.colcov),
    "normal_inverse_gamma_frozen": lambda d: ours.NormalInverseGamma(d.mu, d.lmbda, d.a, d.b),
}


def read(obj: Any) -> Distribution:
    """Read a scipy distribution.

    Examples
    --------
    >>> from scipy import stats
    >>> read(stats.gamma(2, scale=0.5))
    Gamma(shape=2, rate=2)
    >>> read(stats.gamma(2, loc=1))
    Affine(base=Gamma(shape=2, rate=1), loc=1, scale=1)
    """
    kind = type(obj).__name__
    if kind in MULTIVARIATE:
        return MULTIVARIATE[kind](obj)
    if hasattr(obj, "dist") and hasattr(obj, "args"):
        return _frozen(obj)
    if hasattr(obj, "icdf") and hasattr(obj, "logpdf"):
        return read_new(obj)
    raise InputError(
        f"scipy's {kind} cannot be read; freeze it with its parameters, as in "
        f"scipy.stats.norm(0, 1), or give a Density"
    )


def _frozen(obj: Any) -> Distribution:
    name = obj.dist.name
    shapes, loc, *scale = obj.dist._parse_args(*obj.args, **obj.kwds)
    shapes = [_number(s) for s in shapes]
    loc, spread = _number(loc), _number(scale[0]) if scale else 1.0
    if name in PLACED:
        return PLACED[name](*shapes, loc, spread)
    if name in SCALED:
        return _moved(SCALED[name](*shapes, spread), loc, 1.0)
    if name == "vonmises" and spread == 1.0:
        return ours.VonMises(loc, *shapes)
    if name in SHAPED:
        return _moved(SHAPED[name](*shapes), loc, spread)
    if name in DISCRETE:
        return _moved(DISCRETE[name](*shapes), loc, 1.0)
    return Wrapped.of_frozen(obj)


def _number(value: Any) -> Any:
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else array


def _moved(law: Distribution, loc: Any, scale: Any) -> Distribution:
    if np.all(loc == 0) and np.all(scale == 1):
        return law
    return Affine(law, loc, scale)
