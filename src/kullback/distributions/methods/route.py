"""From exact to numeric: which way a pair takes, and taking it."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kullback.arguments import number, text, whole, word
from kullback.distributions.families import MultivariateNormal, Normal
from kullback.distributions.methods import closed_form as exact
from kullback.distributions.methods.batch import by_kernel, by_rows, common_shape, vectorised
from kullback.distributions.methods.cubature import kl_cubature
from kullback.distributions.methods.elliptical import radial
from kullback.distributions.methods.mixture_bounds import mixture_bounds
from kullback.distributions.methods.monte_carlo import kl_monte_carlo
from kullback.distributions.methods.overlap import sticks
from kullback.distributions.methods.quadrature import kl_on_line
from kullback.distributions.model.answer import Answer, added, answered
from kullback.distributions.model.as_given import counting, in_proportion
from kullback.distributions.model.cautions import cautioned
from kullback.distributions.model.composite import Independent
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import LINES
from kullback.distributions.model.without_tensors import without_tensors
from kullback.errors import InputError, KullbackError, MethodError
from kullback.results import Note
from kullback.results.divergence import METHODS

Way = Callable[[Distribution, Distribution], Answer | None]


@dataclass(frozen=True, slots=True)
class RouteSettings:
    """What the caller asked for."""

    method: str = "auto"
    rtol: float = 1e-10
    seed: int | None = None

    def __post_init__(self) -> None:
        if not 0 < number("rtol", self.rtol) < 1:
            raise InputError(f"rtol={self.rtol} is no relative tolerance; give a number in (0, 1)")
        if self.seed is not None:
            whole("seed", self.seed)


EXACT: dict[str, tuple[Way, ...]] = {
    "auto": (exact.by_support, exact.by_rule, exact.by_tails, exact.by_expectations),
    "closed form": (exact.by_support, exact.by_rule),
    "expectations": (exact.by_support, exact.by_expectations),
    "quadrature": (exact.by_support, exact.by_tails),
    "summation": (exact.by_support, exact.by_tails),
    "Monte Carlo": (exact.by_support,),
}
# Of batches: what decides about one pair only is left to the rows.
AT_ONCE: dict[str, tuple[Way, ...]] = {
    name: tuple(way for way in ways if way in {exact.by_rule, exact.by_expectations})
    for name, ways in EXACT.items()
}
# The methods that the kernels of batches stand for.
BY_KERNEL = {"auto", "closed form"}
NAMES = {"closed": "closed form", "Bregman": "closed form", "mc": "Monte Carlo"}
NUMERIC = {
    "mixed": "quadrature",
    "real": "quadrature",
    "circle": "quadrature",
    "lattice": "summation",
}
SMALL_DIMENSION = 2


def kl_nats(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    """KL(P‖Q) in nats for one pair or a batch."""
    exact.check_comparable(p, q)
    named = text("method", asked.method)
    method = NAMES.get(named, named)
    word("method", method, EXACT, MethodError)
    if (p is q or p == q) and not p._holds_tensors:
        return Answer(0.0 if p.is_scalar else np.zeros(p.batch_shape), 0.0, "closed form")
    if isinstance(p, Independent) and isinstance(q, Independent):
        parts = zip(p.parts, q.parts, strict=True)
        return added([kl_nats(a, b, asked) for a, b in parts])
    return in_numbers(lambda a, b: _pair(a, b, method, asked), p, q)


def _pair(p: Distribution, q: Distribution, method: str, asked: RouteSettings) -> Answer:
    if p.is_scalar and q.is_scalar:
        return answered(_one(p, q, method, asked), p, q)
    whole = _at_once(p, q, method) if vectorised(p, q) else None
    return by_rows(p, q, lambda a, b: kl_nats(a, b, asked), whole)


def in_numbers(way: Callable[..., Answer], *laws: Distribution) -> Answer:
    """Take a way that may not be written for tensors, else the same of their numbers, noted.

    Examples
    --------
    >>> in_numbers(lambda p: Answer(p.loc, 0.0, "closed form"), Normal(1.0, 2.0)).value
    1.0
    """
    if not any(law._holds_tensors for law in laws):
        return cautioned(way(*laws), *laws)
    try:
        with warnings.catch_warnings():
            # NumPy may take a tensor, and warns: what comes out then is no tensor.
            warnings.filterwarnings("error", message="__array_wrap__")
            return cautioned(way(*laws), *laws)
    except KullbackError:
        raise
    except (TypeError, AttributeError, NotImplementedError, RuntimeError, DeprecationWarning):
        text = "this formula is not written for tensors: the value carries no gradient"
        return way(*map(without_tensors, laws)).noted(Note("gradient", text))


def _one(p: Distribution, q: Distribution, method: str, asked: RouteSettings) -> Answer:
    whole = _structured(p, q, asked)
    if whole is not None:
        return whole
    if type(p) is not type(q):
        p, q = p._simpler(), q._simpler()
        if p == q:
            return Answer(0.0, 0.0, "closed form")
    found = _first(EXACT[method], p, q)
    return found if found is not None else numeric(p, q, method, asked)


def _at_once(p: Distribution, q: Distribution, method: str) -> Answer | None:
    """What exact ways say of a whole batch; rows that they leave open are NaN or infinite."""
    common_shape(p, q)
    if method in BY_KERNEL:
        found = by_kernel(p, q)
        if found is not None:
            return found
    return _first(AT_ONCE[method], p, q)


def _first(ways: tuple[Way, ...], p: Distribution, q: Distribution) -> Answer | None:
    with np.errstate(all="ignore"):
        for way in ways:
            found = way(p, q)
            if found is not None:
                return found
    return None


def _structured(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer | None:
    """Independent normals against a normal vector are a normal vector too; and pieces of sticks."""
    if type(p) is type(q):
        return None
    joint = _joint_normal(p), _joint_normal(q)
    if isinstance(p, Independent) != isinstance(q, Independent) and None not in joint:
        return kl_nats(*joint, asked)  # type: ignore[arg-type]
    broken = sticks(p, q)
    return kl_nats(*broken, asked) if broken != (p, q) else None


def _joint_normal(law: Distribution) -> Distribution | None:
    """Independent normals as one normal vector."""
    if isinstance(law, MultivariateNormal):
        return law
    if isinstance(law, Independent) and all(isinstance(part, Normal) for part in law.parts):
        pairs = [(float(part.loc), float(part.scale)) for part in law.parts]  # type: ignore[attr-defined]
        loc, scale = np.array(pairs).T
        return MultivariateNormal(loc, np.diag(scale**2))
    return None


def numeric_method(p: Distribution, q: Distribution) -> str:
    """Which numeric way a pair takes."""
    spaces = {p.support.space, q.support.space}
    for space, method in NUMERIC.items():
        if space in spaces:
            return method
    if p.support.space == "atom":
        return "summation"
    if radial(p, q) is not None:
        return "quadrature"
    small = p.support.space == "vector" and p.support.dimension[0] <= SMALL_DIMENSION
    return "quadrature" if small else "Monte Carlo"


@counting(in_proportion)
def numeric(p: Distribution, q: Distribution, method: str, asked: RouteSettings) -> Answer:
    """The numeric ladder for one pair."""
    chosen = method if method in {"quadrature", "summation", "Monte Carlo"} else ""
    if method in {"closed form", "expectations"}:
        raise MethodError(
            f"KL({type(p).__name__}‖{type(q).__name__}) has no {method} here; "
            f'method="auto" takes {numeric_method(p, q)}'
        )
    p, q = (law.at(()) if law._holds_tensors else law for law in (p, q))
    taken = chosen or numeric_method(p, q)
    with np.errstate(all="ignore"):  # infinities on the way are part of the ladder
        return _taken(taken, p, q, asked)


def _taken(taken: str, p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    if taken == "Monte Carlo":
        return _with_bounds(p, q, kl_monte_carlo(p, q, asked.seed))
    if taken == "summation" and not {p.support.space, q.support.space} <= {"lattice", "atom"}:
        raise MethodError(f"{p.support} and {q.support} are no lattices; choose another method")
    if taken == "summation":
        return kl_on_line(p, q, asked.rtol)
    return _quadrature(p, q, asked)


def _quadrature(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    if p.support.space in LINES and q.support.space in LINES:
        return kl_on_line(p, q, asked.rtol)
    radii = radial(p, q)
    if radii is not None:
        note = Note("radial", "reduced to the radii, which carry all of the divergence")
        return kl_on_line(*radii, asked.rtol).noted(note)
    if p.support.space == "vector" and p.support.dimension[0] <= SMALL_DIMENSION:
        return kl_cubature(p, q, asked.rtol)
    raise MethodError(
        f'quadrature does not reach {p.support}; choose method="Monte Carlo" or "auto"'
    )


def _with_bounds(p: Distribution, q: Distribution, found: Answer) -> Answer:
    bounds = mixture_bounds(p, q)
    if bounds is None:
        return found
    low, high = max(bounds[0], 0.0), bounds[1]
    text = f"guaranteed to lie in [{low:.6g}, {high:.6g}] nats (Durrieu et al. 2012)"
    return found.noted(Note("bounds", text))


def plan(p: Distribution, q: Distribution) -> str:
    """The method that `kl_nats` would report, without the numeric work."""
    exact.check_comparable(p, q)
    if p == q:
        return "closed form"
    if isinstance(p, Independent) and isinstance(q, Independent):
        ways = {plan(a, b) for a, b in zip(p.parts, q.parts, strict=True)}
        return max(ways, key=METHODS.index)
    joint = _joint_normal(p), _joint_normal(q)
    if isinstance(p, Independent) != isinstance(q, Independent) and None not in joint:
        return plan(*joint)  # type: ignore[arg-type]
    if sticks(p, q) != (p, q):
        return plan(*sticks(p, q))
    found = _first(EXACT["auto"], p, q)
    return found.method if found is not None else numeric_method(p, q)
