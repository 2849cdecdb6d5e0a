"""Functions that keep their digits where libraries lose them."""
