"""Charts as small SVG, one file a kind of chart."""
