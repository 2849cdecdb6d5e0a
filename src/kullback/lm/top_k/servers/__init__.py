"""What servers print of a model, one file a shape, and what they send in pieces."""
