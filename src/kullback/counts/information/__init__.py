"""Information between columns of a table of counts."""
