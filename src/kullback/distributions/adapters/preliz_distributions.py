"""PreliZ: the name of a class, and the attributes that hold its parameters."""

from typing import Any

import numpy as np

from kullback.distributions.families import named_in
from kullback.distributions.model.distribution import Distribution
from kullback.errors import InputError


def read(obj: Any) -> Distribution:
    """Read a PreliZ distribution whose parameters have values."""
    name, classes = type(obj).__name__, named_in("_PRELIZ")
    if name not in classes:
        raise InputError(
            f"the PreliZ distribution {name} has no reader; known are "
            f"{', '.join(sorted(classes))}. Give Density(law.logpdf, law.support, "
            f"points=[law.mean()])"
        )
    if not getattr(obj, "is_frozen", True):
        raise InputError(f"PreliZ's {name} has parameters without a value; give them all")
    family, attributes = classes[name]
    return family(*(np.asarray(getattr(obj, each), dtype=float) for each in attributes))
