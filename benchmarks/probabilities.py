"""How long does the KL divergence of two long vectors take?

1e7 outcomes in float64. The floor is `numpy.dot` of the same vectors, which reads the same
memory; the peers are SciPy's `rel_entr(p, q).sum()` and PyTorch's `kl_div`. Ours is the
public `kullback.kl`, with every check of its arguments; all must give the same number.
Goals: KL ≥ 20× SciPy and PyTorch and ≤ 1.6× the dot product, on one core and on two.
"""

import numpy as np
import torch
from scipy.special import rel_entr

import kullback
from benchmarks.timing import seconds, single
from kullback import kernels

OUTCOMES = 10_000_000


def main() -> None:
    """Print the time of each, and the ratios that are goals."""
    rng = np.random.default_rng(0)
    p, q = (rng.gamma(1.0, size=OUTCOMES) for _ in range(2))
    p, q = p / p.sum(), q / q.sum()
    x, y = torch.from_numpy(p), torch.from_numpy(q)
    jobs = {
        "kullback.kl, default threads": lambda: kullback.kl(p, q),
        "kullback.kl, one core": single(lambda: kullback.kl(p, q)),
        "kullback.kl of torch tensors": lambda: kullback.kl(x, y),
        "kullback.jensen_shannon": lambda: kullback.jensen_shannon(p, q),
        "kullback.entropy": lambda: kullback.entropy(p),
        "kullback.cross_entropy": lambda: kullback.cross_entropy(p, q),
        "kullback.hellinger": lambda: kullback.hellinger(p, q),
        "kullback.total_variation": lambda: kullback.total_variation(p, q),
        "NumPy twin": lambda: kernels.reference.kl(p[None], q[None]),
        "scipy rel_entr(p, q).sum()": lambda: rel_entr(p, q).sum(),
        "torch kl_div": lambda: torch.nn.functional.kl_div(y.log(), x, reduction="sum"),
        "numpy.dot, the floor": lambda: p @ q,
    }
    expected = float(kullback.kl(p, q))
    for name in list(jobs)[8:11]:
        assert abs(float(np.ravel(jobs[name]())[0]) - expected) < 1e-12 * expected, name
    assert abs(float(jobs["kullback.kl of torch tensors"]()) - expected) < 1e-14

    took = seconds(jobs)
    scipy, floor = took["scipy rel_entr(p, q).sum()"], took["numpy.dot, the floor"]
    print("| 1e7 outcomes | ms | × faster than SciPy | × the dot product |")
    print("|---|---|---|---|")
    for name, time in took.items():
        print(f"| {name} | {time * 1e3:.1f} | {scipy / time:.1f} | {time / floor:.1f} |")


if __name__ == "__main__":
    main()
