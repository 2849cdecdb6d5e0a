"""What is estimated from samples, a method a file."""
