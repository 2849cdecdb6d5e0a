"""Samples as they come in, and where they lie: columns, neighbours, hull."""
