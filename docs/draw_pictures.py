"""Draw the pictures of the explanations, with the package's own charts and numbers."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kullback import counts, entropy, kl
from kullback.report.blocks.charts import Line, Lines, Point, Timeline
from kullback.report.svg.draw import draw

OUTCOMES, PAIRS = 20, 200


def surprise() -> Lines:
    """Return −log₂ p."""
    shares = np.linspace(0.01, 1, 100)
    line = Line("surprise", tuple(float(v) for v in -np.log2(shares)))
    return Lines(
        "Surprise by probability", tuple(map(float, shares)), (line,), "bits", "probability"
    )


def coin() -> Lines:
    """Return a coin's entropy, and what believing it fair costs."""
    shares = [i / 100 for i in range(101)]
    own = tuple(float(entropy([s, 1 - s], unit="bits")) for s in shares)
    price = tuple(float(kl([s, 1 - s], [0.5, 0.5], unit="bits")) for s in shares)
    lines = (Line("entropy of the coin", own), Line("KL(coin‖fair)", price))
    return Lines("A coin", tuple(shares), lines, "bits", "probability of heads")


def direction() -> Lines:
    """Return two peaks, and the bell curves that are nearest to them in either direction."""
    x = np.linspace(-6, 6, 241)

    def bell(mean: float, deviation: float) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        z = (x - mean) / deviation
        return np.exp(-z * z / 2) / (deviation * math.sqrt(2 * math.pi))

    two = 0.5 * bell(-2, 0.7) + 0.5 * bell(2, 0.7)
    wide = bell(0, math.sqrt(0.49 + 4))  # the mean and the variance of both
    step = x[1] - x[0]
    tried = ((m / 10, s / 100) for m in range(31) for s in range(40, 200, 5))
    one = min(tried, key=lambda pair: _reverse(bell(*pair), two, step))
    shown = {"P, two peaks": two, "Q by KL(P‖Q)": wide, "Q by KL(Q‖P)": bell(*one)}
    lines = tuple(Line(name, tuple(map(float, values))) for name, values in shown.items())
    return Lines("One bell curve for two peaks", tuple(map(float, x)), lines, "density", "value")


def _reverse(q: "np.ndarray", p: "np.ndarray", step: float) -> float:
    return float(np.sum(q * (np.log(q + 1e-300) - np.log(p + 1e-300))) * step)


def chance() -> Lines:
    """Return what estimates show on average where nothing differs."""
    draw_from = np.random.default_rng(1)
    sizes = (50, 100, 200, 400, 800)
    means: dict[str, list[float]] = {"plug-in": [], "zhang": []}
    for n in sizes:
        pairs = draw_from.multinomial(n, [1 / OUTCOMES] * OUTCOMES, size=(PAIRS, 2))
        for method, found in means.items():
            values = [counts.kl(x, y, method=method).value for x, y in pairs if (y > 0).all()]
            found.append(float(np.mean(values)) if values else math.nan)
    lines = tuple(Line(name, tuple(values)) for name, values in means.items())
    title = "KL of two samples of one distribution"
    return Lines(title, tuple(map(float, sizes)), lines, "nats", "rows on each side")


def verdicts() -> Timeline:
    """Return three columns beside the tolerance."""
    points = (
        Point("drifted", 0.034, 0.024, 0.046, "drifted"),
        Point("undecided", 0.012, 0.002, 0.028, "undecided"),
        Point("same", 0.003, 0.001, 0.006, "same"),
    )
    return Timeline("JS divergence, its interval and the tolerance", points, "bits", 0.01)


PICTURES: dict[str, Callable[[], Lines | Timeline]] = {
    "surprise": surprise,
    "coin": coin,
    "direction": direction,
    "chance": chance,
    "verdicts": verdicts,
}


def write_pictures(folder: Path) -> None:
    """Write each picture that is not there yet as an SVG file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, chart in PICTURES.items():
        path = folder / f"{name}.svg"
        if not path.exists():
            path.write_text(f'<figure class="plot">{draw(chart())}</figure>\n', encoding="utf-8")
