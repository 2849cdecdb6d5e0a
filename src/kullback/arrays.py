"""Arrays of PyTorch, JAX and CuPy, recognised without importing any of them; axes and outcomes.

They stay on their device and keep their gradients; 16-bit numbers are worked on as float32.
A PyTorch tensor on the CPU that needs no gradient is lent to the native kernels as it lies.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial, wraps
from typing import Any, TypedDict, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback.arguments import refuse_lazy, refuse_sparse
from kullback.errors import InputError, ShapeError
from kullback.intake import SMALL_FLOATS, contents
from kullback.kernels.namespaces import item_size, namespace
from kullback.results.note import Note

ARRAYS = {"torch": "Tensor", "jax": "Array", "cupy": "ndarray"}
NOT_OF_NUMPY = {f"torch.{name}" for name in SMALL_FLOATS}
READ_BY_NUMPY = (np.ndarray, np.generic, list, tuple, float, int)
Function = TypeVar("Function", bound=Callable[..., Any])
OTHERS = ("numpy", "sparse", "dask", "pandas", "xarray")  # which are read, or refused, elsewhere

UNREAD = (ValueError, TypeError, RuntimeError)  # what containers raise that NumPy does not read
NO_GRAPH = "kullback looks at the values of these arguments: leave out fullgraph"


@dataclass(frozen=True, slots=True)
class Lent:
    """Arrays of one library, ready for the formulas, and the way back.

    Parameters
    ----------
    arrays : tuple
        NumPy views of the memory, or arrays of the library itself.
    back : callable
        From the kernel's values and a shape to what the caller gets.
    precision : int
        Bytes of the least precise number, as it came.
    traced : bool
        Whether the values are not known yet, as under ``jax.jit`` and ``vmap``.
    """

    arrays: tuple[Any, ...]
    back: Callable[[Any, tuple[int, ...]], Any]
    precision: int
    traced: bool = False


def library(value: Any) -> str | None:
    """Name the library that an array belongs to; None for everything that NumPy takes."""
    if isinstance(value, READ_BY_NUMPY):
        return None
    for module, name in ARRAYS.items():
        loaded = getattr(sys.modules.get(module), name, None)
        if loaded is not None and isinstance(value, loaded):
            return module
    home = type(value).__module__.split(".")[0]
    return home if hasattr(type(value), "__array_namespace__") and home not in OTHERS else None


def lend(named: dict[str, Any], kernels: Callable[..., Any] = lambda *_: None) -> Lent | None:
    """Prepare the arguments if one of them is an array of another library, else None.

    `kernels` says whether there are some that take such arrays as they lie, in 16 bits too.
    """
    libraries = {name: library(value) for name, value in named.items()}
    libraries = {name: found for name, found in libraries.items() if found is not None}
    if not libraries:
        return None
    for name in libraries:
        refuse_sparse(name, named[name])
        refuse_lazy(name, named[name])
    if len(set(libraries.values())) > 1:
        said = ", ".join(f"{name} from {found}" for name, found in libraries.items())
        raise InputError(f"the arguments come from different libraries ({said}); convert one")
    first = named[next(iter(libraries))]
    arrays = tuple(_of_library(name, value, first) for name, value in named.items())
    sizes = [item_size(array) for array in arrays]
    views = _views(arrays) if "torch" in libraries.values() else None
    if views is None:
        wide = arrays if kernels(*arrays) else tuple(map(_at_least_float32, arrays))
        traced = any(_traced(array) for array in arrays)
        return Lent(wide, lambda values, _: values, min(sizes), traced)
    return Lent(views, partial(_tensor, itemsize=max(sizes)), min(sizes))


def numpy_copy(value: Any) -> Any:
    """Return an array of another library as NumPy's; anything else as it is."""
    found = library(value)
    if found is None:
        return value
    if _traced(value):
        raise InputError(
            f"an array of {found} is traced (jit, grad, vmap or compile) and has no values yet, "
            f"and this looks at them; take it outside of the transformation"
        )
    refuse_lazy("the argument", value)
    if found == "torch":
        refuse_sparse("the argument", value)
        value = value.detach().cpu()
        return (value.float() if str(value.dtype) in NOT_OF_NUMPY else value).numpy()
    if found == "cupy":
        return value.get()
    if found == "mlx":
        value = _at_least_float32(value)  # NumPy has no bfloat16
    return np.asarray(value) if hasattr(value, "__array__") else np.from_dlpack(value)


def likeness(value: Any) -> Any:
    """Return a NumPy copy; of a traced array one of its shape, to say what is wrong with that."""
    if library(value) is not None and _traced(value):
        return np.full(value.shape, 1.0 / max(1, value.shape[-1] if value.shape else 1))
    return numpy_copy(value)


def gradient_left(*values: Any) -> tuple[Note, ...]:
    """Say that plain numbers carry no gradient, where an argument wants one."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.is_grad_enabled():
        return ()
    if not any(isinstance(value, torch.Tensor) and value.requires_grad for value in values):
        return ()
    return (Note("gradient", "an argument requires a gradient, and this result carries none"),)


def outside_graphs(function: Function) -> Function:
    """Keep PyTorch's compiler out of a function: it says so where it cannot leave its graph.

    What looks at values is run as it stands, with the gradients that it has; traced, NumPy's
    calls would become others.

    Examples
    --------
    >>> outside_graphs(max)(1.0, 2.0)
    2.0
    """

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if "torch._dynamo" not in sys.modules:  # nothing was ever compiled
            return function(*args, **kwargs)
        if compiling():  # where it is itself what is compiled
            raise InputError(NO_GRAPH)
        return _disabled(function)(*args, **kwargs)

    vars(call)["_torchdynamo_disable"] = True
    vars(call)["_torchdynamo_disable_msg"] = NO_GRAPH
    return cast("Function", call)


@cache
def _disabled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with all that it calls, outside of graphs."""
    disabled: Callable[..., Any] = sys.modules["torch"].compiler.disable(function)
    return disabled


def numpy_of(name: str, value: Any) -> NDArray[Any]:
    """Read a container of any kind as a NumPy array, of numbers or not, or refuse it."""
    if library(value):
        refuse_sparse(name, value)
    if isinstance(value, Mapping):
        raise InputError(f"{name} is a {type(value).__name__}; give an array or a list")
    try:
        array = np.asarray(contents(name, numpy_copy(value)))
    except InputError:
        raise
    except UNREAD as error:
        raise ShapeError(f"{name} is not an array: {error}; give rows of equal length") from None
    if array.dtype == object and array.ndim == 0:
        raise InputError(f"{name} is a {type(value).__name__}; give an array or a list")
    return array


def _of_library(name: str, value: Any, like: Any) -> Any:
    """Bring lists and NumPy arrays into the library and onto the device of `like`."""
    if library(value) is None:
        return in_kind(np.asarray(value), like, dtype=like.dtype)
    if "float" not in str(value.dtype):
        raise InputError(
            f"{name} holds {value.dtype} values; give floating-point numbers, such as float32"
        )
    return value


def in_kind(values: Any, like: Any, **dtype: Any) -> Any:
    """Bring NumPy's values into the library of `like`, and onto its device where it has one."""
    if hasattr(like, "device") and not _traced(like):
        from array_api_compat import device

        dtype["device"] = device(like)
    return namespace(like).asarray(values, **dtype)


def _traced(array: Any) -> bool:
    """Whether there are no values yet, under a transformation or while PyTorch compiles."""
    torch = sys.modules.get("torch")
    compiled = torch is not None and isinstance(array, torch.Tensor) and compiling()
    return compiled or transformed(array)


def transformed(array: Any) -> bool:
    """Whether a transformation such as jit, grad or vmap stands between us and the values."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(array, torch.Tensor):
        return bool(torch._C._functorch.is_functorch_wrapped_tensor(array))
    jax = sys.modules.get("jax")
    return (jax is not None and isinstance(array, jax.core.Tracer)) or _of_mlx_without_values(array)


def _of_mlx_without_values(array: Any) -> bool:
    """Whether an array of MLX stands in a vmap or compile, which it says where it is asked."""
    mlx = sys.modules.get("mlx.core")
    if mlx is None or not isinstance(array, mlx.array):
        return False
    try:
        mlx.eval(array)
    except ValueError:
        return True
    return False


def compiling() -> bool:
    """Whether PyTorch is compiling what runs."""
    torch = sys.modules.get("torch")
    return torch is not None and bool(torch.compiler.is_compiling())


def has_values(array: Any) -> bool:
    """Whether there are values to look at: none while an array is traced or compiled."""
    return not (compiling() or _traced(array))


def no_mean(shape: Sequence[int], remedy: str) -> ShapeError:
    """Return what is raised where a mean is asked for and nothing counts, in every room."""
    return ShapeError(
        f"no position of shape {tuple(shape)} counts, so there is no mean; leave such a batch "
        f"out{remedy}"
    )


def _at_least_float32(array: Any) -> Any:
    xp = namespace(array)
    return xp.astype(array, xp.float32) if item_size(array) < 4 else array


def _views(tensors: Sequence[Any]) -> tuple[NDArray[Any], ...] | None:
    """NumPy views of PyTorch tensors; None where one needs a gradient or lies elsewhere."""
    torch = sys.modules["torch"]
    if torch._C._functorch.peek_interpreter_stack() is not None:  # a transform is at work
        return None
    for tensor in tensors:
        tracked = tensor.requires_grad and torch.is_grad_enabled()
        if tensor.device.type != "cpu" or tracked or _traced(tensor):
            return None
    return tuple(view(tensor.detach()) for tensor in tensors)


def view(tensor: Any) -> NDArray[Any]:
    """Return a NumPy view of a plain PyTorch tensor on the CPU without a gradient."""
    dtype = str(tensor.dtype)
    if dtype == "torch.bfloat16":
        torch = sys.modules["torch"]
        bits: NDArray[Any] = tensor.view(torch.int16).numpy().view(np.uint16)
        return bits
    if dtype in NOT_OF_NUMPY:
        tensor = tensor.float()
    plain: NDArray[Any] = tensor.numpy()
    return plain


def widened(view: NDArray[Any]) -> NDArray[Any]:
    """Return bfloat16, which comes as its bits, as float32; anything else as it is."""
    if view.dtype != np.uint16:
        return view
    return (view.astype(np.uint32) << 16).view(np.float32)


def _tensor(values: NDArray[Any], shape: tuple[int, ...], itemsize: int) -> Any:
    torch = sys.modules["torch"]
    dtype = torch.float64 if itemsize == 8 else torch.float32
    return torch.as_tensor(values.reshape(shape), dtype=dtype)


class Reduction(TypedDict, total=False):
    """Keywords of every measure that takes outcomes together.

    Parameters
    ----------
    keepdims : bool
        Whether the axis of the outcomes stays, with length 1.
    where : array_like of bool, mapping from label to bool, or None
        Which outcomes count; the others are impossible under all arguments.
    """

    keepdims: bool
    where: ArrayLike | Mapping[Any, bool] | None


def parts(layout: Reduction) -> tuple[bool, Any]:
    """Return whether dimensions are kept, and which outcomes count; refuse other keywords."""
    unknown = sorted(layout.keys() - {"keepdims", "where"})
    if unknown:
        raise TypeError(f"{unknown[0]!r} is no keyword of this measure; see its help")
    return bool(layout.get("keepdims", False)), layout.get("where")


def one_axis(axis: Any) -> None:
    """Refuse several axes at once: which of them is the outcome is not ours to say."""
    if axis is not None and not isinstance(axis, int | np.integer):
        raise ShapeError(
            f"axis={axis!r} is not one number; the outcomes lie along one axis (reshape the "
            f"others away), or give axis=None to take the whole array as one distribution"
        )


def as_flags(where: Any) -> Any:
    """Return what counts as numbers 0 and 1, with the labels that it had."""
    if compiling():
        raise InputError("in a graph that is compiled, where= must be a tensor")
    if isinstance(where, Mapping):
        return {label: float(_flag(flag)) for label, flag in where.items()}
    if hasattr(where, "astype") and hasattr(where, "index"):
        flags = numpy_of("where", where)
        _refuse_other(flags)
        return where.astype(float)
    flags = numpy_of("where", where)
    _refuse_other(flags)
    return flags.astype(np.float64)


def _flag(flag: Any) -> Any:
    _refuse_other(np.asarray(flag))
    return flag


def _refuse_other(flags: Any) -> None:
    if flags.dtype.kind not in "biufO" or not np.isin(flags, (0, 1)).all():
        raise InputError("where holds values other than True and False (1 and 0)")


def chosen(name: str, array: Any, flags: Any, absent: float) -> Any:
    """Return an array with `absent` in place of outcomes that do not count."""
    xp = namespace(array)
    if xp is not np and library(flags) is None:
        flags = in_kind(flags, array)
    try:
        np.broadcast_shapes(tuple(array.shape), tuple(flags.shape))
    except ValueError:
        raise ShapeError(
            f"where has shape {tuple(flags.shape)}, which does not fit {name} of shape "
            f"{tuple(array.shape)}"
        ) from None
    return xp.where(flags == 1, array, absent)


def kept(batch: tuple[int, ...], axis: int | None, dimensions: int) -> tuple[int, ...]:
    """Return the shape of a result whose axis of outcomes stays, with length 1."""
    if axis is None:
        return (1,) * dimensions
    place = axis % (len(batch) + 1)
    return (*batch[:place], 1, *batch[place:])


def shaped(values: Any, shape: tuple[int, ...]) -> Any:
    """Return an array of any library in a shape."""
    return namespace(values).reshape(values, shape)
