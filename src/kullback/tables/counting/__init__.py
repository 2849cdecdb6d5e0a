"""From rows to counts: the SQL of columns, bins, codes and weights."""
