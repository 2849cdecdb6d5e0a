"""One file a format: what it looks like, and how its rows are read."""
