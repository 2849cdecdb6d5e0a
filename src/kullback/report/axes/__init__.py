"""Charts drawn with matplotlib, for papers and notebooks: the same values as on a page."""
