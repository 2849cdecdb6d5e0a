from collections.abc import Iterable
from typing import Any

from kullback.distributions.families.bernoulli import Bernoulli as Bernoulli
from kullback.distributions.families.beta import Beta as Beta
from kullback.distributions.families.beta_binomial import BetaBinomial as BetaBinomial
from kullback.distributions.families.beta_prime import BetaPrime as BetaPrime
from kullback.distributions.families.binomial import Binomial as Binomial
from kullback.distributions.families.categorical import Categorical as Categorical
from kullback.distributions.families.cauchy import Cauchy as Cauchy
from kullback.distributions.families.chi import Chi as Chi
from kullback.distributions.families.chi2 import Chi2 as Chi2
from kullback.distributions.families.continuous_bernoulli import (
    ContinuousBernoulli as ContinuousBernoulli,
)
from kullback.distributions.families.deterministic import Deterministic as Deterministic
from kullback.distributions.families.dirichlet import Dirichlet as Dirichlet
from kullback.distributions.families.discrete_laplace import DiscreteLaplace as DiscreteLaplace
from kullback.distributions.families.discrete_uniform import DiscreteUniform as DiscreteUniform
from kullback.distributions.families.exponential import Exponential as Exponential
from kullback.distributions.families.f import F as F
from kullback.distributions.families.frechet import Frechet as Frechet
from kullback.distributions.families.gamma import Gamma as Gamma
from kullback.distributions.families.generalized_gamma import GeneralizedGamma as GeneralizedGamma
from kullback.distributions.families.generalized_normal import (
    GeneralizedNormal as GeneralizedNormal,
)
from kullback.distributions.families.generalized_pareto import (
    GeneralizedPareto as GeneralizedPareto,
)
from kullback.distributions.families.geometric import Geometric as Geometric
from kullback.distributions.families.gumbel import Gumbel as Gumbel
from kullback.distributions.families.gumbel_l import GumbelL as GumbelL
from kullback.distributions.families.half_cauchy import HalfCauchy as HalfCauchy
from kullback.distributions.families.half_normal import HalfNormal as HalfNormal
from kullback.distributions.families.hypergeometric import Hypergeometric as Hypergeometric
from kullback.distributions.families.inverse_gamma import InverseGamma as InverseGamma
from kullback.distributions.families.inverse_gaussian import InverseGaussian as InverseGaussian
from kullback.distributions.families.inverse_wishart import InverseWishart as InverseWishart
from kullback.distributions.families.kumaraswamy import Kumaraswamy as Kumaraswamy
from kullback.distributions.families.laplace import Laplace as Laplace
from kullback.distributions.families.levy import Levy as Levy
from kullback.distributions.families.lindley import Lindley as Lindley
from kullback.distributions.families.log_logistic import LogLogistic as LogLogistic
from kullback.distributions.families.log_series import LogSeries as LogSeries
from kullback.distributions.families.log_uniform import LogUniform as LogUniform
from kullback.distributions.families.logistic import Logistic as Logistic
from kullback.distributions.families.logistic_normal import LogisticNormal as LogisticNormal
from kullback.distributions.families.logit_normal import LogitNormal as LogitNormal
from kullback.distributions.families.lognormal import LogNormal as LogNormal
from kullback.distributions.families.lomax import Lomax as Lomax
from kullback.distributions.families.matrix_normal import MatrixNormal as MatrixNormal
from kullback.distributions.families.maxwell import Maxwell as Maxwell
from kullback.distributions.families.moyal import Moyal as Moyal
from kullback.distributions.families.multinomial import Multinomial as Multinomial
from kullback.distributions.families.multivariate_normal import (
    MultivariateNormal as MultivariateNormal,
)
from kullback.distributions.families.multivariate_t import MultivariateT as MultivariateT
from kullback.distributions.families.nakagami import Nakagami as Nakagami
from kullback.distributions.families.negative_binomial import NegativeBinomial as NegativeBinomial
from kullback.distributions.families.normal import Normal as Normal
from kullback.distributions.families.normal_inverse_gamma import (
    NormalInverseGamma as NormalInverseGamma,
)
from kullback.distributions.families.normal_mixture import NormalMixture as NormalMixture
from kullback.distributions.families.pareto import Pareto as Pareto
from kullback.distributions.families.poisson import Poisson as Poisson
from kullback.distributions.families.power_function import PowerFunction as PowerFunction
from kullback.distributions.families.rayleigh import Rayleigh as Rayleigh
from kullback.distributions.families.skellam import Skellam as Skellam
from kullback.distributions.families.skew_normal import SkewNormal as SkewNormal
from kullback.distributions.families.student_t import StudentT as StudentT
from kullback.distributions.families.triangular import Triangular as Triangular
from kullback.distributions.families.truncated_normal import TruncatedNormal as TruncatedNormal
from kullback.distributions.families.uniform import Uniform as Uniform
from kullback.distributions.families.von_mises import VonMises as VonMises
from kullback.distributions.families.von_mises_fisher import VonMisesFisher as VonMisesFisher
from kullback.distributions.families.weibull import Weibull as Weibull
from kullback.distributions.families.wishart import Wishart as Wishart
from kullback.distributions.families.zipf import Zipf as Zipf
from kullback.distributions.families.zipfian import Zipfian as Zipfian
from kullback.distributions.model.distribution import Distribution

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
    "LogisticNormal",
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

FAMILIES: dict[str, type[Distribution]]

def read_families(path: Iterable[str], package: str) -> dict[str, type[Distribution]]: ...
def named_in(library: str) -> dict[str, tuple[type[Distribution], Any]]: ...
def by_name(name: str) -> type[Distribution]: ...
