"""From a number and its error to an interval."""
