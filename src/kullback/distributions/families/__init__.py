"""The families, one file each, by name."""

from kullback.distributions.families.bernoulli import Bernoulli
from kullback.distributions.families.beta import Beta
from kullback.distributions.families.beta_binomial import BetaBinomial
from kullback.distributions.families.beta_prime import BetaPrime
from kullback.distributions.families.binomial import Binomial
from kullback.distributions.families.categorical import Categorical
from kullback.distributions.families.cauchy import Cauchy
from kullback.distributions.families.chi import Chi
from kullback.distributions.families.chi2 import Chi2
from kullback.distributions.families.continuous_bernoulli import ContinuousBernoulli
from kullback.distributions.families.deterministic import Deterministic
from kullback.distributions.families.dirichlet import Dirichlet
from kullback.distributions.families.discrete_laplace import DiscreteLaplace
from kullback.distributions.families.discrete_uniform import DiscreteUniform
from kullback.distributions.families.exponential import Exponential
from kullback.distributions.families.f import F
from kullback.distributions.families.frechet import Frechet
from kullback.distributions.families.gamma import Gamma
from kullback.distributions.families.generalized_gamma import GeneralizedGamma
from kullback.distributions.families.generalized_normal import GeneralizedNormal
from kullback.distributions.families.generalized_pareto import GeneralizedPareto
from kullback.distributions.families.geometric import Geometric
from kullback.distributions.families.gumbel import Gumbel
from kullback.distributions.families.gumbel_l import GumbelL
from kullback.distributions.families.half_cauchy import HalfCauchy
from kullback.distributions.families.half_normal import HalfNormal
from kullback.distributions.families.hypergeometric import Hypergeometric
from kullback.distributions.families.inverse_gamma import InverseGamma
from kullback.distributions.families.inverse_gaussian import InverseGaussian
from kullback.distributions.families.inverse_wishart import InverseWishart
from kullback.distributions.families.kumaraswamy import Kumaraswamy
from kullback.distributions.families.laplace import Laplace
from kullback.distributions.families.levy import Levy
from kullback.distributions.families.lindley import Lindley
from kullback.distributions.families.log_logistic import LogLogistic
from kullback.distributions.families.log_series import LogSeries
from kullback.distributions.families.log_uniform import LogUniform
from kullback.distributions.families.logistic import Logistic
from kullback.distributions.families.logit_normal import LogitNormal
from kullback.distributions.families.lognormal import LogNormal
from kullback.distributions.families.lomax import Lomax
from kullback.distributions.families.matrix_normal import MatrixNormal
from kullback.distributions.families.maxwell import Maxwell
from kullback.distributions.families.moyal import Moyal
from kullback.distributions.families.multinomial import Multinomial
from kullback.distributions.families.multivariate_normal import MultivariateNormal
from kullback.distributions.families.multivariate_t import MultivariateT
from kullback.distributions.families.nakagami import Nakagami
from kullback.distributions.families.negative_binomial import NegativeBinomial
from kullback.distributions.families.normal import Normal
from kullback.distributions.families.normal_inverse_gamma import NormalInverseGamma
from kullback.distributions.families.normal_mixture import NormalMixture
from kullback.distributions.families.pareto import Pareto
from kullback.distributions.families.poisson import Poisson
from kullback.distributions.families.power_function import PowerFunction
from kullback.distributions.families.rayleigh import Rayleigh
from kullback.distributions.families.skellam import Skellam
from kullback.distributions.families.skew_normal import SkewNormal
from kullback.distributions.families.student_t import StudentT
from kullback.distributions.families.triangular import Triangular
from kullback.distributions.families.truncated_normal import TruncatedNormal
from kullback.distributions.families.uniform import Uniform
from kullback.distributions.families.von_mises import VonMises
from kullback.distributions.families.von_mises_fisher import VonMisesFisher
from kullback.distributions.families.weibull import Weibull
from kullback.distributions.families.wishart import Wishart
from kullback.distributions.families.zipf import Zipf
from kullback.distributions.families.zipfian import Zipfian
from kullback.distributions.model.distribution import Distribution
from kullback.errors import InputError

FAMILIES: dict[str, type[Distribution]] = {
    "bernoulli": Bernoulli,
    "beta": Beta,
    "beta_binomial": BetaBinomial,
    "beta_prime": BetaPrime,
    "binomial": Binomial,
    "categorical": Categorical,
    "cauchy": Cauchy,
    "chi": Chi,
    "chi2": Chi2,
    "continuous_bernoulli": ContinuousBernoulli,
    "deterministic": Deterministic,
    "dirichlet": Dirichlet,
    "discrete_laplace": DiscreteLaplace,
    "discrete_uniform": DiscreteUniform,
    "exponential": Exponential,
    "f": F,
    "frechet": Frechet,
    "gamma": Gamma,
    "generalized_gamma": GeneralizedGamma,
    "generalized_normal": GeneralizedNormal,
    "generalized_pareto": GeneralizedPareto,
    "geometric": Geometric,
    "gumbel": Gumbel,
    "gumbel_l": GumbelL,
    "half_cauchy": HalfCauchy,
    "half_normal": HalfNormal,
    "hypergeometric": Hypergeometric,
    "inverse_gamma": InverseGamma,
    "inverse_gaussian": InverseGaussian,
    "inverse_wishart": InverseWishart,
    "kumaraswamy": Kumaraswamy,
    "laplace": Laplace,
    "levy": Levy,
    "lindley": Lindley,
    "log_logistic": LogLogistic,
    "log_series": LogSeries,
    "log_uniform": LogUniform,
    "logistic": Logistic,
    "logit_normal": LogitNormal,
    "lognormal": LogNormal,
    "lomax": Lomax,
    "matrix_normal": MatrixNormal,
    "maxwell": Maxwell,
    "moyal": Moyal,
    "multinomial": Multinomial,
    "multivariate_normal": MultivariateNormal,
    "multivariate_t": MultivariateT,
    "nakagami": Nakagami,
    "negative_binomial": NegativeBinomial,
    "normal": Normal,
    "normal_inverse_gamma": NormalInverseGamma,
    "normal_mixture": NormalMixture,
    "pareto": Pareto,
    "poisson": Poisson,
    "power_function": PowerFunction,
    "rayleigh": Rayleigh,
    "skellam": Skellam,
    "skew_normal": SkewNormal,
    "student_t": StudentT,
    "triangular": Triangular,
    "truncated_normal": TruncatedNormal,
    "uniform": Uniform,
    "von_mises": VonMises,
    "von_mises_fisher": VonMisesFisher,
    "weibull": Weibull,
    "wishart": Wishart,
    "zipf": Zipf,
    "zipfian": Zipfian,
}

__all__ = [
    "FAMILIES",
    "Bernoulli",
    "Beta",
    "BetaBinomial",
    "BetaPrime",
    "Binomial",
    "Categorical",
    "Cauchy",
    "Chi",
    "Chi2",
    "ContinuousBernoulli",
    "Deterministic",
    "Dirichlet",
    "DiscreteLaplace",
    "DiscreteUniform",
    "Exponential",
    "F",
    "Frechet",
    "Gamma",
    "GeneralizedGamma",
    "GeneralizedNormal",
    "GeneralizedPareto",
    "Geometric",
    "Gumbel",
    "GumbelL",
    "HalfCauchy",
    "HalfNormal",
    "Hypergeometric",
    "InverseGamma",
    "InverseGaussian",
    "InverseWishart",
    "Kumaraswamy",
    "Laplace",
    "Levy",
    "Lindley",
    "LogLogistic",
    "LogNormal",
    "LogSeries",
    "LogUniform",
    "Logistic",
    "LogitNormal",
    "Lomax",
    "MatrixNormal",
    "Maxwell",
    "Moyal",
    "Multinomial",
    "MultivariateNormal",
    "MultivariateT",
    "Nakagami",
    "NegativeBinomial",
    "Normal",
    "NormalInverseGamma",
    "NormalMixture",
    "Pareto",
    "Poisson",
    "PowerFunction",
    "Rayleigh",
    "Skellam",
    "SkewNormal",
    "StudentT",
    "Triangular",
    "TruncatedNormal",
    "Uniform",
    "VonMises",
    "VonMisesFisher",
    "Weibull",
    "Wishart",
    "Zipf",
    "Zipfian",
    "by_name",
]


def by_name(name: str) -> type[Distribution]:
    """Return a family by its name, as in ``by_name("normal")(loc=0, scale=1)``.

    Parameters
    ----------
    name : str
        One of `FAMILIES`; capitals and underscores do not matter.

    Returns
    -------
    type
        The family.

    Raises
    ------
    InputError
        If there is none of that name; says which are near.

    Examples
    --------
    >>> by_name("normal")(loc=0, scale=1)
    Normal(loc=0, scale=1)
    """
    plain = {known.replace("_", ""): family for known, family in FAMILIES.items()}
    family = plain.get(name.lower().replace("_", "").replace("-", ""))
    if family is None:
        from difflib import get_close_matches

        near = get_close_matches(name.lower(), FAMILIES, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "see distributions.FAMILIES"
        raise InputError(f"no family is named {name!r}; {hint}")
    return family
