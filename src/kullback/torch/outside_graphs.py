"""Losses that run kernels of their own: outside of compiled graphs, and not under transforms."""

from collections.abc import Callable
from typing import Any

import torch

from kullback.arrays import has_values
from kullback.errors import MethodError


def outside_graphs(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """Return the same work, before which a graph of torch.compile ends, to go on after it.

    Parameters
    ----------
    name : str
        What the public function is called, for what ``fullgraph=True`` says.
    work : callable
        Takes and gives tensors.
    """
    ended: Callable[..., Any] = torch.compiler.disable(
        work, reason=f"{name} runs kernels of its own, which no graph holds; leave out fullgraph"
    )
    return ended


def refuse_transforms(name: str, *tensors: Any) -> None:
    """Raise under a transform of torch.func, whose tensors have no values to run kernels on.

    Raises
    ------
    MethodError
        With what to write instead.
    """
    if torch.compiler.is_compiling() or all(has_values(tensor) for tensor in tensors):
        return
    raise MethodError(
        f"{name} gives its gradient to loss.backward() and torch.autograd.grad, not to "
        f"transforms of torch.func (grad, vmap, jvp); there, write it with log_softmax"
    )
