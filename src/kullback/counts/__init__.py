"""You hold counts per outcome: estimates with an error, and tests."""
