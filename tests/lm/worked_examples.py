"""The two worked examples of llama.cpp's file: their logits, tokens and what its tool says of them.

The values were computed with llama.cpp's formulas in C++ and in NumPy, which agreed, and with
exact logits in float64; see the module docstring of `kullback.lm.tokens.llama_cpp_printout`.
"""

import numpy as np

TINY_SHA = "19eeb87840a47e6d65d16e192491be84f986534820b6098c4ad937ebae678c55"
TINY_TOKENS = [1, 2, 3, 4, 0, 3, 1, 0]
TINY_BASE = np.array([[2, 1, 0, -1, -20], [0, 0, 0, 0, 0]], np.float32)
TINY_MODEL = np.array([[1.5, 1.25, 0, -1, -3], [1, 0, 0, 0, 0]], np.float32)

MEDIUM_SHA = "a26a6904b8fc90053ff597b5a3f44aebe7ee4347924df882aa9090e610ed4f6b"
_PLACE, _TOKEN = np.arange(112)[:, None], np.arange(7)[None, :]
MEDIUM_TOKENS = [(i * i + 3 * i) % 7 for i in range(256)]
MEDIUM_BASE = (4 * np.sin(1.7 * (_TOKEN + 1) + 0.31 * _PLACE)).astype(np.float32)
MEDIUM_MODEL = (
    MEDIUM_BASE.astype(float) + 0.25 * np.cos(2.3 * (_TOKEN + 1) + 0.17 * _PLACE)
).astype(np.float32)

MEDIUM_BLOCK = """\
====== Perplexity statistics ======
Mean PPL(Q)                   :  81.536333 ±  21.695301
Mean PPL(base)                :  81.618971 ±  21.778045
Cor(ln(PPL(Q)), ln(PPL(base))):  99.76%
Mean ln(PPL(Q)/PPL(base))     :  -0.001013 ±   0.018646
Mean PPL(Q)/PPL(base)         :   0.998988 ±   0.018627
Mean PPL(Q)-PPL(base)         :  -0.082638 ±   1.522124

====== KL divergence statistics ======
Mean    KLD:   0.011633 ±   0.000817
Maximum KLD:   0.030019
99.9%   KLD:   0.029971
99.0%   KLD:   0.029541
95.0%   KLD:   0.026881
90.0%   KLD:   0.025160
Median  KLD:   0.010561
10.0%   KLD:   0.002092
 5.0%   KLD:   0.001829
 1.0%   KLD:   0.000693
 0.1%   KLD:   0.000619
Minimum KLD:   0.000614

====== Token probability statistics ======
Mean    Δp:  0.036 ± 0.328 %
Maximum Δp: 11.255%
99.9%   Δp: 11.235%
99.0%   Δp: 11.052%
95.0%   Δp:  5.796%
90.0%   Δp:  3.116%
75.0%   Δp:  0.266%
Median  Δp:  0.002%
25.0%   Δp: -0.114%
10.0%   Δp: -3.546%
 5.0%   Δp: -6.086%
 1.0%   Δp: -10.329%
 0.1%   Δp: -10.911%
Minimum Δp: -10.980%
RMS Δp    :  3.454 ± 0.392 %
Same top p: 88.393 ± 3.040 %"""

# The sums over all tokens, with float32 products, as NumPy gave them.
MEDIUM_SUMS = {
    "nll": 492.91745758,
    "nll²": 3049.53075759,
    "base": 493.03091359,
    "base²": 3055.46105123,
    "nll·base": 3050.33474153,
    "kld": 1.30288774,
    "kld²": 0.0234543104,
    "dp": 0.0402570911,
    "dp²": 0.133653421,
    "dp⁴": 0.00107191067,
    "same": 99,
}


def files(folder, name="medium"):
    """Write one example as a base of llama.cpp and logits of the model; return both paths."""
    from kullback.lm.files import llama_cpp

    base, model, tokens, n_ctx = {
        "medium": (MEDIUM_BASE, MEDIUM_MODEL, MEDIUM_TOKENS, 16),
        "tiny": (TINY_BASE, TINY_MODEL, TINY_TOKENS, 4),
    }[name]
    llama_cpp.write(folder / "base.kld", tokens, base, n_ctx)
    np.save(folder / "model.npy", model)
    return folder / "base.kld", folder / "model.npy"
