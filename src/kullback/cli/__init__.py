"""The command line: one file a command; nothing heavy is loaded before it is needed."""

from kullback.cli.program import main

__all__ = ["main"]
