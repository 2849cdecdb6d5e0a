"""Is my quantised model still good? From logits to a report, on models trained here.

A character model is trained on the text that ships with Python (`character_model.py`), then
kept in 8, 4 and 2 bits, and distilled into a smaller one with `kullback.torch.kl_from_logits`.
Logits on text that none of them saw go into llama.cpp's files and NumPy's; then they are
compared. Run it with a folder for the files, the report and the picture:

    python examples/language_models.py [FOLDER]
"""

import math
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import torch
from character_model import model, rounded, texts, train, windows

from kullback import lm
from kullback.lm.files import llama_cpp

mpl.use("Agg")

CONTEXT = 128  # characters of a chunk; the second half of each is scored, as llama.cpp does
CHUNKS = 60
COLOURS = {
    "8 bits": "#0072b2",
    "4 bits, last 8": "#56b4e9",
    "4 bits": "#009e73",
    "distilled": "#cc79a7",
    "2 bits": "#d55e00",
}


def models() -> tuple[dict[str, torch.nn.Module], torch.Tensor]:
    """Train the base and the student, round the base, and return the ids to test on."""
    learnt, kept = texts()
    base = train(model(256, seed=0), learnt, 1500)
    nets = {"base": base} | {f"{bits} bits": rounded(base, bits) for bits in (8, 4, 2)}
    nets["4 bits, last 8"] = rounded(base, 4, last=8)
    nets["distilled"] = train(model(96, seed=1), learnt, 900, teacher=base)
    return nets, kept


def scored(ids: torch.Tensor) -> torch.Tensor:
    """Return the places of the scored characters: the second half of each chunk."""
    return torch.arange(len(ids)).view(-1, CONTEXT)[:, CONTEXT // 2 + 1 :].reshape(-1)


def written(nets: dict[str, torch.nn.Module], ids: torch.Tensor, folder: Path) -> dict[str, Path]:
    """Write what each model says, as NumPy's float32; for the base in llama.cpp's codes too."""
    read = windows(ids, scored(ids))
    paths = {}
    for name, net in nets.items():
        with torch.no_grad():
            logits = net(read).numpy()
        path = folder / (name.replace(",", "").replace(" ", "-") + ".npy")
        np.save(path, logits.reshape(CHUNKS, -1, logits.shape[-1]))
        paths[name] = path
    with torch.no_grad():
        logits = nets["base"](read).numpy()
    llama_cpp.write(folder / "base.kld", ids.numpy(), logits, n_ctx=CONTEXT)
    return paths


def told(results: dict[str, lm.LMComparison]) -> None:
    """Print a line a model."""
    print(f"{'model':<15}{'KL, nats':>10} {'± clustered':>12} {'± indep.':>9}", end="")
    print(f"{'99 %':>9}{'same top':>10}{'perplexity':>12}{'noise':>9}")
    for name, found in results.items():
        kl = found.kl
        errors = f"{kl.standard_error:>12.6f} {kl.independent_error:>9.6f}"
        print(f"{name:<15}{kl.value:>10.6f} {errors}", end="")
        top = f"{100 * found.estimates['same_top'].value:.1f} %"
        print(f"{found.percentiles[99.0]:>9.4f}{top:>10}{found.perplexity_model:>12.4f}", end="")
        print(f"{found.noise_floor:>9.0e}")


def drawn(results: dict[str, lm.LMComparison], folder: Path) -> Path:
    """Draw how KL is spread over the characters, and the means with both errors."""
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
    places = np.linspace(0.5, 99.5, 199)
    for name, found in results.items():
        values = np.percentile(found.per_token["kl"], places)
        left.plot(places, values, color=COLOURS[name], label=f"{name}: mean {found.kl.value:.2g}")
    left.set_yscale("log")
    left.set_xlabel("percentile of the characters")
    left.set_ylabel("KL(base‖model), nats")
    left.set_title("How much a character loses")
    left.legend(frameon=False, fontsize="small")
    left.set_ylim(top=30)
    for i, (name, found) in enumerate(results.items()):
        by = [bucket for bucket in found.by_confidence if bucket.n >= 20]
        middle = [(bucket.low + bucket.high) / 2 for bucket in by]
        kl = [bucket.kl for bucket in by]
        right.plot(middle, kl, marker="os^vD"[i], color=COLOURS[name], label=name)
    right.set_yscale("log")
    right.set_xlabel("probability of the base's likeliest character")
    right.set_ylabel("mean KL(base‖model), nats")
    right.set_title("Where it loses it")
    path = folder / "language_models.png"
    figure.savefig(path, dpi=120)
    plt.close(figure)
    return path


def paired(base: Path, paths: dict[str, Path], came: np.ndarray, folder: Path) -> None:
    """Say which of two is nearer to the base, and what pairing the characters saves."""
    pair = lm.compare_pair(base, paths["4 bits, last 8"], paths["4 bits"], targets=came)
    print("keeping the last layer in 8 bits:", pair.difference)
    alone = math.hypot(*(side.kl.standard_error for side in (pair.first, pair.second)))
    print(f"error paired {pair.difference.standard_error:.5f}, from two texts {alone:.5f}")
    pair.to_html(folder / "language_models.html")
    print("report: language_models.html")


def main(folder: Path) -> None:
    """Train, write, compare, and report."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    nets, kept = models()
    ids = kept[: CHUNKS * CONTEXT]
    came = ids[scored(ids)].numpy()
    paths = written(nets, ids, folder)
    base, coded = paths.pop("base"), folder / "base.kld"
    results = {name: lm.compare(base, paths[name], targets=came) for name in COLOURS}
    one = results["8 bits"]
    print(f"{one.tokens} characters in {one.clusters} chunks; the base's perplexity is", end=" ")
    print(f"{one.perplexity_base:.4f}, of {one.vocabulary} characters")
    told(results)
    for decode in ("clean", "llama.cpp"):
        found = lm.compare(coded, base, decode=decode)
        print(f"the base against itself in llama.cpp's file, {decode}: KL {found.kl.value:.1e}")
    paired(base, paths, came, folder)
    command = [sys.executable, "-m", "kullback", "lm", str(coded), str(paths["4 bits"])]
    print("\n$ kullback lm base.kld 4-bits.npy", flush=True)
    subprocess.run(command, check=True)
    print("picture:", drawn(results, folder).name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
