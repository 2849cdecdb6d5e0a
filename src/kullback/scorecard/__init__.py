"""All that is worth saying of two distributions, in one place."""

from kullback.scorecard.scorecard import Quantity, Scorecard

__all__ = ["Quantity", "Scorecard"]
