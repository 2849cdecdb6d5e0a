"""Topic: how a number was obtained."""

from kullback.distributions import Gumbel, Logistic, Normal, kl, route


def text() -> str:
    """Return the topic with its numbers worked out."""
    closed, numeric = kl(Normal(0, 1), Normal(1, 2)), kl(Gumbel(0, 1), Logistic(0, 1))
    return f"""
Every number says how it came about. For formulas:
  closed form    a formula, exact to rounding:   {closed}
  Bregman, expectations                          exact, from the family's own functions
  quadrature     an integral, with a bound:      {numeric}
  summation      a sum over whole numbers, with a bound of what is left out
  Monte Carlo    draws, with an interval; only where nothing else works, or by name
  support        +∞, with the reason: Q is 0 where P is not
The first that applies is taken; distributions.route(p, q) says which, without computing:
  {route(Gumbel(0, 1), Logistic(0, 1))}

.error is a bound: the truth lies within value ± error (of Monte Carlo, three standard errors).

From counts the method is an estimator: zhang by default for KL, grassberger for entropy.
counts.estimates(x, y) and samples.estimates(x, y) show all that apply, side by side; where they
disagree, the data say little.

Try: kullback kl "gumbel(0,1)" "logistic(0,1)"
"""
