"""Objects of other libraries as our distributions, recognised without importing anything."""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from kullback.arrays import outside_graphs
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import is_tensor
from kullback.errors import InputError

# Top-level module of the object's class → module of ours that reads it.
READERS = {
    "scipy": "kullback.distributions.adapters.scipy_stats",
    "torch": "kullback.distributions.adapters.torch_distributions",
    "numpyro": "kullback.distributions.adapters.by_class_name",
    "tensorflow_probability": "kullback.distributions.adapters.by_class_name",
    "pytensor": "kullback.distributions.adapters.pymc_variables",
    "pymc": "kullback.distributions.adapters.pymc_variables",
    "preliz": "kullback.distributions.adapters.preliz_distributions",
}

# A tuple: PyTorch's compiler takes no union of types.
NUMBERS = (np.ndarray, list, tuple)


@outside_graphs
def from_object(obj: Any) -> Distribution:
    """Read a distribution of scipy, torch, numpyro, TFP, PyMC or PreliZ.

    Parameters
    ----------
    obj : object
        A frozen or new-style scipy distribution, a torch, numpyro, TFP or PreliZ distribution, a
        PyMC random variable; ours is returned as it is. A subclass is read as the class of the
        library that it is built upon, unless it has a density of its own.

    Returns
    -------
    Distribution
        One of our families where there is one, else a `Density` around the object's own
        log-density.

    Raises
    ------
    InputError
        If it is none of these; says what was looked for.

    Examples
    --------
    >>> from scipy import stats
    >>> from_object(stats.norm(1, 2))
    Normal(loc=1, scale=2)
    """
    if isinstance(obj, Distribution):
        return obj
    reader = _reader(obj)
    if reader is None:
        raise InputError(
            f"{_shown(obj)} is no distribution that kullback knows; looked for kullback, scipy, "
            f"torch, numpyro, TensorFlow Probability, PyMC and PreliZ distributions. For a "
            f"function give Density(log_density, (low, high)); for numbers use kullback.samples "
            f"or kullback.kl"
        )
    return reader(obj)


def as_distribution(name: str, obj: Any) -> Distribution:
    """`from_object` with the argument's name in the error."""
    if isinstance(obj, Distribution):
        return obj
    try:
        return from_object(obj)
    except InputError as error:
        raise type(error)(f"{name}: {error}") from None


def _reader(obj: Any) -> Callable[[Any], Distribution] | None:
    from importlib import import_module

    for ancestor in type(obj).__mro__:
        module = READERS.get(ancestor.__module__.partition(".")[0])
        if module is not None and not is_tensor(obj):
            reader: Callable[[Any], Distribution] = import_module(module).read
            return reader
    return None


def is_samples(obj: Any) -> bool:
    """Whether the argument is an array of numbers, and not a distribution."""
    if isinstance(obj, Distribution):
        return False
    if isinstance(obj, NUMBERS) or is_tensor(obj):
        return True
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(obj, pandas.Series)


def _shown(obj: Any) -> str:
    text = repr(obj)
    return f"{type(obj).__name__} {text if len(text) < 60 else text[:57] + '…'}"
