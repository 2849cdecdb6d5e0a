"""What does a sketch of a language model's distributions know, and what does it cost?

First table: rows that look like a language model's (32 likely tokens over a normal background), 16
of 16 000 tokens, sketched 100 times with 64 + 64 tokens. Bias is that of the mean over rows, in
standard errors of the 100; next the sampling error of one token over its mean; k is the median of
Pareto's k of the terms, and beside it how often it opened the interval above (from k = 1 on below
too); coverage is how often value ± 1.96 sampling errors, opened so, holds the truth, and in
brackets how often it would have without (95 % wanted; ±4 is chance). Students: noise on every
logit; a temperature; 5 % of a flat distribution mixed in; noise of a heavy-tailed law (t, 3
degrees of freedom, whose e^x has no mean). `sketch` is compared with whole rows of the student,
`both` with the student's sketch. Where much of the student's mass is on tokens that the teacher
hardly ever says, few draws hold most of it: there is no bias still (proved for 2 000 draws of such
a row by `tests/lm/sketches/test_sketched.py`), but what 16 rows say of their own error is too
little: the tail of the terms shows it, and the interval is opened.

Second table: 256 flatter rows of 151 936 tokens, noise 0.1: what is off a token where only the
likeliest are kept, and the bytes a token; the tokens a second are of one core, shared.
"""

import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kullback import lm, logits
from kullback.lm.sketches.tails import NO_MEAN, is_heavy

Rows = NDArray[np.float64]
ROWS, VOCABULARY, SEEDS = 16, 16_000, 100
WIDE, MANY = 151_936, 256
TAIL = 64  # tokens that a sketch draws a row
HIGHEST = {"kl": math.inf, "reverse_kl": math.inf, "jensen_shannon": math.log(2.0)}


def teacher(rng: np.random.Generator, rows: int, vocabulary: int, shape: float = 3.0) -> Rows:
    values = 2.0 * rng.standard_normal((rows, vocabulary))
    for row in values:
        row[rng.choice(vocabulary, 32, replace=False)] += rng.gamma(shape, 3.0, 32)
    return values


def noise(size: float) -> Callable[[Rows, np.random.Generator], Rows]:
    return lambda base, rng: base + size * rng.standard_normal(base.shape)


def flat(base: Rows, _: np.random.Generator) -> Rows:
    p = np.exp(base - base.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    return np.asarray(np.log(0.95 * p + 0.05 / base.shape[1]))


STUDENTS: dict[str, Callable[[Rows, np.random.Generator], Rows]] = {
    "noise 0.002": noise(0.002),
    "noise 0.03": noise(0.03),
    "noise 0.3": noise(0.3),
    "noise 1": noise(1.0),
    "noise 2": noise(2.0),
    "temperature 1.5": lambda base, _: base / 1.5,
    "temperature 0.7": lambda base, _: base / 0.7,
    "5 % flat": flat,
    "heavy tails": lambda base, rng: base + 0.3 * rng.standard_t(3, base.shape),
}


def simulated(folder: str) -> Iterator[tuple[str, ...]]:
    for name, student in STUDENTS.items():
        rng = np.random.default_rng(11)
        base = teacher(rng, ROWS, VOCABULARY)
        model = student(base, rng)
        exact = lm.compare(base, model)
        found: dict[tuple[str, str], list[tuple[float, ...]]] = {}
        for seed in range(SEEDS):
            p = lm.sketch(base, f"{folder}/p", seed=seed)
            q = lm.sketch(model, f"{folder}/q", seed=seed)
            for how, sides in (("sketch", (p, model)), ("both", (p, q))):
                result = lm.compare(*sides, cluster="token")
                for what in ("kl", "reverse_kl", "jensen_shannon"):
                    told = result.estimates[what]
                    assert told.interval is not None
                    shape = result.tail_shapes[what]
                    opened = float(told.interval.high >= HIGHEST[what])
                    opened += is_heavy(shape, ROWS, TAIL, NO_MEAN)
                    three = (told.value, result.sampling_errors[what], shape)
                    found.setdefault((what, how), []).append((*three, opened))
        for (what, how), pairs in found.items():
            yield row(name, f"{what}, {how}", exact.estimates[what].value, np.array(pairs))


def row(name: str, what: str, truth: float, pairs: Rows) -> tuple[str, ...]:
    apart, errors, shapes, opened = pairs[:, 0] - truth, *pairs[:, 1:].T
    bias = apart.mean() / (apart.std(ddof=1) / np.sqrt(len(pairs)))
    inside = np.abs(apart) <= 1.96 * errors + 1e-14
    held = np.mean(inside | ((opened > 0) & (apart < 0)) | (opened > 1))
    one = np.sqrt((errors**2).mean() * ROWS) / truth
    tail = f"{np.nanmedian(shapes):.2f}", f"{(opened > 0).mean():.0%}"
    covered = f"{held:.0%} ({inside.mean():.0%})"
    return (name, what, f"{truth:.3g}", f"{bias:+.1f}", f"{one:.1%}", *tail, covered)


def printed(columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> None:
    print("|", " | ".join(columns), "|")
    print("|" + "---|" * len(columns))
    for each in rows:
        print("|", " | ".join(each), "|", flush=True)
    print()


def costs(folder: str) -> Iterator[tuple[str, ...]]:
    rng = np.random.default_rng(12)
    base = teacher(rng, MANY, WIDE, 2.0).astype(np.float32)
    model = (base + 0.1 * rng.standard_normal(base.shape)).astype(np.float32)
    truth = float(np.mean(logits.kl(base, model)))
    yield ("whole rows, float32", f"{truth:.6f}", "", "", f"{4 * WIDE:,}", "")
    for bits, kind in (("float32", "<u4"), ("bfloat16", "<u2")):
        source = base
        if bits == "bfloat16":
            source = (base.view(np.uint32) & 0xFFFF0000).view(np.float32)
        start = time.perf_counter()
        sketch = lm.sketch(source, f"{folder}/{kind[1:]}")
        wrote = MANY / (time.perf_counter() - start)
        start = time.perf_counter()
        result = lm.compare(sketch, model)
        read = MANY / (time.perf_counter() - start)
        exact = float(np.mean(logits.kl(source, model)))
        size = Path(sketch.path).stat().st_size / MANY
        error = result.sampling_errors["kl"] * np.sqrt(MANY)
        yield (
            f"sketch, 64 + 64, {bits}",
            f"{result.kl.value:.6f}",
            f"{result.kl.value - exact:+.6f}",
            f"{error:.6f}",
            f"{size:,.0f}",
            f"{wrote:,.0f} / {read:,.0f}",
        )
    for k in (512, 2048, 32_768):
        p, q = (x - np.log(np.exp(x.astype(float)).sum(-1, keepdims=True)) for x in (base, model))
        top = np.argpartition(-p, k, axis=-1)[:, :k]
        p, q = (np.take_along_axis(x, top, -1) for x in (p, q))
        truncated = float((np.exp(p) * (p - q)).sum(-1).mean())
        size = f"{k * 6:,}"
        yield (f"top {k}, truncated", f"{truncated:.6f}", f"{truncated - truth:+.6f}", "", size, "")


def main() -> None:
    """Print both tables."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        columns = ("student", "measure, how", "truth", "bias", "error of a token")
        printed((*columns, "k", "opened", "coverage"), simulated(folder))
        columns = ("what is kept", "KL", "off", "error of a token", "bytes a token", "tokens/s")
        printed((*columns[:-1], "tokens/s, writing / comparing"), costs(folder))


if __name__ == "__main__":
    main()
