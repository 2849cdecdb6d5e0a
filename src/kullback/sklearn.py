"""Drift in the shape that scikit-learn's users know: fit on what was, look at what is."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import tables
from kullback.errors import MissingDependencyError
from kullback.tables import Profile, TableComparison

try:
    from sklearn.base import BaseEstimator
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as _error:
    raise MissingDependencyError(
        'kullback.sklearn needs scikit-learn 1.6 or later: pip install "kullback[ml]"'
    ) from _error

__all__ = ["DriftDetector"]


class DriftDetector(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Which columns of new data have drifted from those that it was fitted on.

    Fitting keeps a profile (counts per bin), never a row, so that the detector is small and
    can be pickled with the model it guards. Drift is a property of many rows together: there
    is no verdict on a single one, and so no `predict`.

    Parameters
    ----------
    tolerance : float
        The JS divergence in bits up to which a difference does not matter.
    alpha : float
        The share of columns flagged by chance that is accepted (Benjamini–Hochberg).
    bins : int
        Of numeric columns.

    Attributes
    ----------
    profile_ : Profile
        What is kept of the reference.
    n_features_in_ : int
        Columns seen in `fit`.
    feature_names_in_ : ndarray of str
        Their names, where they had some.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> detector = DriftDetector().fit(rng.normal(size=(2000, 2)))
    >>> now = rng.normal([0.0, 0.6], 1.0, size=(2000, 2))
    >>> detector.drifted(now).tolist()
    [False, True]
    """

    def __init__(self, *, tolerance: float = 0.01, alpha: float = 0.05, bins: int = 20) -> None:
        self.tolerance = tolerance
        self.alpha = alpha
        self.bins = bins

    def fit(self, X: ArrayLike, y: object = None) -> "DriftDetector":  # noqa: N803, ARG002  scikit-learn's names
        """Keep the counts of the reference.

        Parameters
        ----------
        X : array_like or frame of shape (n, k)
            Numbers, texts or categories; at least two rows. A missing value is a value like any
            other.
        y : None
            Ignored.

        Returns
        -------
        DriftDetector
            Itself.
        """
        values = self._checked(X, first=True)
        self.profile_: Profile = tables.profile(self._columns(values), bins=self.bins)
        return self

    def compare(self, X: ArrayLike) -> TableComparison:  # noqa: N803
        """Compare new data, column by column.

        Parameters
        ----------
        X : array_like or frame of shape (m, k)
            The current data; at least two rows.

        Returns
        -------
        TableComparison
            KL(current‖reference) and the rest; columns without names are x0, x1, ….
        """
        check_is_fitted(self)
        columns = self._columns(self._checked(X, first=False))
        return tables.compare(self.profile_, columns, alpha=self.alpha, tolerance=self.tolerance)

    def drifted(self, X: ArrayLike) -> NDArray[np.bool_]:  # noqa: N803
        """Return which columns fail: an array of shape (k,).

        Those that drifted or changed their type, and those that are skipped and yet unlike.
        """
        found = self.compare(X)
        failing = {column.name for column in found.failing("drift")}
        return np.array([column.name in failing for column in found])

    def score(self, X: ArrayLike, y: object = None) -> float:  # noqa: N803, ARG002
        """Return minus the largest JS divergence of any column, in bits: 0 is no drift."""
        compared = self.compare(X).compared
        return -max((c.jensen_shannon.to("bits").value for c in compared), default=0.0)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:  # noqa: ARG002
        """Return the names of the columns, in the order of `drifted`."""
        check_is_fitted(self)
        return np.asarray(self._names(), dtype=object)

    def _names(self) -> list[str]:
        given = getattr(self, "feature_names_in_", None)
        return [f"x{i}" for i in range(self.n_features_in_)] if given is None else list(given)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags

    def _checked(self, X: ArrayLike, *, first: bool) -> NDArray[Any]:  # noqa: N803
        checked: NDArray[Any] = validate_data(
            self,
            X,
            reset=first,
            dtype=None,
            ensure_all_finite="allow-nan",
            ensure_min_samples=2,
        )
        return checked

    def _columns(self, values: NDArray[Any]) -> dict[str, NDArray[Any]]:
        columns = map(_typed, values.T)
        return dict(zip(self._names(), columns, strict=True))


def _typed(column: NDArray[Any]) -> NDArray[Any]:
    """A column of a mixed array as numbers where all it holds are, else as texts."""
    if column.dtype.kind != "O":
        return column
    try:
        return column.astype(np.float64)
    except (TypeError, ValueError):
        return np.array([None if _missing(item) else str(item) for item in column], dtype=object)


def _missing(item: Any) -> bool:
    return item is None or (isinstance(item, float) and item != item)  # noqa: PLR0124
