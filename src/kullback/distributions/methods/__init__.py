"""How a number is found: closed form, quadrature, summation, Monte Carlo, and the way to it."""
