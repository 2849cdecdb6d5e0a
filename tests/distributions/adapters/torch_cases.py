"""Pairs on which torch's closed forms go wrong, with their truths, for docs/torch_kl.md.

Run as a script, it writes the table of the page again.
"""

import math
from pathlib import Path

import numpy as np

from kullback import distributions as d

PAGE = Path(__file__).parents[3] / "docs" / "torch_kl.md"
LN_2 = math.log(2)

HEAD = """# Where torch's closed forms are wrong

`torch.distributions.kl_divergence` in float64, beside `kullback.distributions.kl`. The truths
are analytic or by mpmath. `tests/distributions/adapters/test_torch_table.py` computes every row
again and fails when one changes; `python tests/distributions/adapters/torch_cases.py` writes the
page.

| P | Q | torch | truth | kullback |
|---|---|---|---|---|
"""
TAIL = """
torch has no divergence at all (NotImplementedError) for mixtures, Student's t, logistic, von
Mises, negative binomials, and most pairs of two families; kullback answers them, in closed form
or with an error. Gradients flow through our closed forms.
"""


def cases(torch):
    """(text of P, text of Q, torch's P and Q, truth)."""
    td = torch.distributions

    def t(x):
        return torch.tensor(x, dtype=torch.float64)

    eye = np.eye(2)
    near = np.diag([1 + 1e-9, 1 - 1e-9])
    absolute = [td.AbsTransform()]
    return [
        ("Poisson(1e15)", "Poisson(1e15 + 2)", td.Poisson(t(1e15)), td.Poisson(t(1e15 + 2)), 2e-15),
        ("Poisson(1e9)", "Poisson(1e9 + 1)", td.Poisson(t(1e9)), td.Poisson(t(1e9 + 1)), 5e-10),
        ("Poisson(0)", "Poisson(1)", td.Poisson(t(0.0)), td.Poisson(t(1.0)), 1.0),
        (
            "Gamma(1e8, 1e8)", "Gamma(1e8 + 1, 1e8)",
            td.Gamma(t(1e8), t(1e8)), td.Gamma(t(1e8 + 1), t(1e8)), 5e-9,
        ),
        (
            "Beta(1e6, 1e6)", "Beta(1e6 + 1, 1e6)",
            td.Beta(t(1e6), t(1e6)), td.Beta(t(1e6 + 1), t(1e6)), 2.5000006249e-7,
        ),
        (
            "Exponential(1)", "Exponential(1 + 1e-9)",
            td.Exponential(t(1.0)), td.Exponential(t(1 + 1e-9)), 5.0000008e-19,
        ),
        ("Geometric(1)", "Geometric(1)", td.Geometric(t(1.0)), td.Geometric(t(1.0)), 0.0),
        (
            "Binomial(5, 1)", "Binomial(5, 0.5)",
            td.Binomial(5, t(1.0)), td.Binomial(5, t(0.5)), 5 * LN_2,
        ),
        (
            "Uniform(0, 1)", "ContinuousBernoulli(0.3)",
            td.Uniform(t(0.0), t(1.0)), td.ContinuousBernoulli(t(0.3)), 0.0297361232,
        ),
        (
            "MVN(0, I)", "MVN(0, diag(1 + 1e-9, 1 − 1e-9))",
            td.MultivariateNormal(t([0.0, 0.0]), t(eye)),
            td.MultivariateNormal(t([0.0, 0.0]), t(near)), 5e-19,
        ),
        (
            "abs(Normal(1, 1))", "abs(Normal(−1, 1))",
            td.TransformedDistribution(td.Normal(t(1.0), t(1.0)), absolute),
            td.TransformedDistribution(td.Normal(t(-1.0), t(1.0)), absolute), 0.0,
        ),
    ]  # fmt: skip


def ours(p, q):
    """Our value, or "refuses" where we say that we cannot know."""
    from kullback.errors import InputError

    try:
        value = d.kl(p, q).value
    except InputError:
        return "refuses: not injective"
    return float(value.detach()) if hasattr(value, "detach") else float(value)


def theirs(torch, p, q):
    return float(torch.distributions.kl_divergence(p, q))


def write(value):
    return value if isinstance(value, str) else f"{value:.3g}"


def page(torch):
    """The text of the page."""
    rows = [
        f"| {a} | {b} | {write(theirs(torch, p, q))} | {write(truth)} | {write(ours(p, q))} |\n"
        for a, b, p, q, truth in cases(torch)
    ]
    return HEAD + "".join(rows) + TAIL


if __name__ == "__main__":
    import torch

    PAGE.write_text(page(torch))
