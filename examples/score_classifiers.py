"""Three classifiers of the same tumours: what each one's probabilities cost, and why.

Real data: 569 biopsies of the Wisconsin diagnostic breast cancer set, which scikit-learn
ships. Naive Bayes ranks the cases well, but once it calls impossible what happened: its score is
infinite, where a clipped log-loss shows a harmless number. Run it with a folder for the picture:

    python examples/score_classifiers.py [FOLDER]
"""

import math
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kullback import classifiers
from kullback.classifiers import Score

mpl.use("Agg")

MODELS = {
    "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
    "naive Bayes": GaussianNB(),
    "naive Bayes, calibrated": CalibratedClassifierCV(GaussianNB(), cv=5),
}
COLOURS = ("#0072b2", "#d55e00", "#009e73")


def predictions() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the labels and each model's held-out probability of a malignant tumour."""
    x, benign = load_breast_cancer(return_X_y=True)
    labels = 1 - benign
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    chances = {
        name: cross_val_predict(model, x, labels, cv=folds, method="predict_proba")[:, 1]
        for name, model in MODELS.items()
    }
    return labels, chances


def told(scores: dict[str, Score]) -> None:
    """Print a line a model."""
    print(f"{'model':<26}{'cross-entropy':>22}{'miscal.':>10}{'discrim.':>10}{'uncert.':>10}")
    for name, score in scores.items():
        error = float(score.standard_error)
        cost = str(score.cross_entropy) + (f" ± {error:.4f}" if math.isfinite(error) else "")
        parts = (score.miscalibration, score.discrimination, score.uncertainty)
        print(f"{name:<26}{cost:>22}" + "".join(f"{float(part):>10.3f}" for part in parts))


def drawn(scores: dict[str, Score], folder: Path) -> Path:
    """Draw the parts of each score, and the reliability of each model."""
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
    places = np.arange(len(scores))
    rest = [float(s.uncertainty - s.discrimination) for s in scores.values()]
    wrong = [float(s.miscalibration) for s in scores.values()]
    left.barh(places, rest, color="#999999", label="what recalibration cannot save")
    reach = [min(part, 1.2) for part in wrong]
    left.barh(places, reach, left=rest, color="#d55e00", label="miscalibration", hatch="//")
    for place, start, part in zip(places, rest, wrong, strict=True):
        if math.isinf(part):
            left.text(start + 1.2, place, " → ∞", va="center", fontsize=14)
    left.set_xlim(0, 1.6)
    uncertainty = float(next(iter(scores.values())).uncertainty)
    left.axvline(uncertainty, color="black", linestyle="--", label="the base rates alone")
    left.set_yticks(places, [name.replace(", ", ",\n") for name in scores])
    left.invert_yaxis()
    left.set_xlabel("cross-entropy, bits a case")
    left.set_title("What the probabilities cost")
    left.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.4, -0.42), ncols=1)
    right.plot([0, 1], [0, 1], color="black", linewidth=0.8)
    for colour, marker, (name, score) in zip(COLOURS, "os^", scores.items(), strict=True):
        bins = score.reliability.bins
        x, y = [b.predicted for b in bins], [b.observed for b in bins]
        low = [b.observed - b.observed_low for b in bins]
        high = [b.observed_high - b.observed for b in bins]
        right.errorbar(x, y, [low, high], fmt=marker, color=colour, capsize=2, label=name)
    right.set_xlabel("predicted chance of a malignant tumour")
    right.set_ylabel("observed share, 95 % interval")
    right.set_title("Does 70 % mean 70 %?")
    right.legend(frameon=False, loc="upper left")
    path = folder / "score_classifiers.png"
    figure.savefig(path, dpi=120)
    plt.close(figure)
    return path


def main(folder: Path) -> None:
    """Score the models, compare the two best, and draw."""
    folder.mkdir(parents=True, exist_ok=True)
    labels, chances = predictions()
    scores = {
        name: classifiers.score(labels, chance, unit="bits") for name, chance in chances.items()
    }
    told(scores)
    first, second = (chances[name] for name in ("logistic regression", "naive Bayes, calibrated"))
    worst = scores["naive Bayes"]
    clipped = log_loss(labels, chances["naive Bayes"]) / math.log(2)
    print(f"naive Bayes calls {len(worst.infinite_at)} label impossible (row, label):", end=" ")
    print(f"{worst.infinite_at[0]}; a clipped log-loss says {clipped:.3f} bits")
    print(classifiers.compare(labels, first, second, unit="bits"))
    print("picture:", drawn(scores, folder).name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
