"""What a distribution is: parameters, support, tails, expectations, composites."""
