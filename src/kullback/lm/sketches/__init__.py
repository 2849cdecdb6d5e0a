"""Sketches of a model's distributions: drawing, writing, and what they say of another model."""
