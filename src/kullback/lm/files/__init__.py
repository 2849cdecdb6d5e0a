"""Logits in files: one file a format."""
