"""What nearest neighbours cost: sorting against trees, and NPEET-style code beside ours.

Both peers must give the same number: the formula of Wang, Kulkarni and Verdú with k = 5 (1 in
space). Ours also gives the error by the delete-one jackknife. NPEET runs it as written there, a
k-d tree on one core; the tree of `kullback.samples` uses all cores this process may use.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from benchmarks.timing import seconds
from kullback import samples
from kullback.samples.estimators import neighbours
from kullback.samples.points.sphere import whitened
from kullback.samples.points.tree import Tree, ranked

Array = NDArray[np.float64]

LINE = (1_000, 10_000, 100_000, 1_000_000)
SPACE = ((10_000, 2), (100_000, 2), (10_000, 5), (30_000, 5))
REPEATS = 3


def npeet(x: Array, y: Array, k: int) -> float:
    """NPEET's kldiv, in nats and without its line that adds noise."""
    own = cKDTree(x).query(x, k=[k + 1])[0][:, 0]
    other = cKDTree(y).query(x, k=[k])[0][:, 0]
    constant = math.log(len(y)) - math.log(len(x) - 1)
    return constant + x.shape[1] * float(np.mean(np.log(other) - np.log(own)))


def by_tree(x: Array, y: Array, k: int) -> float:
    """Our tree on one column, where `kullback.samples` would sort."""
    own = ranked(x, Tree(x), k + 1)[0][:, k]
    other = ranked(x, Tree(y), k)[0][:, k - 1]
    return float(np.mean(np.log(other / own))) + math.log(len(y) / (len(x) - 1))


def on_a_line(size: int) -> str:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(size, 1)), rng.normal(1, 2, (size, 1))
    value = samples.kl(x, y, method="nearest-neighbours").value
    assert abs(npeet(x, y, 5) - value) < 1e-9
    assert abs(by_tree(x, y, 5) - value) < 1e-9
    jobs = {
        "ours": lambda: samples.kl(x, y, method="nearest-neighbours"),
        "auto": lambda: samples.kl(x, y),
        "tree": lambda: by_tree(x, y, 5),
        "npeet": lambda: npeet(x, y, 5),
    }
    took = seconds(jobs, REPEATS)
    ours, tree, peer = took["ours"], took["tree"], took["npeet"]
    return (
        f"| {size:,} | {ours:.4f} s | {took['auto']:.4f} s | {tree:.4f} s ({tree / ours:.1f}×) "
        f"| {peer:.4f} s ({peer / ours:.1f}×) |"
    )


def in_space(size: int, dimensions: int) -> str:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(size, dimensions)), rng.normal(0.2, 1.5, (size, dimensions))
    (white_x, white_y), _ = whitened([x, y])
    value = neighbours.wang_kulkarni_verdu(white_x, white_y, 1).value
    assert abs(npeet(white_x, white_y, 1) - value) < 1e-9
    jobs = {
        "ours": lambda: samples.kl(x, y, method="nearest-neighbours"),
        "npeet": lambda: npeet(white_x, white_y, 1),
    }
    ours, peer = seconds(jobs, REPEATS).values()
    return f"| {size:,} × {dimensions} | {ours:.3f} s | {peer:.3f} s ({peer / ours:.1f}×) |"


def main() -> None:
    """Print one row a size; times in brackets are multiples of the first."""
    print("| n = m, one column | nearest-neighbours | auto, all opinions | our tree | NPEET |")
    print("|---|---|---|---|---|")
    for size in LINE:
        print(on_a_line(size), flush=True)
    print("\n| n = m, columns | nearest-neighbours | NPEET (no error) |")
    print("|---|---|---|")
    for size, dimensions in SPACE:
        print(in_space(size, dimensions), flush=True)


if __name__ == "__main__":
    main()
