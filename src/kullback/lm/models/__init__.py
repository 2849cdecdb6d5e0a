"""Language models that run, here or behind an address: recording what they say of a text."""
