"""Scorecards made by hand."""

import pytest
from report_samples import CARDS


@pytest.fixture
def cards():
    return {name: make() for name, make in CARDS.items()}
