"""You hold a variational posterior and its prior: ELBO terms and diagnostics.

P is the posterior q(z|x) and Q the prior p(z), in that order, everywhere: KL(q(z|x)‖p(z)).
"""

from kullback.statistics.pareto import min_sample_size, pareto_k
from kullback.statistics.pareto import threshold as pareto_threshold
from kullback.vi import schedules
from kullback.vi.decomposition import Decomposition, decompose
from kullback.vi.gaussian import kl_full_normal, kl_normal, kl_standard_normal
from kullback.vi.kl_floor import free_bits
from kullback.vi.lower_bound import ELBO, elbo
from kullback.vi.marginal_likelihood import Evidence, evidence
from kullback.vi.posterior_collapse import ActiveUnits, Collapse, active_units, collapse
from kullback.vi.term import kl

__all__ = [
    "ELBO",
    "ActiveUnits",
    "Collapse",
    "Decomposition",
    "Evidence",
    "active_units",
    "collapse",
    "decompose",
    "elbo",
    "evidence",
    "free_bits",
    "kl",
    "kl_full_normal",
    "kl_normal",
    "kl_standard_normal",
    "min_sample_size",
    "pareto_k",
    "pareto_threshold",
    "schedules",
]


def __getattr__(name: str) -> object:
    """Name the class that `kl` returned by its former name, and say the one that it has."""
    if name != "KLTerm":
        raise AttributeError(f"module 'kullback.vi' has no attribute {name!r}")
    from warnings import warn

    from kullback.results import Divergence

    text = "kullback.vi.KLTerm goes in 0.3: vi.kl returns a kullback.Divergence"
    warn(text, DeprecationWarning, stacklevel=2)
    return Divergence
