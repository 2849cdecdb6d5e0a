"""Whether two samples come from one distribution."""
