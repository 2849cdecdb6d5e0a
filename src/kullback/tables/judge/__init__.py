"""From counts to a verdict."""
