"""The hot loops: native where a compiler built them, else their NumPy twins.

``KULLBACK_KERNELS=reference`` in the environment chooses the twins.
"""

import os

from kullback.kernels import reference
from kullback.kernels.reference import (
    chi_square,
    cross_entropy,
    entropy,
    hellinger,
    jensen_shannon,
    jensen_shannon_mixture,
    kl_terms,
    log_power_sum,
    min_entropy,
    renyi,
    renyi_entropy,
    renyi_infinity,
    renyi_zero,
    total_variation,
)

BACKEND = "reference"
kl = reference.kl

if os.environ.get("KULLBACK_KERNELS") != "reference":
    try:
        from kullback.kernels import _native
    except ImportError:
        pass
    else:
        BACKEND = "native"
        kl = _native.kl

__all__ = [
    "BACKEND",
    "chi_square",
    "cross_entropy",
    "entropy",
    "hellinger",
    "jensen_shannon",
    "jensen_shannon_mixture",
    "kl",
    "kl_terms",
    "log_power_sum",
    "min_entropy",
    "renyi",
    "renyi_entropy",
    "renyi_infinity",
    "renyi_zero",
    "total_variation",
]
