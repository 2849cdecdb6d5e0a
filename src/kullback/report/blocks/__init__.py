"""What a page is made of: typed values, before any format."""
