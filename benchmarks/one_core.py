"""What does an outcome cost on one core, in time that other processes do not count in?

Four million outcomes in float64. The time is the thread's own (`time.thread_time`), so that the
table can be read on a busy machine too; `numpy.dot` of the same vectors runs on one core as well.
Goal: ≤ 1.6 × the dot product. Jensen–Shannon takes two divisions and two logarithms an outcome,
Rényi of most orders a logarithm and an exponential: they wait for arithmetic, not for memory (the
orders ½, 2, 3, 4, 5 and 6 need neither). One division for both of Jensen–Shannon's quotients was
tried: 1.15 ns, as many instructions.
"""

import os

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "KULLBACK_THREADS": "1"}

import numpy as np
from scipy.special import rel_entr

import kullback
from benchmarks.timing import Job, spent

OUTCOMES = 4_000_000
ROWS = 1_000_000


def main() -> None:
    """Print long vectors, then a million short ones."""
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(OUTCOMES), 2)
    jobs: dict[str, Job] = {
        "numpy.dot, the floor": lambda: p @ q,
        "kl": lambda: kullback.kl(p, q),
        "entropy": lambda: kullback.entropy(p),
        "cross_entropy": lambda: kullback.cross_entropy(p, q),
        "hellinger": lambda: kullback.hellinger(p, q),
        "total_variation": lambda: kullback.total_variation(p, q),
        "jensen_shannon": lambda: kullback.jensen_shannon(p, q),
        "renyi, order 2": lambda: kullback.renyi(p, q, 2),
        "renyi, order 3": lambda: kullback.renyi(p, q, 3),
        "renyi, order 2.5": lambda: kullback.renyi(p, q, 2.5),
        "renyi, order ½": lambda: kullback.renyi(p, q, 0.5),
        "scipy rel_entr(p, q).sum()": lambda: rel_entr(p, q).sum(),
    }
    took = spent(jobs)
    floor = took["numpy.dot, the floor"]
    print("| 4e6 outcomes | ns an outcome | × the dot product |\n|---|---|---|")
    for name, time_ in took.items():
        print(f"| {name} | {time_ / OUTCOMES * 1e9:.2f} | {time_ / floor:.1f} |")

    many = rng.dirichlet(np.ones(4), ROWS)
    other, out = many[::-1].copy(), np.empty_like(many)
    rows = spent(
        {
            "numpy.add of both, the floor": lambda: np.add(many, other, out=out),
            "kl": lambda: kullback.kl(many, other),
            "jensen_shannon": lambda: kullback.jensen_shannon(many, other),
            "scipy rel_entr(p, q).sum(axis=-1)": lambda: rel_entr(many, other).sum(axis=-1),
        }
    )
    print("\n| (1e6, 4) | ms |\n|---|---|")
    for name, time_ in rows.items():
        print(f"| {name} | {time_ * 1e3:.1f} |")


if __name__ == "__main__":
    main()
