"""Which columns are taken: by their names, and by patterns."""

from fnmatch import fnmatchcase

import pytest

from kullback.errors import InputError
from kullback.tables.counting import intake
from kullback.tables.counting.intake import Intake

NAMES = [f"c{i}" for i in range(300)]


@pytest.fixture
def tried(monkeypatch):
    """The patterns that were tried on a name."""
    seen = []

    def counted(name, pattern):
        seen.append(pattern)
        return fnmatchcase(name, pattern)

    monkeypatch.setattr(intake, "fnmatchcase", counted)
    return seen


def test_names_are_looked_up_and_only_patterns_are_tried_on_every_column(tried):
    asked = Intake([*NAMES[100:], "c1?"], exclude=[*NAMES[200:], "c2*"])
    found = asked.chosen(NAMES)
    assert set(found) == {*NAMES[100:200], *NAMES[10:20]}
    assert set(tried) == {"c1?", "c2*"}
    assert len(tried) <= 2 * len(NAMES)


@pytest.mark.parametrize("name", ["c[1]", "a*b", "what?"])
def test_a_name_that_looks_like_a_pattern_is_a_name_too(name):
    assert Intake([name]).chosen([*NAMES, name])[-1] == name


@pytest.mark.parametrize(("asked", "said"), [("c300", "c300"), ("d*", r"d\*")])
def test_what_fits_no_column_is_refused_among_many_that_do(asked, said):
    with pytest.raises(InputError, match=f"columns: neither side has a column '{said}'"):
        Intake([*NAMES, asked]).chosen(NAMES)
