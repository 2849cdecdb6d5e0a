"""What each thing costs, beside its peers: ``python -m benchmarks.<name>``."""
