"""Two engines on one text: why they differ, and what their difference costs who decodes."""
