"""How two laws begin and end, at the ends of their supports and at jumps inside of a mixture."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from kullback.distributions.model.composite import Affine, Mixture
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.tails import DensityTail, heaviest, power

# More places than this are not looked at: only the two outermost.
MOST_ENDS = 64
COMPOSED = {Mixture, Affine}
NOTHING = DensityTail("nothing")
# A density that is positive and finite next to a point.
INSIDE = power(1.0)


def shared_tails(p: Distribution, q: Distribution) -> Iterator[tuple[DensityTail, DensityTail]]:
    """The tails of P and Q towards every end where both have mass, as far as they are known.

    Examples
    --------
    >>> from kullback.distributions.families import Gamma, Normal
    >>> [(a.kind, b.kind) for a, b in shared_tails(Gamma(0.5, 1.0), Normal(0.0, 1.0))]
    [('power', 'power'), ('stretched', 'stretched')]
    """
    if _alike(p, q):
        first, second = p._known_tails, q._known_tails
        yield from zip(first, second, strict=True) if first and second else ()
        return
    for discrete in (False, True):
        own, other = (law._part(discrete=discrete) for law in (p, q))
        if own is None or other is None:
            continue
        for end in sorted(_lattice_ends(own, other) if discrete else _ends(own, other)):
            for upwards in (True, False) if np.isfinite(end) else (end < 0,):
                here = tail_at(own, end, upwards), tail_at(other, end, upwards)
                if None not in here and NOTHING not in here:
                    yield here  # type: ignore[misc]


def _alike(p: Distribution, q: Distribution) -> bool:
    """Whether both are densities of one piece, on one interval."""
    plain = not COMPOSED.intersection((type(p), type(q)))
    first, second = p.support, q.support
    one = plain and first.space == second.space == "real" and not (first.pieces or second.pieces)
    return one and first.low == second.low and first.high == second.high


def _ends(p: Distribution, q: Distribution) -> set[float]:
    jumps = p._jumps() | q._jumps()
    outer = {float(end) for law in (p, q) for end in (law.support.low, law.support.high)}
    return jumps if len(jumps) <= MOST_ENDS else outer


def _lattice_ends(p: Distribution, q: Distribution) -> set[float]:
    """The infinite ones: each point of a lattice has a mass."""
    ends = {(float(law.support.low), float(law.support.high)) for law in (p, q)}
    return {end for pair in ends for end in pair if np.isinf(end)}


def inside(law: Distribution, x: float) -> bool:
    """Whether a point is inside of the support of a law that says how it ends, so no hole."""
    return tail_at(law, x, upwards=True) not in (None, NOTHING)


def tail_at(law: Distribution, end: float, upwards: bool) -> DensityTail | None:  # noqa: FBT001
    """How a density begins above a point, or ends below it; NOTHING where it has no mass there.

    None where a law does not say.
    """
    if type(law) is Mixture:
        each = [tail_at(c, end, upwards) for c in law._live()]
        if any(tail is None for tail in each):
            return None
        living = [tail for tail in each if tail is not None and tail != NOTHING]
        return heaviest(living) if living else NOTHING
    if type(law) is Affine:
        return _moved(law, end, upwards)
    tails, support = law._known_tails, law.support
    if tails is None or support.pieces:
        return None
    if support.low < end < support.high:
        return INSIDE
    here = support.low if upwards else support.high
    return tails[0 if upwards else 1] if end == here else NOTHING


def _moved(law: Affine, end: float, upwards: bool) -> DensityTail | None:  # noqa: FBT001
    loc, scale = float(law.loc), float(law.scale)
    # The end of the base that an affine map takes here, as it was rounded.
    known = [e for e in law.base._jumps() if loc + scale * e == end]
    tail = tail_at(law.base, known[0] if known else (end - loc) / scale, upwards)
    if tail is None or tail == NOTHING:
        return tail
    # At a finite end the tail is described in 1/distance, which shrinks by the scale.
    factor = scale if np.isfinite(end) else 1 / scale
    return replace(tail, rate=tail.rate * factor**tail.index)
