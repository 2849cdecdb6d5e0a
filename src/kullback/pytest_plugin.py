"""The pytest plugin: a fixture ``assert_same`` that shows what changed, as a diff.

It is there as soon as the package is installed, and loads nothing until a test asks for it.
"""

from collections.abc import Callable

import pytest


@pytest.fixture
def assert_same() -> Callable[..., None]:
    """Return `kullback.testing.assert_same`: it fails unless two tables are the same.

    Examples
    --------
    A test takes it by its name::

        def test_todays_orders(assert_same):
            assert_same("reference.json", "today.parquet", limits={"price": 0.05})
    """
    from kullback.testing import assert_same

    return assert_same
