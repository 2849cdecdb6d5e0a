"""What is asked of two tables: one file a question."""
