"""``import kullback.pandas`` gives every pandas frame and series the namespace ``.kullback``.

Examples
--------
>>> import pandas
>>> import kullback.pandas
>>> before = pandas.DataFrame({"paid": ["card"] * 80 + ["cash"] * 20})
>>> after = pandas.DataFrame({"paid": ["card"] * 30 + ["cash"] * 70})
>>> after.kullback.compare(before).verdict
'drifted'
>>> print(after["paid"].kullback.kl(before["paid"], unit="bits").to("bits").unit)
bits
"""

from kullback.errors import MissingDependencyError
from kullback.namespaces import FrameNamespace, SeriesNamespace, register_loaded

try:
    import pandas as _pandas
except ImportError as _error:
    raise MissingDependencyError(
        "kullback.pandas needs pandas, which is not installed: pip install pandas"
    ) from _error

__all__ = ["FrameNamespace", "SeriesNamespace"]

assert _pandas.DataFrame is not None
register_loaded()
