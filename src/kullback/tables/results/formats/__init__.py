"""Formats that other programs parse: one file each."""
