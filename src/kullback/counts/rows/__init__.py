"""Counts as they come in: one row, a pair of rows, tables of them, and what is pooled."""
