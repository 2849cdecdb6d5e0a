"""What is estimated from counts: entropy, cross-entropy, KL and Jensen–Shannon, a method a file."""
