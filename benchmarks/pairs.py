"""How long do all pairs of rows take?

Four shapes: dense, sparse, few long rows, many short ones. The peers are SciPy's `pdist`
(Jensen–Shannon distance; its `cityblock` is twice the total variation) and, for KL,
H − P·ln Qᵀ by one matrix product, which loses its digits where two rows nearly agree; fastjsd
too, where it is installed. All must give the same numbers. Goal: ahead of all of them.
"""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

import kullback
from benchmarks.timing import seconds

SHAPES = ((1_000, 200, 1.0), (1_000, 200, 0.19), (300, 5_000, 0.04), (3_000, 8, 1.0))


def rows_of(count: int, outcomes: int, density: float) -> NDArray[np.float64]:
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(outcomes), count)
    if density < 1:
        p = p * (rng.random(p.shape) < density)
        p[:, 0] += 1e-3
    return p / p.sum(axis=1, keepdims=True)


def by_product(p: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        logs = np.log(np.where(p > 0, p, 1e-300))
    return (p * logs).sum(axis=1)[:, None] - p @ logs.T


def jobs_of(p: NDArray[np.float64]) -> dict[str, Callable[[], Any]]:
    own = {
        f"`{measure.__name__}`": lambda measure=measure: kullback.pairwise(
            measure, p, condensed=True
        )
        for measure in (
            kullback.jensen_shannon_distance,
            kullback.hellinger,
            kullback.total_variation,
        )
    }
    own |= {
        f"`{measure.__name__}`": lambda measure=measure: kullback.pairwise(measure, p)
        for measure in (kullback.kl, kullback.cross_entropy)
    }
    if find_spec("fastjsd"):
        import fastjsd

        own["fastjsd `jsd_pdist`"] = lambda: fastjsd.jsd_pdist(p)
    return own | {
        "SciPy `pdist`, Jensen–Shannon": lambda: pdist(p, "jensenshannon"),
        "SciPy `pdist`, city block": lambda: pdist(p, "cityblock"),
        "H − P·ln Qᵀ": lambda: by_product(p),
    }


def main() -> None:
    """Print a column a shape, in milliseconds."""
    columns = []
    for shape in SHAPES:
        p = rows_of(*shape)
        distances = kullback.pairwise(kullback.jensen_shannon_distance, p, condensed=True)
        np.testing.assert_allclose(distances, pdist(p, "jensenshannon"), rtol=1e-8, atol=1e-8)
        columns.append(seconds(jobs_of(p), repeats=3))
    print("| ms | " + " | ".join(f"{m:,} × {k:,}, {d:.0%} filled" for m, k, d in SHAPES) + " |")
    print("|---|" + "---|" * len(SHAPES))
    for name in columns[0]:
        print(f"| {name} | " + " | ".join(f"{c[name] * 1e3:.1f}" for c in columns) + " |")


if __name__ == "__main__":
    main()
