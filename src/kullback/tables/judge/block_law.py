"""Counts in blocks: what blocks of rows that are alike say of a divergence.

Arrays of shape (b, k): b blocks of rows that lie side by side, k outcomes.
"""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from kullback.counts.estimators.jensen_shannon import HIGHEST, jensen_shannon_of, js_terms
from kullback.counts.intervals.normal import normal_interval
from kullback.counts.rows.pair import CountPair, pair
from kullback.counts.rows.relabelling import Moments
from kullback.counts.rows.side_law import side_laws
from kullback.counts.tests.pearson_three import upper_tail
from kullback.results import Estimate, Note

Array = NDArray[np.float64]

DRAWS = 999
CHUNK = 50
RARE = 20.0  # rows of an outcome in all blocks


class BlockLaw(NamedTuple):
    """What blocks say: JS, the p-value, and how much rows are worth beside independent ones."""

    jensen_shannon: Estimate
    p_value: float
    inflation: tuple[float, float]


def inflation(blocks: Array) -> float:
    """Return by how much counts vary from block to block, beside those of independent rows.

    Pearson's statistic of the table of blocks by outcomes over its degrees of freedom: 1 where
    rows are independent, and the design effect of a sample of blocks (Kish 1965; Rao and Scott
    1981) where rows of a block are alike. Rare outcomes are taken together, since one that was
    seen once was seen in one block, however alike rows are.

    Examples
    --------
    >>> inflation(np.array([[10.0, 0.0], [0.0, 10.0], [10.0, 0.0], [0.0, 10.0]]))
    13.333333333333334
    """
    blocks = blocks[:, blocks.sum(axis=0) > 0]
    if min(blocks.shape) < 2:
        return 1.0
    rows, seen = blocks.sum(axis=1, keepdims=True), blocks.sum(axis=0)
    expected = rows * (seen / rows.sum())
    squares = ((blocks - expected) ** 2).sum(axis=0)
    rare = seen < RARE
    parts = (squares[~rare] / seen[~rare]).sum()
    if rare.any():
        parts += np.count_nonzero(rare) * squares[rare].sum() / seen[rare].sum()
    return float(parts) / (len(seen) - 1) * len(blocks) / (len(blocks) - 1)


def effective(x: Array, y: Array) -> tuple[Array, Array, tuple[float, float]]:
    """Return the counts of both sides, scaled to as many rows as independent ones they are worth.

    Rows are never worth more than themselves.
    """
    factors = max(1.0, inflation(x)), max(1.0, inflation(y))
    return x.sum(axis=0) / factors[0], y.sum(axis=0) / factors[1], factors


def law(x: Array, y: Array, level: float, seed: int) -> BlockLaw:
    """Estimate JS with the error of whole blocks, and test P = Q by exchanging them.

    The value is the plug-in less its bias, which is how far the plug-ins of drawn blocks lie
    above it on average; its error is theirs, and not less than the one that holds when P = Q for
    the effective numbers of rows (a bootstrap of whole blocks: Künsch 1989, with blocks that do
    not overlap: Carlstein 1986). The p-value is that of G among assignments of blocks to sides,
    from a gamma law with the mean and variance of those drawn.

    Blocks drawn again show no outcome that the sample missed. So where many outcomes are rare, JS
    is that of counts scaled to the effective numbers of rows. These are worth as much on the
    average of all outcomes, and what moves JS may be alike for longer: the interval reaches at
    least as far as that of the blocks drawn again.

    Parameters
    ----------
    x, y : ndarray of shape (b, k), (c, k)
        Counts of P and of Q a block.
    level : float
        Of the interval.
    seed : int
        Of the draws.
    """
    rng = np.random.default_rng(seed)
    n, m = x.sum(), y.sum()
    small_x, small_y, factors = effective(x, y)
    worth = pair(small_x, small_y)
    rare = bool(side_laws(worth.x, worth.y)[0])
    drawn = _bootstrap(rng, (x, y), worth, level, seed)
    p_value = _exchanged(rng, x, y)
    estimate = _wider(jensen_shannon_of(worth, level, p_value), drawn) if rare else drawn
    found = replace(estimate, n=float(n), m=float(m), p_value=p_value)
    return BlockLaw(found, p_value, factors)


def _wider(one: Estimate, drawn: Estimate) -> Estimate:
    """Let the interval of an estimate reach as far as that of blocks drawn again."""
    reach = drawn.standard_error
    if one.interval is None:
        return one
    least = normal_interval(one.value, reach, one.interval.level, "", HIGHEST)
    ends = min(one.interval.low, least.low), max(one.interval.high, least.high)
    method = f"{one.interval.method}, and no narrower than a {drawn.method}"
    interval = replace(one.interval, low=ends[0], high=ends[1], method=method)
    return replace(one, standard_error=max(one.standard_error, reach), interval=interval)


def _bootstrap(
    rng: np.random.Generator,
    sides: tuple[Array, Array],
    worth: CountPair,
    level: float,
    seed: int,
) -> Estimate:
    """Estimate JS from blocks drawn again; `worth` are the counts of as many independent rows."""
    x, y = sides
    plug_in = float(_js(x.sum(axis=0)[None], y.sum(axis=0)[None])[0])
    drawn = _js(_resampled(rng, x), _resampled(rng, y))
    bias = float(drawn.mean()) - plug_in
    null = worth.null(js_terms(worth.n, worth.m))
    error = math.sqrt(max(float(drawn.var(ddof=1)), null.variance))
    raw = plug_in - bias
    value = max(raw, 0.0)
    said = f"No difference beyond chance: less its bias the estimate itself is {raw:.3g} nats."
    method = f"block bootstrap ({len(x)} and {len(y)} blocks, {DRAWS} draws, seed {seed})"
    return Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=normal_interval(value, error, level, method, HIGHEST),
        method="block bootstrap",
        n=worth.n,
        m=worth.m,
        outcomes=worth.outcomes,
        quantity="JS(P, Q)",
        null_bias=bias,
        unseen=worth.unseen,
        notes=(Note("raw-value", said),) if raw < 0 else (),
    )


def _js(x: Array, y: Array) -> Array:
    p, q = (side / side.sum(axis=1, keepdims=True) for side in (x, y))
    mixed = (p + q) / 2
    inside = xlogy(p, p) + xlogy(q, q) - 2 * xlogy(mixed, mixed)
    return np.asarray(np.maximum(0.0, inside.sum(axis=1) / 2))


def _resampled(rng: np.random.Generator, blocks: Array) -> Array:
    """Return the counts of samples of whole blocks, with replacement."""
    size = len(blocks)
    chances = np.full(size, 1 / size)
    parts = (
        rng.multinomial(size, chances, min(CHUNK, DRAWS - start)) @ blocks
        for start in range(0, DRAWS, CHUNK)
    )
    return np.concatenate(list(parts))


def _exchanged(rng: np.random.Generator, x: Array, y: Array) -> float:
    """Return the p-value of G among assignments of the blocks to the two sides."""
    blocks = np.concatenate([x, y])
    whole = blocks.sum(axis=0)
    labels = np.repeat([1.0, 0.0], [len(x), len(y)])
    values = []
    for start in range(0, DRAWS, CHUNK):
        masks = np.tile(labels, (min(CHUNK, DRAWS - start), 1))
        first = rng.permuted(masks, axis=1) @ blocks
        values.append(_g(first, whole - first))
    drawn = np.concatenate(values)
    mean, variance = float(drawn.mean()), float(drawn.var(ddof=1))
    if variance == 0:
        return 1.0
    observed = float(_g(x.sum(axis=0)[None], y.sum(axis=0)[None])[0])
    return min(1.0, upper_tail(observed, Moments(mean, variance, 2 * variance**2 / mean)))


def _g(x: Array, y: Array) -> Array:
    n, m = x.sum(axis=1, keepdims=True), y.sum(axis=1, keepdims=True)
    z = x + y
    inside = xlogy(x, x) + xlogy(y, y) - xlogy(z, z)
    sizes = xlogy(n, n) + xlogy(m, m) - xlogy(n + m, n + m)
    return np.asarray(np.maximum(0.0, 2 * (inside.sum(axis=1) - sizes[:, 0])))
