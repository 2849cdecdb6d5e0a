"""What is asked of formulas: KL and its relatives."""
