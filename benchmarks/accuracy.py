"""How many digits are right where P ≈ Q?

The truth is mpmath's at 60 digits, from the definition. float32 logits of a vocabulary of
128 256 as in a language model and its quantised copy (goals: ≤ 1e-5 at KL 7e-4, ≤ 1e-3 at
1e-8); float64 probabilities (goal: ≤ 1e-12 at KL 1e-20).
"""

import mpmath as mp
import numpy as np
import scipy.special
import scipy.stats
import torch

import kullback
from benchmarks.logits import scipy_kl, torch_kl
from kullback import logits

VOCABULARY = 128_256

mp.mp.dps = 60


def exact_kl(p: list[mp.mpf], q: list[mp.mpf]) -> mp.mpf:
    total_p, total_q = mp.fsum(p), mp.fsum(q)
    mean = mp.fsum(a * mp.log(a / b) for a, b in zip(p, q, strict=True)) / total_p
    return mean - mp.log(total_p / total_q)


def error(value: float, truth: mp.mpf) -> str:
    return f"{abs(float((mp.mpf(float(value)) - truth) / truth)):.1e}"


def logits_rows() -> None:
    rng = np.random.default_rng(0)
    row = rng.normal(size=VOCABULARY)
    row[:64] += rng.gamma(3, 2, 64)
    p = row.astype(np.float32)
    for noise in (0.08, 0.01, 1.2e-3, 1e-4):
        q = (p + noise * rng.normal(size=VOCABULARY)).astype(np.float32)
        truth = exact_kl(*([mp.exp(mp.mpf(float(x))) for x in side] for side in (p, q)))
        others = scipy_kl(p, q), torch_kl(torch.from_numpy(p), torch.from_numpy(q))
        errors = (error(float(value), truth) for value in (logits.kl(p, q), *others))
        print(f"| float32 logits | {mp.nstr(truth, 4)} | {' | '.join(errors)} |")


def probability_rows() -> None:
    rng = np.random.default_rng(0)
    q = rng.dirichlet(np.ones(1000))
    for noise in (1e-2, 1e-6, 1e-10):
        p = q * (1 + noise * rng.normal(size=1000))
        p /= p.sum()
        # Generalised, as `kl` sums it: the vectors sum to 1 only within rounding.
        sides = ([mp.mpf(x) for x in side.tolist()] for side in (p, q))
        truth = mp.fsum(a * mp.log(a / b) - a + b for a, b in zip(*sides, strict=True))
        torch_value = torch.nn.functional.kl_div(
            torch.from_numpy(q).log(), torch.from_numpy(p), reduction="sum"
        )
        values = (kullback.kl(p, q), scipy.special.rel_entr(p, q).sum(), torch_value)
        errors = " | ".join(error(float(value), truth) for value in values)
        print(f"| float64 probabilities | {mp.nstr(truth, 4)} | {errors} |")


def shift_rows() -> None:
    p, q = np.random.default_rng(0).normal(size=(2, 5000))
    moved = max(abs(float(logits.kl(p + s, q)) - float(logits.kl(p, q))) for s in (1e4, -1e4))
    print(f"\nAdding ±10 000 to all logits of one side changes KL in float64 by {moved:.1e} nats.")


def main() -> None:
    """Print relative errors."""
    print("| input | KL in nats | kullback | SciPy | torch |")
    print("|---|---|---|---|---|")
    logits_rows()
    probability_rows()
    shift_rows()


if __name__ == "__main__":
    main()
