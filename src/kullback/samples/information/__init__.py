"""Information between columns of a sample."""
