"""A variational autoencoder on handwritten digits: ``python examples/vae.py [FOLDER]``.

Trains on scikit-learn's 8 × 8 digits, binarised, with an annealed KL term; follows the KL of
every latent dimension, says which are in use, what the KL is made of and how good the
posteriors are, and checks ln p(x) = ELBO + KL(q‖posterior) where the evidence is known.
Prints what a test checks, draws FOLDER/vae.png. Needs: pip install 'kullback[ml,torch,plot]'
"""

import math
import sys
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits

from kullback import distributions, vi

SEED, LATENT, HIDDEN, EPOCHS, BATCH = 0, 10, 128, 60, 100
WARMUP = 15  # epochs


class Autoencoder(torch.nn.Module):
    """One hidden layer each way; Bernoulli pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = torch.nn.Sequential(
            torch.nn.Linear(64, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 2 * LATENT)
        )
        self.decoder = torch.nn.Sequential(
            torch.nn.Linear(LATENT, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 64)
        )

    def encode(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return means and log-variances of q(z|x)."""
        mean, log_variance = self.encoder(x).chunk(2, dim=-1)
        return mean, log_variance

    def log_likelihood(self, x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        """Return ln p(x|z), a number a datum."""
        rows = self.decoder(z)
        pixels = torch.nn.functional.binary_cross_entropy_with_logits(
            rows, x.expand_as(rows), reduction="none"
        )
        return -pixels.sum(-1)


def objective(model: Autoencoder, x: torch.Tensor, weight: float) -> vi.ELBO:
    """Return the (annealed) ELBO of a batch with one draw a datum."""
    mean, log_variance = model.encode(x)
    z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
    kl = vi.kl_standard_normal(mean, log_variance)
    return vi.elbo(model.log_likelihood(x, z), kl, weight=weight)


def train(x: torch.Tensor) -> tuple[Autoencoder, np.ndarray, list[float]]:
    """Train; return the model, KL per dimension after each epoch, and the ELBO."""
    torch.manual_seed(SEED)
    model = Autoencoder()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    course, bounds = [], []
    for epoch in range(EPOCHS):
        weight = vi.schedules.linear(epoch + 1, warmup=WARMUP)
        for rows in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad()
            (-objective(model, x[rows], weight).value).backward()
            optimizer.step()
        with torch.no_grad():
            now = objective(model, x, 1.0)
        course.append(now.kl_per_dimension.numpy())
        bounds.append(float(now))
    return model, np.array(course), bounds


@torch.no_grad()
def judged(model: Autoencoder, x: torch.Tensor, draws: int = 2000) -> vi.Evidence:
    """Judge q(z|x) of one datum from draws of it."""
    torch.manual_seed(SEED)
    mean, log_variance = model.encode(x)
    noise = torch.randn(draws, LATENT)
    z = mean + torch.exp(log_variance / 2) * noise
    log_q = -0.5 * (noise**2 + log_variance + math.log(2 * math.pi)).sum(-1)
    log_prior = -0.5 * (z**2 + math.log(2 * math.pi)).sum(-1)
    return vi.evidence(model.log_likelihood(x, z) + log_prior, log_q)


def identity() -> tuple[float, float, float]:
    """Return ELBO, gap and evidence of z ~ N(0, 1), x|z ~ N(z, 1), x = 1, with q = N(0, 1)."""
    normal = distributions.Normal
    q, prior, posterior = normal(0, 1), normal(0, 1), normal(0.5, math.sqrt(0.5))
    expected = -0.5 * math.log(2 * math.pi) - 0.5 * (1.0 + 1.0)  # E_q (1 − z)² = 2
    bound = float(vi.elbo([expected], vi.kl(q, prior)))
    return bound, float(vi.kl(q, posterior)), float(normal(0, math.sqrt(2)).log_density(1.0))


def draw(
    model: Autoencoder, x: torch.Tensor, course: np.ndarray, bounds: list[float], folder: Path
) -> None:
    """Draw KL per dimension over training, the ELBO, and digits beside what is kept of them."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (left, middle, right) = plt.subplots(
        1, 3, figsize=(13, 4), layout="constrained", width_ratios=(4, 3, 3)
    )
    epochs = np.arange(1, EPOCHS + 1)
    colors = plt.get_cmap("viridis")(np.linspace(0, 0.92, LATENT))
    label = np.inf
    for j, color in zip(np.argsort(-course[-1]), colors, strict=True):
        left.plot(epochs, course[:, j], color=color, lw=1.4)
        label = min(label - course.max() / 26, course[-1, j])  # labels keep their distance
        left.text(EPOCHS + 0.8, label, f"z{j}", color=color, fontsize=8, va="center")
    left.axvline(WARMUP, color="0.6", lw=1, ls="--")
    left.text(WARMUP + 0.5, course.max() * 1.02, "weight reaches 1", color="0.4", fontsize=9)
    left.set(xlabel="epoch", ylabel="mean KL, nats", ylim=(0, None), xlim=(1, EPOCHS + 4))
    left.set_title("KL of every latent dimension", loc="left")
    middle.plot(epochs, bounds, color="#0b6e99")
    middle.set(xlabel="epoch", ylabel="ELBO, nats a digit")
    middle.set_title("Evidence lower bound", loc="left")
    with torch.no_grad():
        kept = torch.sigmoid(model.decoder(model.encode(x[:24])[0]))
    pairs = torch.stack([x[:24].reshape(-1, 8, 8), kept.reshape(-1, 8, 8)], dim=1)
    both = pairs.numpy().transpose(0, 2, 1, 3).reshape(24, 8, 16)
    framed = np.pad(both, ((0, 0), (1, 1), (2, 2)), constant_values=np.nan)
    grid = framed.reshape(6, 4, 10, 20).transpose(0, 2, 1, 3).reshape(60, 80)
    right.imshow(grid, cmap="gray_r", vmin=-0.1, vmax=1)
    right.set_axis_off()
    right.set_title("Digits, each with its reconstruction", loc="left")
    for axes in (left, middle):
        axes.spines[["top", "right"]].set_visible(False)
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / "vae.png", dpi=120)


def main(folder: str = ".") -> None:
    """Train, say what was learnt, and draw it."""
    torch.set_num_threads(1)
    x = torch.tensor((load_digits().data > 7).astype(np.float32))
    model, course, bounds = train(x)
    with torch.no_grad():
        mean, log_variance = model.encode(x)
    parts = vi.decompose(mean, log_variance)
    state = vi.collapse(mean, log_variance)
    judgement = judged(model, x[:1])
    bound, gap, known = identity()
    print(f"ELBO first epoch = {bounds[0]:.2f}")
    print(f"ELBO last epoch = {bounds[-1]:.2f}")
    print(f"active units = {int(vi.active_units(mean))}")
    print(f"collapsed dimensions = {state.dimensions.count('collapsed')}")
    print(f"KL = {parts.kl:.3f}")
    print(f"mutual information = {parts.mutual_information:.3f}")
    print(f"total correlation = {parts.total_correlation:.3f}")
    print(f"dimension-wise = {parts.dimension_wise.sum():.3f}")
    print(f"ln n = {math.log(len(x)):.3f}")
    print(f"first digit ELBO = {judgement.elbo:.2f}")
    print(f"first digit ln p(x) = {judgement.log_evidence:.2f}")
    print(f"first digit Pareto k = {judgement.pareto_k:.2f}")
    print(f"known case ELBO = {bound:.10f}")
    print(f"known case gap = {gap:.10f}")
    print(f"known case evidence = {known:.10f}")
    draw(model, x, course, bounds, Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:2])
