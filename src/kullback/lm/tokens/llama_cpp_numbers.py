"""The arithmetic of llama.cpp's `perplexity --kl-divergence`, roundings included.

Its sums run over the tokens above −16 nats, in float32 products, from codes whose rows do not
sum to 1: the noise is some 1e-5 nats a token, and may be negative. The clean measures of
`measuring.py` do without; these are for whoever must have the same digits.
"""

import numpy as np
from numpy.typing import NDArray

from kullback.errors import MethodError
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.tokens.measure import Targets, clean
from kullback.lm.tokens.record import Tokens

Floats = NDArray[np.float32]

LOWEST = np.float32(-16.0)


def like_llama_cpp(
    base: LogitsFile, model: LogitsFile, targets: Targets, start: int, stop: int
) -> Tokens:
    """Measure rows start:stop; KL, the NLLs, Δp and the same top are llama.cpp's to the bit.

    Parameters
    ----------
    base, model : LogitsFile
        P, in llama.cpp's 16-bit codes, and Q, logits or such codes.
    targets : ndarray of int64, shape (rows,), or None
        The id of the token that came next, for all rows.
    start, stop : int
        Which rows.

    Returns
    -------
    ndarray of records, shape (stop − start,)
        As `kullback.lm.tokens.record.TOKEN` says; what llama.cpp does not compute is clean.

    Raises
    ------
    MethodError
        If the base does not hold llama.cpp's codes.
    """
    if base.quantised is None:
        raise MethodError(
            f'decode="llama.cpp" reads a base in llama.cpp\'s codes, and {base.path} holds '
            f'{base.storage} ({base.format}); decode="clean" reads everything'
        )
    tokens = clean(base, model, targets, start, stop)
    codes, scale, minimum = base.quantised(start, stop)
    rows = enumerate(zip(codes, scale, minimum, strict=True))
    logits = model.read(start, stop).astype(np.float32, copy=False)
    for i, (code, step, least) in rows:
        log_p = step * code.astype(np.float32) + least
        z = np.float32(0.0) if model.normalized else _log_normalizer(logits[i])
        target = None if targets is None else int(targets[start + i])
        token = tokens[i : i + 1]
        p = _row(token, log_p, logits[i], z, target)
        # A code's error moves the sum by p times itself, and only by chance to nothing.
        token["noise"] = float(step) * np.sqrt(np.sum(p.astype(np.float64) ** 2) / 12)
    return tokens


def _row(token: Tokens, log_p: Floats, q: Floats, z: np.float32, target: int | None) -> Floats:
    kept = log_p > LOWEST
    p = _exp(log_p)
    terms = (p * ((log_p - q) + z))[kept].astype(np.float64)
    token["kl"], token["kl_more"] = terms.sum(), 0.0
    token["same_top"] = np.argmax(q) == np.argmax(log_p)
    if target is not None:
        nll, nll_base = z - q[target], -log_p[target]
        token["nll_model"], token["nll_base"] = nll, nll_base
        token["delta_p"] = _exp(-nll) - _exp(-nll_base)
    return p


def _log_normalizer(q: Floats) -> np.float32:
    most = q.max()
    total = _exp(q - most).astype(np.float64).sum()
    return np.float32(most + np.float32(np.log(total)))


def _exp(x: Floats) -> Floats:
    """Return e^x, rounded once: NumPy's own in float32 may be off by more than that."""
    return np.asarray(np.exp(np.asarray(x, dtype=np.float64)).astype(np.float32))
