"""What `llama-perplexity --kl-divergence` prints, digit for digit.

The sums, the formulas of the errors and the widths of the numbers are those of llama.cpp's
tools/perplexity/perplexity.cpp; the errors take tokens for independent.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.errors import MethodError
from kullback.lm.tokens.comparison import LMComparison
from kullback.lm.tokens.record import Tokens
from kullback.lm.tokens.summary import clamped_targets

Floats = NDArray[np.float32]

HEAD = (
    "chunk             PPL               ln(PPL(Q)/PPL(base))          KL Divergence"
    "              Δp RMS            Same top p"
)
FEWEST = 100  # tokens below which it prints no statistics

KLD = (0.999, 0.990, 0.950, 0.900, None, 0.100, 0.050, 0.010, 0.001)
DELTA_P = (0.999, 0.990, 0.950, 0.900, 0.750, None, 0.250, 0.100, 0.050, 0.010, 0.001)


class Sums(NamedTuple):
    """The sums over the first `n` tokens."""

    n: int
    nll: float
    nll2: float
    base: float
    base2: float
    cross: float
    kld: float
    kld2: float
    dp: float
    dp2: float
    dp4: float
    same: float


class Number(NamedTuple):
    """A value and its error."""

    value: float
    error: float


def block(comparison: LMComparison) -> str:
    """Return what llama.cpp prints of a comparison: a line a chunk, and the statistics.

    Parameters
    ----------
    comparison : LMComparison
        Made with ``decode="llama.cpp"``.

    Returns
    -------
    str
        Without a newline at the end; the statistics are left out below 100 tokens, as there. Where
        the model is a file as well, which llama.cpp does not read, a last line says how what was
        clamped in it moves its perplexity.

    Raises
    ------
    MethodError
        If the numbers are not llama.cpp's, or the tokens that came are not known.
    """
    if comparison.decode != "llama.cpp" or comparison.delta_p is None:
        raise MethodError(
            f'llama.cpp\'s block is made of decode="llama.cpp" and known targets; this is '
            f"decode={comparison.decode!r}, targets "
            f"{'unknown' if comparison.delta_p is None else 'known'}"
        )
    tokens = comparison.to("nats").per_token
    sums = _running(tokens)
    lines = [HEAD, *(_chunk_line(i + 1, each) for i, each in enumerate(sums))]
    final = sums[-1]
    if final.n >= FEWEST:
        kld, dp = (np.sort(tokens[name].astype(np.float32)) for name in ("kl", "delta_p"))
        lines += ["", *_perplexity(final), "", *_kld(final, kld), "", *_dp(final, dp)]
    if clamped := clamped_targets(tokens, "model"):
        lines += ["", f"Note: {clamped}"]
    return "\n".join(lines)


def _running(tokens: Tokens) -> list[Sums]:
    """Return the sums at the end of each chunk; products are rounded to float32, as there."""
    nll, base, dp = (
        tokens[name].astype(np.float32) for name in ("nll_model", "nll_base", "delta_p")
    )
    kld, dp2 = tokens["kl"], dp * dp
    squares = (nll, nll * nll, base, base * base, nll * base, kld, kld * kld)
    columns = (*squares, dp, dp2, dp2.astype(np.float64) ** 2, tokens["same_top"])
    running = [np.cumsum(column, dtype=np.float64) for column in columns]
    ends = np.flatnonzero(np.append(np.diff(tokens["cluster"]) != 0, True))
    return [Sums(int(end) + 1, *(float(column[end]) for column in running)) for end in ends]


def _mean(total: float, squares: float, count: int) -> Number:
    mean = total / count
    variance = squares / count - mean * mean
    return Number(mean, math.sqrt(variance / (count - 1)) if variance > 0 and count > 10 else 0.0)


def _covariance(s: Sums) -> float:
    if s.n < 10:
        return 0.0
    return (s.cross / s.n - s.nll / s.n * (s.base / s.n)) / (s.n - 1)


def _perplexities(s: Sums) -> dict[str, Number]:
    log_q, log_base = _mean(s.nll, s.nll2, s.n), _mean(s.base, s.base2, s.n)
    covariance = _covariance(s)
    q = Number(math.exp(log_q.value), math.exp(log_q.value) * log_q.error)
    base = Number(math.exp(log_base.value), math.exp(log_base.value) * log_base.error)
    ratio = Number(
        log_q.value - log_base.value,
        math.sqrt(max(0.0, log_q.error**2 + log_base.error**2 - 2 * covariance)),
    )
    spread = q.error**2 + base.error**2 - 2 * q.value * base.value * covariance
    correlation = _divided(100.0 * covariance, log_q.error * log_base.error)
    return {
        "q": q,
        "base": base,
        "correlation": Number(correlation, 0.0),
        "log ratio": ratio,
        "ratio": Number(math.exp(ratio.value), math.exp(ratio.value) * ratio.error),
        "difference": Number(q.value - base.value, math.sqrt(max(0.0, spread))),
    }


def _rms(s: Sums) -> Number:
    mean = _mean(s.dp2, s.dp4, s.n)
    root = math.sqrt(mean.value)
    return Number(root, _divided(0.5, root) * mean.error)


def _same_top(s: Sums) -> Number:
    share = s.same / s.n
    return Number(share, math.sqrt(_divided(share * (1 - share), s.n - 1)))


def _divided(a: float, b: float) -> float:
    """As the processor divides."""
    if b != 0:
        return a / b
    return math.nan if a == 0 else math.copysign(math.inf, a)


def _chunk_line(chunk: int, s: Sums) -> str:
    p, kld = _perplexities(s), _mean(s.kld, s.kld2, s.n)
    shares = (_rms(s), _same_top(s))
    parts = [f"{chunk:4d}", _signed(p["q"], "9.4f"), _signed(p["log ratio"], "10.5f")]
    parts.append(_signed(kld, "10.5f"))
    parts += [f"{_signed(Number(100 * x, 100 * e), '6.3f')} %" for x, e in shares]
    return "    ".join(parts)


def _signed(number: Number, form: str, error_form: str = "") -> str:
    return f"{_number(number.value, form)} ± {_number(number.error, error_form or form)}"


def _number(value: float, form: str) -> str:
    # The x86 processor's own NaN has its sign set, and C prints that.
    width = int(form.partition(".")[0])
    return f"{'-nan':>{width}}" if math.isnan(value) else f"{value:{form}}"


def _perplexity(s: Sums) -> list[str]:
    p = _perplexities(s)
    lines = (
        ("Mean PPL(Q)                   ", "q"),
        ("Mean PPL(base)                ", "base"),
        ("Cor(ln(PPL(Q)), ln(PPL(base)))", "correlation"),
        ("Mean ln(PPL(Q)/PPL(base))     ", "log ratio"),
        ("Mean PPL(Q)/PPL(base)         ", "ratio"),
        ("Mean PPL(Q)-PPL(base)         ", "difference"),
    )
    written = {name: _signed(number, "10.6f") for name, number in p.items()}
    written["correlation"] = f"{_number(p['correlation'].value, '6.2f')}%"
    return [
        "====== Perplexity statistics ======",
        *(f"{label}: {written[name]}" for label, name in lines),
    ]


def _kld(s: Sums, values: Floats) -> list[str]:
    mean = _mean(s.kld, s.kld2, s.n)
    middle = [f"{_label(f)} KLD: {_percentile(values, f):10.6f}" for f in KLD]
    return [
        "====== KL divergence statistics ======",
        f"Mean    KLD: {_signed(mean, '10.6f')}",
        f"Maximum KLD: {values[-1]:10.6f}",
        *middle,
        f"Minimum KLD: {values[0]:10.6f}",
    ]


def _dp(s: Sums, values: Floats) -> list[str]:
    mean, rms, same = _mean(s.dp, s.dp2, s.n), _rms(s), _same_top(s)
    middle = [f"{_label(f)} Δp: {100.0 * _percentile(values, f):6.3f}%" for f in DELTA_P]
    shares = {"Mean    Δp:": mean, "RMS Δp    :": rms, "Same top p:": same}
    written = [
        f"{label} {_signed(Number(100 * x, 100 * e), '6.3f', '5.3f')} %"
        for label, (x, e) in shares.items()
    ]
    return [
        "====== Token probability statistics ======",
        written[0],
        f"Maximum Δp: {100.0 * float(values[-1]):6.3f}%",
        *middle,
        f"Minimum Δp: {100.0 * float(values[0]):6.3f}%",
        *written[1:],
    ]


def _label(fraction: float | None) -> str:
    return "Median " if fraction is None else f"{100 * fraction:4.1f}%  "


def _percentile(values: Floats, fraction: float | None) -> float:
    """Return a percentile in float32 arithmetic, and the median as the mean of the middle."""
    if fraction is None:
        half = len(values) // 2
        middle: Any = values[half]
        if len(values) % 2 == 0:
            middle = (values[half] + values[half - 1]) * np.float32(0.5)
        return float(middle)
    place = np.float32(fraction) * np.float32(len(values) - 1)
    low = int(place)
    share = place - np.float32(low)
    high = values[min(low + 1, len(values) - 1)]
    return float((np.float32(1) - share) * values[low] + share * high)
