"""What an argument must not be: plain ones that are none, and containers that no room reads.

What a caller gives that is none is refused here, with its name and its value, before anything is
computed with it.
"""

import math
import sys
from collections.abc import Callable, Collection, Iterable
from functools import wraps
from operator import index
from typing import Any, TypeVar, cast
from warnings import warn

from kullback.errors import InputError, KullbackError

Function = TypeVar("Function", bound=Callable[..., Any])
LONGEST = 60  # characters of a value in a message
MANY = 2**40  # of what is held in memory, more than there can be


def number(name: str, value: Any) -> float:
    """Return a plain number as a float, or refuse what is none.

    Parameters
    ----------
    name : str
        How the caller knows it.
    value : number
        Of Python or NumPy, a Decimal, a Fraction or an array of one number; NaN is left to the
        caller, whose range it is not in. Beyond a float it is infinite.

    Returns
    -------
    float
        Its value.

    Raises
    ------
    InputError
        A text, None, a list: whatever is no number.

    Examples
    --------
    >>> number("level", 0.9), number("n", 10**400)
    (0.9, inf)
    """
    try:
        if not isinstance(value, str | bytes | bytearray):
            return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except (TypeError, ValueError):
        pass
    raise InputError(f"{name}={shown(value)} is a {type(value).__name__}; give a number")


def whole(name: str, value: Any, least: int = 0, most: float = math.inf) -> int:
    """Return a whole number from `least` to `most`, or refuse what is none.

    Raises
    ------
    InputError
        A fraction, a text, None, or a number that is out of range.

    Examples
    --------
    >>> whole("bins", 10, 1)
    10
    """
    try:
        found = index(value)
    except TypeError:
        found = least - 1
    if not least <= found <= most:
        end = "" if most == math.inf else f" and ≤ {most}"
        raise InputError(f"{name}={shown(value)} is not a whole number ≥ {least}{end}")
    return found


def word(
    name: str, value: Any, choices: Collection[str], error: type[KullbackError] = InputError
) -> str:
    """Return a word that is one of the choices, or refuse it and name them.

    Raises
    ------
    InputError
        Or the `error` asked for: another word, or none.

    Examples
    --------
    >>> word("mass", "check", ("check", "normalize"))
    'check'
    """
    if isinstance(value, str) and value in choices:
        return value
    raise error(f"{name}={shown(value)} is unknown; choose one of {', '.join(choices)}")


def names(name: str, value: Any) -> tuple[Any, ...]:
    """Return several names as a tuple, a text as one of them, or refuse what holds none.

    Raises
    ------
    InputError
        What cannot be gone through, such as a number.

    Examples
    --------
    >>> names("columns", "a"), names("columns", ["a", "b"])
    (('a',), ('a', 'b'))
    """
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray):
        return tuple(value)
    raise InputError(f"{name}={shown(value)} is a {type(value).__name__}; give a list of names")


def texts(name: str, value: Any) -> tuple[str, ...]:
    """Return several texts as a tuple, or refuse one alone and what holds others.

    Raises
    ------
    InputError
        A single text, in which a list was forgotten, or something else than texts.

    Examples
    --------
    >>> texts("columns", ["a", "b"])
    ('a', 'b')
    """
    if isinstance(value, str):
        raise InputError(f"{name}={shown(value)} is one string; pass a list: [{shown(value)}]")
    found = names(name, value)
    if not all(isinstance(each, str) for each in found):
        raise InputError(f"{name}={shown(value)} cannot be used; expected a sequence of texts")
    return found


def text(name: str, value: Any) -> str:
    """Return a text, or refuse what is none.

    Raises
    ------
    InputError
        Whatever is no text.

    Examples
    --------
    >>> text("where", "price > 0")
    'price > 0'
    """
    if isinstance(value, str):
        return value
    raise InputError(f"{name}={shown(value)} is a {type(value).__name__}; give a text")


def function(name: str, value: Any, *, needed: bool = True) -> Any:
    """Return what can be called (or None where it is not needed), or refuse it.

    Raises
    ------
    InputError
        Anything else.

    Examples
    --------
    >>> function("progress", print), function("progress", None, needed=False)
    (<built-in function print>, None)
    """
    if callable(value) or (value is None and not needed):
        return value
    raise InputError(f"{name}={shown(value)} is a {type(value).__name__}; give a function")


def flag(name: str, value: Any) -> bool:
    """Return yes or no, or refuse what is neither.

    Raises
    ------
    InputError
        Anything but True and False, of Python or NumPy, or 1 and 0.

    Examples
    --------
    >>> flag("psi", True)
    True
    """
    try:
        if index(value) in (0, 1):
            return bool(value)
    except TypeError:
        if type(value).__name__ in ("bool", "bool_"):  # of NumPy
            return bool(value)
    raise InputError(f"{name}={shown(value)} is neither True nor False")


def seed_of(value: Any) -> int:
    """Return a seed, 0 for None: nothing varies unasked.

    Raises
    ------
    InputError
        What is no whole number of at least 0.

    Examples
    --------
    >>> seed_of(None), seed_of(7)
    (0, 7)
    """
    return 0 if value is None else whole("seed", value)


def renamed(now: str, **former: str) -> Callable[[Function], Function]:
    """Take keywords by the names that they had, and say the ones that they have.

    Parameters
    ----------
    now : str
        The version in which the former names go.
    **former : str
        The name that a keyword had, and the one that it has.

    Examples
    --------
    >>> import warnings
    >>> warnings.simplefilter("ignore")
    >>> renamed("0.3", groups="cluster")(lambda *, cluster: cluster)(groups=3)
    3
    """

    def around(function: Function) -> Function:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            for old in former.keys() & kwargs.keys():
                text = f"{old}= goes in {now}: it is {former[old]}=, as in every room"
                warn(text, DeprecationWarning, stacklevel=2)
                kwargs[former[old]] = kwargs.pop(old)
            return function(*args, **kwargs)

        return cast("Function", call)

    return around


def shown(value: Any) -> str:
    """Write a value for a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def is_sparse(value: Any) -> bool:
    """Whether zeros are not stored: a sparse matrix of SciPy, `sparse` or PyTorch."""
    sparse = sys.modules.get("scipy.sparse")
    if sparse is not None and sparse.issparse(value):
        return True
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return bool(value.layout != torch.strided)
    return type(value).__module__.split(".")[0] == "sparse"


def refuse_sparse(name: str, value: Any) -> None:
    """Refuse a sparse matrix where a measure reads every outcome."""
    if is_sparse(value):
        raise InputError(
            f"{name} is a sparse {type(value).__name__}, whose zeros are not stored; give "
            f"{name}.toarray() (todense() or to_dense() elsewhere), or to kullback.counts a "
            f"single sparse row"
        )


def refuse_lazy(name: str, value: Any) -> None:
    """Refuse what holds no values yet, or several arrays at once."""
    home = type(value).__module__.split(".")[0]
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor) and (kind := _special(value)):
        raise InputError(f"{name} is a {kind} tensor of torch; give a plain one that holds values")
    if home == "ndonnx":
        raise InputError(f"{name} is an array of ndonnx; give {name}.unwrap_numpy()")
    if home == "xarray" and type(value).__name__ == "Dataset":
        raise InputError(f"{name} is a Dataset of xarray; give one of its variables")
    if home in ("dask", "dask_expr"):
        raise InputError(f"{name} is a lazy array of dask; give {name}.compute()")
    if home == "polars" and type(value).__name__ == "LazyFrame":
        raise InputError(f"{name} is a lazy frame of polars; give {name}.collect()")


def _special(tensor: Any) -> str:
    """What makes a tensor one that NumPy and the formulas do not read; nothing for plain ones."""
    kinds = {"nested": tensor.is_nested, "quantized": tensor.is_quantized, "meta": tensor.is_meta}
    kinds["masked"] = type(tensor).__name__ == "MaskedTensor"
    return next((kind for kind, found in kinds.items() if found), "")
