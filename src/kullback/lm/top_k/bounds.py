"""Between which values a divergence lies, where only the most probable tokens are known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kullback.errors import UnreliableError
from kullback.results.facts import PlainFacts
from kullback.units import format_number

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Bounds(PlainFacts):
    """KL(P‖Q) of each token, from above and from below, in nats.

    Parameters
    ----------
    lower, upper : ndarray of the batch shape
        No P and Q that agree with what is known have a smaller or a larger KL.
    truncated : ndarray
        Σ p ln(p/q) over the tokens known on both sides: may lie on either side of the truth.
    renormalised : ndarray
        KL of the two lists, each divided by its sum: one term of the chain rule; NaN where no
        token is known on both sides.
    coverage : ndarray
        The probability that P gives to the tokens known on both sides.
    reason : str
        Why an upper bound is infinite; "" where none is.

    Examples
    --------
    >>> import numpy as np
    >>> from kullback import lm
    >>> q = np.log([0.45, 0.25, 0.08, 0.1, 0.1, 0.02])
    >>> bounds = lm.top_k_bounds([0, 1, 2], np.log([0.5, 0.2, 0.1]), q)
    >>> print(bounds)
    0.011304 ≤ KL(P‖Q) ≤ 0.19131 nats (80 % of P is known)
    >>> float(bounds.point(tolerance=0.2).round(4))
    0.1013
    """

    lower: Array
    upper: Array
    truncated: Array
    renormalised: Array
    coverage: Array
    reason: str = ""

    def __len__(self) -> int:
        return len(np.atleast_1d(self.lower))

    def __repr__(self) -> str:
        return f"<Bounds: {self}>"

    def mean(self) -> "Bounds":
        """Return the bounds of the mean over all tokens: sharp, as each token's are.

        Returns
        -------
        Bounds
            Of shape (). `renormalised` is the mean over the tokens that have one.
        """
        has = ~np.isnan(self.renormalised)
        inside = self.renormalised[has].mean() if has.any() else np.nan
        return Bounds(
            np.asarray(self.lower.mean()),
            np.asarray(self.upper.mean()),
            np.asarray(self.truncated.mean()),
            np.asarray(inside),
            np.asarray(self.coverage.mean()),
            self.reason,
        )

    def point(self, *, tolerance: float) -> Array:
        """Return the middle between the bounds, where they are close enough for one number.

        Parameters
        ----------
        tolerance : float
            How far apart the bounds may be, in nats.

        Returns
        -------
        ndarray
            Of the batch shape; off by at most half the tolerance.

        Raises
        ------
        UnreliableError
            If the bounds of a token are further apart than that.
        """
        with np.errstate(invalid="ignore"):  # ∞ − ∞, where both bounds are infinite
            wide = ~((self.upper - self.lower <= tolerance) | (self.upper == self.lower))
            middle = np.where(self.upper == self.lower, self.lower, (self.lower + self.upper) / 2)
        if wide.any():
            at = tuple(np.argwhere(wide)[0])
            token = f" of token {', '.join(map(str, at))}" if at else ""
            raise UnreliableError(
                f"KL(P‖Q){token} lies between {format_number(float(self.lower[at]))} and "
                f"{format_number(float(self.upper[at]))} nats, further apart than {tolerance:g} "
                f"({int(wide.sum())} such of {len(self)}; "
                f"{100 * float(self.coverage[at]):.4g} % of P is known"
                + (f"; {self.reason}" if self.reason else "")
                + "); ask for more tokens, or report both bounds"
            )
        return np.asarray(middle)

    def __str__(self) -> str:
        if self.lower.ndim:
            return f"{len(self)} tokens, on average {self.mean()}"
        low, high = (format_number(float(end), 5) for end in (self.lower, self.upper))
        text = f"{low} ≤ KL(P‖Q) ≤ {high} nats ({100 * float(self.coverage):.4g} % of P is known)"
        return f"{text}: {self.reason}" if self.reason else text
