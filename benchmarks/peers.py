"""Do peers agree? SciPy's families and torch's classes at their own example arguments.

`python -m benchmarks.peers` prints one line a disagreement beyond the errors that both say, and how
many agree. What is known of each disagreement is written in `docs/explanation/agreement.md`.
"""

import itertools
import math
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kullback import distributions as d
from kullback.errors import KullbackError

# Peers keep about so many digits of a numeric entropy.
CLOSE = 1e-6
SECONDS = 30


def scipy_laws() -> Iterator[tuple[str, Any, bool]]:
    """Name, frozen law and whether it is discrete, of SciPy's own list of examples."""
    from scipy import stats
    from scipy.stats import _distr_params as examples

    for listed, discrete in ((examples.distcont, False), (examples.distdiscrete, True)):
        seen = set()
        for name, arguments in listed:
            if isinstance(name, str) and name not in seen:
                seen.add(name)
                yield name, getattr(stats, name)(*arguments), discrete


def limited(what: Callable[[], Any]) -> Any:
    """What a call says, or why it says nothing."""

    def stop(*_: Any) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return what()
    except TimeoutError:
        return f"more than {SECONDS} s"
    except (KullbackError, ArithmeticError, TypeError, ValueError, NotImplementedError) as error:
        return f"{type(error).__name__}: {str(error)[:80]}"
    finally:
        signal.alarm(0)


def by_definition(law: Any, *, discrete: bool) -> float:
    """The entropy from SciPy's own density, by a sum or by quadrature between its quantiles."""
    from scipy import integrate, special

    if discrete:
        low, high = law.ppf(1e-15), law.isf(1e-15)
        masses = law.pmf(np.arange(max(low - 50, law.support()[0]), min(high + 50, 1e6) + 1))
        return float(special.entr(masses).sum())
    levels = [1e-12, 1e-8, 1e-5, 1e-3, 0.03, 0.2, 0.5]
    marks = [law.support()[0], *law.ppf(levels), *law.isf(levels[-2::-1]), law.support()[1]]
    marks = np.unique(np.asarray(marks, dtype=float))
    total = 0.0
    for a, b in itertools.pairwise(marks):
        part = integrate.quad(lambda x: float(special.entr(law.pdf(x))), a, b, limit=400)
        total += part[0] if math.isfinite(part[0]) else 0.0
    return total


def agree(own: Any, theirs: Any) -> bool:
    """Whether two numbers are within the error that ours says and the digits of a peer."""
    if isinstance(own, str) or isinstance(theirs, str):
        return False
    value, peer = float(own), float(theirs)
    if math.isinf(value) or math.isinf(peer):
        return value == peer
    return abs(value - peer) <= own.error + CLOSE * (1 + abs(peer))


def of_scipy() -> None:
    """Entropies of SciPy's families, and KL to the law moved by a tenth of its deviation."""
    counted = alike = 0
    for name, law, discrete in scipy_laws():
        own = limited(lambda law=law: d.entropy(law))
        theirs = limited(lambda law=law: float(law.entropy()))
        counted += 1
        if agree(own, theirs):
            alike += 1
            continue
        third = limited(lambda law=law, discrete=discrete: by_definition(law, discrete=discrete))
        print(f"scipy {name}: ours {own!s}, peer {theirs}, by its own density {third}", flush=True)
    print(f"scipy: {alike} of {counted} entropies agree", flush=True)


def torch_pairs() -> Iterator[tuple[str, Any, Any]]:
    """The pairs of one class that torch has a KL of, at plain arguments."""
    import torch
    from torch import distributions as td

    def t(*x: float) -> Any:
        return torch.tensor(x, dtype=torch.float64)

    two = {
        "Bernoulli": [(t(0.3),), (t(0.6),)], "Beta": [(t(2), t(3)), (t(1), t(4))],
        "Binomial": [(5, t(0.3)), (5, t(0.4))], "Categorical": [(t(0.2, 0.8),), (t(0.5, 0.5),)],
        "Cauchy": [(t(0), t(1)), (t(1), t(2))], "ContinuousBernoulli": [(t(0.3),), (t(0.6),)],
        "Dirichlet": [(t(1, 2, 3),), (t(2, 2, 2),)], "Exponential": [(t(1),), (t(2),)],
        "Gamma": [(t(2), t(1)), (t(3), t(2))], "Geometric": [(t(0.3),), (t(0.5),)],
        "Gumbel": [(t(0), t(1)), (t(1), t(2))], "HalfNormal": [(t(1),), (t(2),)],
        "Laplace": [(t(0), t(1)), (t(1), t(2))], "LogNormal": [(t(0), t(1)), (t(1), t(2))],
        "Normal": [(t(0), t(1)), (t(1), t(2))], "Pareto": [(t(2), t(3)), (t(1), t(4))],
        "OneHotCategorical": [(t(0.2, 0.8),), (t(0.5, 0.5),)], "Poisson": [(t(3),), (t(4),)],
        "Uniform": [(t(0), t(1)), (t(-1), t(2))],
        "MultivariateNormal": [
            (t(0, 0), torch.eye(2, dtype=torch.float64)), (t(1, 0), 2 * torch.eye(2).double()),
        ],
        "LowRankMultivariateNormal": [
            (t(0, 0), t(1, 2)[:, None], t(1, 1)), (t(1, 0), t(2, 1)[:, None], t(1, 2)),
        ],
    }  # fmt: skip
    for name, (first, second) in two.items():
        family = getattr(td, name)
        yield (
            name,
            family(*(x.squeeze() if x_is_single(x) else x for x in first)),
            family(*(x.squeeze() if x_is_single(x) else x for x in second)),
        )


def x_is_single(x: Any) -> bool:
    """A tensor of one number, which stands for a scalar."""
    return getattr(x, "numel", lambda: 0)() == 1


def numpyro_pairs() -> Iterator[tuple[str, Any, Any]]:
    """Pairs that numpyro has a KL of."""
    from jax import config
    from jax import numpy as jnp
    from numpyro import distributions as nd

    config.update("jax_enable_x64", val=True)
    zero, one = jnp.zeros(2), jnp.ones(2)
    alphas = jnp.array([1.0, 2.0, 3.0]), jnp.array([2.0, 2.0, 2.0])
    yield "Kumaraswamy, Beta", nd.Kumaraswamy(1.5, 2.5), nd.Beta(2.0, 3.0)
    yield "Kumaraswamy, Beta, steep", nd.Kumaraswamy(0.5, 0.2), nd.Beta(2.0, 5.0)
    yield "Weibull, Gamma", nd.Weibull(1.5, 2.0), nd.Gamma(2.0, 1.0)
    yield "Normal", nd.Normal(0.0, 1.0), nd.Normal(1.0, 2.0)
    yield "Gamma", nd.Gamma(2.0, 1.0), nd.Gamma(3.0, 2.0)
    yield "Beta", nd.Beta(2.0, 3.0), nd.Beta(1.0, 4.0)
    yield "Dirichlet", *map(nd.Dirichlet, alphas)
    independent = (nd.Independent(nd.Normal(m, s), 1) for m, s in ((zero, 1.0), (one, 2.0)))
    yield "Independent", *independent


def of_pairs(peer: str, pairs: Iterator[tuple[str, Any, Any]], kl: Callable[..., Any]) -> None:
    """KL of a peer's pairs."""
    counted = alike = 0
    for name, p, q in pairs:
        own = limited(lambda p=p, q=q: d.kl(p, q))
        theirs = limited(lambda p=p, q=q: float(kl(p, q)))
        counted += 1
        if agree(own, theirs):
            alike += 1
        else:
            print(f"{peer} {name}: ours {own!s}, peer {theirs}", flush=True)
    print(f"{peer}: {alike} of {counted} divergences agree", flush=True)


def of_torch() -> None:
    """KL of torch's pairs."""
    from torch import distributions as td

    of_pairs("torch", torch_pairs(), td.kl_divergence)


def of_numpyro() -> None:
    """KL of numpyro's pairs."""
    from numpyro import distributions as nd

    of_pairs("numpyro", numpyro_pairs(), nd.kl_divergence)


if __name__ == "__main__":
    for part in sys.argv[1:] or ("torch", "numpyro", "scipy"):
        {"scipy": of_scipy, "torch": of_torch, "numpyro": of_numpyro}[part]()
