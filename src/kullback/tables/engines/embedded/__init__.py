"""How our own DuckDB is set up, and what it does where memory does not suffice."""
