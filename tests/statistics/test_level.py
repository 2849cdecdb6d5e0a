"""How far an interval reaches."""

import pytest
from scipy import stats

from kullback.errors import InputError
from kullback.statistics.level import quantile


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_it_is_the_two_sided_normal(level):
    assert quantile(level) == pytest.approx(stats.norm.interval(level)[1], rel=1e-13)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_what_is_no_level_is_refused(level):
    with pytest.raises(InputError, match=f"level={level} is not between"):
        quantile(level)
