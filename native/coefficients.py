"""Make the coefficients in logarithm.h, exponential.h and mixture.h: Chebyshev fits, 60 digits.

Run ``python native/coefficients.py``; it needs mpmath.
"""

from mpmath import atanh, chebyfit, exp, log, log1p, mp, mpf, nstr, sqrt, tanh

mp.dps = 60


def atanh_tail(z: mpf) -> mpf:
    """(atanh(s)/s − 1)/z for z = s²."""
    s = sqrt(z)
    return (atanh(s) / s - 1) / z if z else mpf(1) / 3


def exp_tail(r: mpf) -> mpf:
    """(e^r − 1 − r)/r²."""
    return (exp(r) - 1 - r) / r**2 if abs(r) > mpf(10) ** -15 else mpf(1) / 2 + r / 6


def mixture_tail(d: mpf) -> mpf:
    """(m·ln m − m + 1)·2/d² for m = 1 − d/2."""
    m = 1 - d / 2
    return (m * log1p(-d / 2) + d / 2) * 2 / d**2 if d > mpf(10) ** -15 else mpf(1) / 4 + d / 24


OCTAVE = log(2) / 2
FITS = {
    "atanh_tail, double": (atanh_tail, [0, tanh(mpf("0.5862") * OCTAVE) ** 2], 7),
    "atanh_tail, float": (atanh_tail, [0, tanh(mpf("0.5862") * OCTAVE) ** 2], 4),
    "wide_atanh_tail, double": (atanh_tail, [0, mpf(1) / 9], 10),
    "exp_tail, double": (exp_tail, [-OCTAVE * mpf("1.0001"), OCTAVE * mpf("1.0001")], 10),
    "exp_tail, float": (exp_tail, [-OCTAVE * mpf("1.0001"), OCTAVE * mpf("1.0001")], 5),
    "mixture_tail, double": (mixture_tail, [0, 1], 18),
    "mixture_tail, float": (mixture_tail, [0, 1], 8),
}

for name, (function, interval, terms) in FITS.items():
    coefficients, error = chebyfit(function, interval, terms, error=True)
    print(f"{name}: error {nstr(error, 2)}")  # noqa: T201
    for c in reversed(coefficients):
        print(f"  {nstr(c, 20)}")  # noqa: T201
