"""Logits that look like a language model's: many unlikely tokens and a few likely ones."""

import numpy as np


def logits(rng, rows, vocabulary, spread=2.0, heads=32):
    values = spread * rng.standard_normal((rows, vocabulary))
    for row in values:
        row[rng.choice(vocabulary, heads, replace=False)] += rng.gamma(3.0, 3.0, heads)
    return values


def pair(seed, rows=48, vocabulary=4_000, noise=0.1, **more):
    """Return float64 logits of a base and of a model that is off by Gaussian noise."""
    rng = np.random.default_rng(seed)
    base = logits(rng, rows, vocabulary, **more)
    return base, base + noise * rng.standard_normal(base.shape)


def probabilities(values):
    weights = np.exp(values - values.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def exact_kl(base, model):
    """KL a row from its definition, in long double."""
    p, q = (probabilities(x.astype(np.longdouble)) for x in (base, model))
    return (p * np.log(p / q)).sum(axis=-1).astype(float)


def tokens(rows, n_ctx, vocabulary, seed=0):
    """Return token ids of as many chunks as have `rows` scored tokens."""
    chunks = rows // (n_ctx - 1 - n_ctx // 2)
    return np.random.default_rng(seed).integers(0, vocabulary, chunks * n_ctx)


def written(folder, name, values, n_ctx=16, span=16.0):
    from kullback.lm.files import llama_cpp

    ids = tokens(len(values), n_ctx, values.shape[1])
    llama_cpp.write(folder / name, ids, values, n_ctx, span=span)
    return folder / name
