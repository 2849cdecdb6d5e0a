"""What is believed of outcomes that were counted rarely or never."""
