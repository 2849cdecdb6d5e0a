"""From exact to numeric: which way a pair takes, and taking it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kullback.distributions.families import MultivariateNormal, Normal
from kullback.distributions.methods import closed_form as exact
from kullback.distributions.methods.batch import by_kernel
from kullback.distributions.methods.cubature import kl_cubature
from kullback.distributions.methods.elliptical import radial
from kullback.distributions.methods.mixture_bounds import mixture_bounds
from kullback.distributions.methods.monte_carlo import kl_monte_carlo
from kullback.distributions.methods.quadrature import kl_quadrature
from kullback.distributions.methods.summation import kl_summation
from kullback.distributions.model.answer import Answer
from kullback.distributions.model.composite import Independent
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import uncovered
from kullback.distributions.special.arrays import plain
from kullback.errors import MethodError, ShapeError
from kullback.results import Note
from kullback.results.divergence import METHODS

Way = Callable[[Distribution, Distribution], Answer | None]


@dataclass(frozen=True, slots=True)
class RouteSettings:
    """What the caller asked for."""

    method: str = "auto"
    rtol: float = 1e-10
    seed: int | None = None


EXACT: dict[str, tuple[Way, ...]] = {
    "auto": (exact.by_support, exact.by_rule, exact.by_tails, exact.by_expectations),
    "closed form": (exact.by_support, exact.by_rule),
    "expectations": (exact.by_support, exact.by_expectations),
    "quadrature": (exact.by_support, exact.by_tails),
    "summation": (exact.by_support, exact.by_tails),
    "Monte Carlo": (exact.by_support,),
}
# The methods that the kernels of batches stand for.
BY_KERNEL = {"auto", "closed form"}
NAMES = {"closed": "closed form", "Bregman": "closed form", "mc": "Monte Carlo"}
NUMERIC = {"real": "quadrature", "circle": "quadrature", "lattice": "summation"}
SMALL_DIMENSION = 2


def kl_nats(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    """KL(P‖Q) in nats for one pair or a batch."""
    scalar = p.is_scalar and q.is_scalar
    if not scalar and p is not q and NAMES.get(asked.method, asked.method) in BY_KERNEL:
        found = by_kernel(p, q, lambda a, b: _by_ladder(a, b, asked, scalar=False))
        if found is not None:
            return found
    return _by_ladder(p, q, asked, scalar=scalar)


def _by_ladder(p: Distribution, q: Distribution, asked: RouteSettings, *, scalar: bool) -> Answer:
    exact.check_comparable(p, q)
    method = NAMES.get(asked.method, asked.method)
    if method not in EXACT:
        raise MethodError(f"method={asked.method!r} is unknown; choose one of {', '.join(EXACT)}")
    if (p is q or p == q) and not p._holds_tensors:
        return Answer(0.0 if p.is_scalar else np.zeros(p.batch_shape), 0.0, "closed form")
    whole = _structured(p, q, asked)
    if whole is not None:
        return whole
    if not scalar:
        common_shape(p, q)
    found = _first(EXACT[method], p, q)
    if scalar:
        return found if found is not None else numeric(p, q, method, asked)
    return _batch(p, q, found, asked)


def _first(ways: tuple[Way, ...], p: Distribution, q: Distribution) -> Answer | None:
    with np.errstate(all="ignore"):
        for way in ways:
            found = way(p, q)
            if found is not None:
                return found
    return None


def _structured(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer | None:
    """Independent parts: the divergences add."""
    if not isinstance(p, Independent) or not isinstance(q, Independent):
        joint = _joint_normal(p), _joint_normal(q)
        if isinstance(p, Independent) != isinstance(q, Independent) and None not in joint:
            return kl_nats(*joint, asked)  # type: ignore[arg-type]
        return None
    each = [kl_nats(a, b, asked) for a, b in zip(p.parts, q.parts, strict=True)]
    return Answer(
        sum(f.value for f in each),
        sum(f.error for f in each),
        max((f.method for f in each), key=METHODS.index),
        next((f.reason for f in each if f.reason), ""),
        tuple(note for f in each for note in f.notes),
    )


def _joint_normal(law: Distribution) -> Distribution | None:
    """Independent normals as one normal vector."""
    if isinstance(law, MultivariateNormal):
        return law
    if isinstance(law, Independent) and all(isinstance(part, Normal) for part in law.parts):
        pairs = [(float(part.loc), float(part.scale)) for part in law.parts]  # type: ignore[attr-defined]
        loc, scale = np.array(pairs).T
        return MultivariateNormal(loc, np.diag(scale**2))
    return None


def _batch(p: Distribution, q: Distribution, found: Answer | None, asked: RouteSettings) -> Answer:
    """Fill what the exact way left open, one member at a time."""
    shape = common_shape(p, q)
    tensors = p._holds_tensors or q._holds_tensors
    open_ = np.ones(shape, dtype=bool)
    values, methods, error, reason = np.zeros(shape), [], 0.0, ""
    partly, _ = uncovered(p.support, q.support)
    if found is not None:
        if tensors and not np.any(partly):
            return found
        values = np.broadcast_to(np.asarray(plain(found.value)), shape).copy()
        open_, error, reason = np.isnan(values), found.error, found.reason
        methods.append(found.method)
    if np.any(partly):
        values, open_ = np.where(partly, np.inf, values), open_ & ~np.asarray(partly)
        reason = uncovered(p.support, q.support)[1]
    for index in zip(*np.nonzero(open_), strict=True):
        one = kl_nats(member(p, index, shape), member(q, index, shape), asked)
        values[index], error = one.value, max(error, one.error)
        reason = reason or one.reason
        methods.append(one.method)
    return Answer(values, error, methods[-1] if methods else "support", reason)


def common_shape(p: Distribution, q: Distribution) -> tuple[int, ...]:
    """The shape that the two batches broadcast to."""
    try:
        return np.broadcast_shapes(p.batch_shape, q.batch_shape)
    except ValueError:
        raise ShapeError(
            f"p is a batch of shape {p.batch_shape} and q of {q.batch_shape}; "
            f"they do not broadcast to one shape"
        ) from None


def member(law: Distribution, index: tuple[int, ...], shape: tuple[int, ...]) -> Distribution:
    """The distribution at one place of the broadcast batch."""
    batch = law.batch_shape
    own = index[len(shape) - len(batch) :]
    return law.at(tuple(0 if n == 1 else i for i, n in zip(own, batch, strict=True)))


def numeric_method(p: Distribution, q: Distribution) -> str:
    """Which numeric way a pair takes."""
    spaces = {p.support.space, q.support.space}
    for space, method in NUMERIC.items():
        if space in spaces:
            return method
    if p.support.space == "atom" or radial(p, q) is not None:
        return "quadrature"
    small = p.support.space == "vector" and p.support.dimension[0] <= SMALL_DIMENSION
    return "quadrature" if small else "Monte Carlo"


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
    if taken == "summation":
        return kl_summation(p, q, asked.rtol)
    return _quadrature(p, q, asked)


def _quadrature(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    if p.support.space in {"real", "circle"}:
        return kl_quadrature(p, q, asked.rtol)
    radii = radial(p, q)
    if radii is not None:
        note = Note("radial", "reduced to the radii, which carry all of the divergence")
        return kl_quadrature(*radii, asked.rtol).noted(note)
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
    found = _first(EXACT["auto"], p, q)
    return found.method if found is not None else numeric_method(p, q)
