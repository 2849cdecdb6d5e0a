"""scipy.stats: frozen univariate and multivariate, and the new-style distributions."""

import itertools
from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np

from kullback.distributions import families as ours
from kullback.distributions.adapters.library_class import home
from kullback.distributions.adapters.scipy_new import read_new
from kullback.distributions.adapters.wrapped import Wrapped
from kullback.distributions.families import named_in
from kullback.distributions.model.atoms import Atoms
from kullback.distributions.model.composite import Affine, Mixture
from kullback.distributions.model.distribution import Distribution
from kullback.errors import InputError


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
    if kind in TABLES:
        return TABLES[kind](obj)
    multivariate = named_in("_SCIPY_FROZEN").get(kind)
    if multivariate is not None:
        family, reader = multivariate
        made = reader(obj)
        return made if isinstance(made, Distribution) else family(*made)
    if hasattr(obj, "dist") and hasattr(obj, "args"):
        return _frozen(obj)
    if hasattr(obj, "icdf") and hasattr(obj, "logpdf"):
        return read_new(obj)
    raise InputError(
        f"scipy's {kind} cannot be read; freeze it with its parameters, as in "
        f"scipy.stats.norm(0, 1), or give a Density"
    )


def _frozen(obj: Any) -> Distribution:
    structured = TABLES.get(type(obj.dist).__name__)
    if structured is not None:
        return _placed(structured(obj.dist), obj)
    theirs = home(type(obj.dist)) == "scipy"  # a user's own may have any name
    known = named_in("_SCIPY").get(obj.dist.name) if theirs else None
    if known is None:
        return Wrapped.of_frozen(obj)
    family, reader = known
    shapes, *placed = obj.dist._parse_args(*obj.args, **obj.kwds)
    loc, scale = (*(_number(v) for v in placed), 1.0)[:2]
    names = signature(reader).parameters
    # A family that holds a location and no scale holds the location of a scale of 1 only.
    holds_loc = "loc" in names and ("scale" in names or np.all(scale == 1))
    held = ({"loc": loc} if holds_loc else {"loc": 0.0}) | {"scale": scale}
    given = {name: value for name, value in held.items() if name in names}
    law = family(*reader(*(_number(s) for s in shapes), **given))
    return _moved(law, 0.0 if holds_loc else loc, 1.0 if "scale" in names else scale)


def _placed(law: Distribution, obj: Any) -> Distribution:
    """Of a frozen table: moved by its loc and scale."""
    _, *placed = obj.dist._parse_args(*obj.args, **obj.kwds)
    loc, scale = (*(_number(v) for v in placed), 1.0)[:2]
    return _moved(law, loc, scale)


def _histogram(dist: Any) -> Distribution:
    """rv_histogram as a mixture of uniforms: an empty bin is a hole."""
    edges = np.asarray(dist._hbins, dtype=float)
    heights = np.asarray(dist._hpdf, dtype=float)[1:-1]
    masses = heights * np.diff(edges)
    bins = [ours.Uniform(a, b) for a, b in itertools.pairwise(edges)]
    kept = [(law, mass) for law, mass in zip(bins, masses, strict=True) if mass > 0]
    weights = np.array([mass for _, mass in kept])
    return Mixture([law for law, _ in kept], weights / weights.sum())


def _kernels(kde: Any) -> Distribution:
    """gaussian_kde as the mixture of normals that it is."""
    points, weights = np.atleast_2d(kde.dataset), np.asarray(kde.weights, dtype=float)
    if len(points) == 1:
        scales = np.full(points.shape[1], float(np.sqrt(kde.covariance[0, 0])))
        return ours.NormalMixture(weights, points[0], scales)
    return Mixture([ours.MultivariateNormal(x, kde.covariance) for x in points.T], weights)


# Classes that hold numbers, not parameters.
TABLES: dict[str, Callable[[Any], Distribution]] = {
    "rv_sample": lambda dist: Atoms(np.ravel(dist.xk), np.ravel(dist.pk)),
    "rv_histogram": _histogram,
    "gaussian_kde": _kernels,
}


def _number(value: Any) -> Any:
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else array


def _moved(law: Distribution, loc: Any, scale: Any) -> Distribution:
    if np.all(loc == 0) and np.all(scale == 1):
        return law
    return Affine(law, loc, scale)
