"""CSV files: what a reader of types does not tell of them."""
