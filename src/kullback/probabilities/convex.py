"""The f-divergence of any convex function, in the library of its arguments."""

import math
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import checks
from kullback.arrays import Reduction, compiling, in_kind
from kullback.checks import Mass
from kullback.errors import InputError
from kullback.kernels import namespace
from kullback.kernels.namespaces import item_size, silent
from kullback.probabilities.answers import plain

# How far out the slope of f is looked at, by bytes of a number: its square is still finite.
FAR = {4: 1e15, 8: 1e75}
LEAST = {4: 1e-30, 8: 1e-300}


def f_divergence(
    p: ArrayLike,
    q: ArrayLike,
    f: Callable[[Any], Any],
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> float | NDArray[np.float64]:
    """The f-divergence Σ q f(p/q) of a convex function with f(1) = 0.

    Parameters
    ----------
    p, q
        As for `kl`.
    f : callable
        Convex, vectorised over arrays of the library of p, f(1) = 0. ``lambda t: t * np.log(t)``
        gives KL in nats.
    axis, mass, **layout
        As for `kl`.

    Returns
    -------
    float or ndarray
        In [0, ∞], in the unit of `f`.
        Without unit.

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    Notes
    -----
    Where q = 0 the term is p·lim f(t)/t for t → ∞, and where p = 0 it is q·lim f(t) for t → 0;
    both limits are taken from values of `f`.

    References
    ----------
    Csiszár (1963); Ali and Silvey (1966), A general class of coefficients of divergence.

    Examples
    --------
    >>> round(f_divergence([0.5, 0.5], [1 / 3, 2 / 3], lambda t: abs(t - 1) / 2), 12)
    0.166666666667
    """
    rows = checks.rows({"p": p, "q": q}, axis=axis, mass=mass, **layout)
    p_rows, q_rows = rows.arrays
    xp = namespace(p_rows, q_rows)
    if compiling():
        raise InputError(
            "f_divergence looks at values of f, which no graph holds: leave out fullgraph"
        )
    with _quiet(), _at_once():
        at_zero, slope = _limits(f, p_rows)
    with silent(p_rows), _quiet():
        inside = (p_rows > 0) & (q_rows > 0)
        ratio = xp.where(inside, p_rows / xp.where(inside, q_rows, 1.0), 1.0)
        terms = xp.where(inside, q_rows * _applied(f, ratio), 0.0)
        terms = xp.where((p_rows == 0) & (q_rows > 0), _times(q_rows, at_zero), terms)
        terms = xp.where((q_rows == 0) & (p_rows > 0), _times(p_rows, slope), terms)
    return plain(xp.sum(terms, axis=-1), rows)


def _quiet() -> AbstractContextManager[Any]:
    """Let f use NumPy, whatever it is given."""
    return np.errstate(divide="ignore", over="ignore", invalid="ignore")


def _applied(f: Callable[[Any], Any], values: Any) -> Any:
    """Return f of an array; what f cannot take is said as ours."""
    try:
        return f(values)
    except Exception as error:
        kind = f"{type(values).__module__.split('.')[0]}.{type(values).__name__}"
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"f cannot be applied to a {kind}: {said}; write it in plain arithmetic, or with the "
            "functions of that library"
        ) from error


def _times(mass: Any, limit: float) -> Any:
    """Mass times a limit: infinite as it is, whose gradient would else be none at all."""
    return mass * limit if math.isfinite(limit) else limit


def _at_once() -> AbstractContextManager[Any]:
    """Evaluate what does not depend on the arguments, also while JAX traces."""
    jax = sys.modules.get("jax")
    return nullcontext() if jax is None else jax.ensure_compile_time_eval()


def _limits(f: Callable[[Any], Any], like: Any) -> tuple[float, float]:
    """Return lim f(t) for t → 0, and lim f(t)/t for t → ∞: infinite if it still grows far out."""
    far, least = FAR[item_size(like)], LEAST[item_size(like)]
    points = [1.0, 0.0, least, far, 2 * far, far**2, 2 * far**2]
    ours = isinstance(like, np.ndarray)
    found = _applied(f, np.array(points) if ours else in_kind(points, like, dtype=like.dtype))
    one, at_zero, above, *out = (float(value) for value in found)
    if not abs(one) < 1e-6:
        raise InputError(f"f(1) is {one}, not 0; subtract it from f")
    near, last = (out[1] - out[0]) / far, (out[3] - out[2]) / far**2
    growing = not np.isfinite(last) or last - near > 1e-3 * max(1.0, abs(near))
    return (above if np.isnan(at_zero) else at_zero), float("inf") if growing else last
