"""``import kullback.polars`` gives every polars frame and series the namespace ``.kullback``.

Examples
--------
>>> import polars
>>> import kullback.polars
>>> before = polars.DataFrame({"paid": ["card"] * 80 + ["cash"] * 20})
>>> after = polars.DataFrame({"paid": ["card"] * 30 + ["cash"] * 70})
>>> after.kullback.compare(before).verdict
'drifted'
>>> print(after["paid"].kullback.kl(before["paid"], unit="bits").to("bits").unit)
bits
"""

from kullback.errors import MissingDependencyError
from kullback.namespaces import FrameNamespace, SeriesNamespace, register_loaded

try:
    import polars as _polars
except ImportError as _error:
    raise MissingDependencyError(
        "kullback.polars needs polars, which is not installed: pip install polars"
    ) from _error

__all__ = ["FrameNamespace", "SeriesNamespace"]

assert _polars.DataFrame is not None
register_loaded()
