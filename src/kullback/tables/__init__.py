"""You hold two datasets: one verdict a column."""
