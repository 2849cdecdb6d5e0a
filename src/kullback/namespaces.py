"""What ``df.kullback`` and ``series.kullback`` offer, whatever library the frame is of.

The frame it is called on is P, what happens; the other one is the reference, what was believed.
"""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kullback.results import Estimate
    from kullback.tables import ColumnComparison, Profile, Skipped, TableComparison


class FrameNamespace:
    """Comparisons of a frame with a reference.

    Parameters
    ----------
    frame : pandas or polars DataFrame
        The current data.
    """

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def compare(self, reference: Any, **options: Any) -> "TableComparison":
        """Return `kullback.tables.compare` of a reference with this frame."""
        from kullback import tables

        return tables.compare(reference, self._frame, **options)

    def profile(self, **options: Any) -> "Profile":
        """Return `kullback.tables.profile` of this frame."""
        from kullback import tables

        return tables.profile(self._frame, **options)

    def assert_same(self, reference: Any, **options: Any) -> None:
        """Fail unless this frame is the same as a reference, as far as can be told."""
        from kullback import testing

        testing.assert_same(reference, self._frame, **options)


class SeriesNamespace:
    """Measures of one column against another.

    Parameters
    ----------
    series : pandas or polars Series
        The current values; numbers are taken as samples, anything else is counted.
    """

    def __init__(self, series: Any) -> None:
        self._series = series

    def compare(self, reference: Any, **options: Any) -> "ColumnComparison | Skipped":
        """Return the verdict on this column against a reference."""
        from kullback import tables

        sides = ({"column": side} for side in (reference, self._series))
        return tables.compare(*sides, **options)["column"]

    def kl(self, reference: Any, **options: Any) -> "Estimate":
        """Return KL(this‖reference): of numbers as samples, of anything else as counts."""
        found: Estimate = _room(self._series).kl(_held(self._series), _held(reference), **options)
        return found

    def jensen_shannon(self, reference: Any, **options: Any) -> "Estimate":
        """Return the Jensen–Shannon divergence of both."""
        room = _room(self._series)
        found: Estimate = room.jensen_shannon(_held(self._series), _held(reference), **options)
        return found

    def entropy(self, **options: Any) -> "Estimate":
        """Return the entropy: of numbers as a sample of a density, of anything else as counts."""
        found: Estimate = _room(self._series).entropy(_held(self._series), **options)
        return found


def _numeric(series: Any) -> bool:
    dtype = series.dtype
    if hasattr(dtype, "is_numeric"):  # polars
        return bool(dtype.is_numeric())
    return getattr(dtype, "kind", "O") in "iuf"


def _room(series: Any) -> Any:
    from kullback import counts, samples

    return samples if _numeric(series) else counts


def _held(series: Any) -> Any:
    """Return numbers as an array, or counts by value; what is missing is left out."""
    if not hasattr(series, "dtype"):
        return series
    series = series.drop_nulls() if hasattr(series, "drop_nulls") else series.dropna()
    if _numeric(series):
        return series.to_numpy()
    found: dict[Any, int] = {}
    for value in series.to_list():
        found[value] = found.get(value, 0) + 1
    return found


def register_loaded() -> None:
    """Register the namespaces with the libraries of frames that are loaded by now."""
    for name in ("pandas", "polars"):
        library = sys.modules.get(name)
        if hasattr(library, "DataFrame") and not hasattr(library.DataFrame, "kullback"):  # type: ignore[union-attr]
            register(library)


def register(library: Any) -> None:
    """Register ``.kullback`` with pandas or polars.

    Parameters
    ----------
    library : module
        ``pandas`` or ``polars``.
    """
    if library.__name__ == "pandas":
        frame = library.api.extensions.register_dataframe_accessor
        series = library.api.extensions.register_series_accessor
    else:
        frame, series = (
            library.api.register_dataframe_namespace,
            library.api.register_series_namespace,
        )
    frame("kullback")(FrameNamespace)
    series("kullback")(SeriesNamespace)
