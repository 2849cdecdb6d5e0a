"""Comparing two models token by token."""
