"""The numbers of docs/language_models.md, each from its definition or from the public interface."""

import math

import numpy as np

from kullback import lm
from kullback.lm.files import llama_cpp

P, Q = np.array([0.36, 0.48, 0.16]), np.full(3, 1 / 3)


def directions():
    """KL both ways, from the definition."""
    return f"{np.sum(P * np.log(P / Q)):.4f}", f"{np.sum(Q * np.log(Q / P)):.4f}"


def mixtures():
    """The generalised JS divergence of `kl_from_logits`, and Lin's, from the definition."""
    rows = []
    for beta in (0.001, 0.1, 0.5, 0.9):
        m = beta * P + (1 - beta) * Q
        lin = beta * np.sum(P * np.log(P / m)) + (1 - beta) * np.sum(Q * np.log(Q / m))
        rows.append(f"| {beta:g} | {lin / (beta * (1 - beta)):.4f} | {lin:.2g} |")
    return rows


def floors(folder):
    """What llama.cpp's file makes of a base and its own logits, both ways of reading it."""
    logits = 3 * np.random.default_rng(0).standard_normal((252, 4000)).astype(np.float32)
    tokens = np.arange(4 * 128) % 4000
    llama_cpp.write(folder / "base.kld", tokens, logits, n_ctx=128)
    found = {way: lm.compare(folder / "base.kld", logits, decode=way) for way in lm_ways()}
    clean, theirs = (found[way].per_token["kl"] for way in lm_ways())
    return f"{clean.mean():.0e}", f"{np.abs(theirs).mean():.0e}", int((theirs < 0).sum())


def lm_ways():
    return ("clean", "llama.cpp")


def design(size, correlation):
    """How much too small an error is that takes tokens of one chunk for independent (Kish 1965)."""
    return f"{math.sqrt(1 + (size - 1) * correlation):.1f}"


def top_k():
    """Bounds from three of six probabilities, and the truth."""
    p = np.array([0.5, 0.2, 0.1, 0.1, 0.06, 0.04])
    q = np.array([0.45, 0.25, 0.08, 0.1, 0.1, 0.02])
    bounds = lm.top_k_bounds([0, 1, 2], np.log(p[:3]), np.log(q))
    numbers = (
        np.sum(p * np.log(p / q)),
        bounds.truncated,
        bounds.renormalised,
        bounds.lower,
        bounds.upper,
    )
    return [f"{float(number):.4f}" for number in numbers]
