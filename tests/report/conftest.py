"""The samples as fixtures."""

import pytest
from report_samples import CARDS, TABLES


@pytest.fixture
def cards():
    return {name: make() for name, make in CARDS.items()}


@pytest.fixture
def tables():
    return {name: make() for name, make in TABLES.items()}


@pytest.fixture
def results(cards, tables):
    return cards | tables
