"""Watching a table over time: bets that it has changed, valid whenever one looks."""
