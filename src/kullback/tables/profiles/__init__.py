"""What a column is: role, bins, labels; saved, merged, aligned."""
