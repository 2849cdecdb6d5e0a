"""Argument checks: what is to be compared with what, and a few rows of it at a time."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from kullback.arguments import number, refuse_lazy, refuse_sparse
from kullback.errors import InputError, ShapeError
from kullback.torch.vocabulary import shared

FORMATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
PLAIN = (torch.Tensor, torch.nn.Parameter)
# Numbers of one side that are worked on at a time, by kind of device: those of a cache, or
# enough for a GPU to be busy.
AT_A_TIME = {"cpu": 1 << 18}
ELSEWHERE = 1 << 23

LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How to compare two tensors of logits; `first` is P, or Q where they are swapped.

    Parameters
    ----------
    scale : float
        One over the temperature.
    beta : float
        In [0, 1): of the generalised Jensen–Shannon divergence from the first to the second.
    swapped : bool
        Whether the first is q: KL(Q‖P) is KL(P‖Q) of the others.
    chunk : int
        Rows at a time.
    rows : Tensor of bool, shape (...), or None
        Which rows count.
    outcomes : Tensor of bool, shape (..., k or 1), or None
        Which of q's outcomes count.
    columns : tuple of Tensor or None
        The columns of first and second that belong together, where not all do in order.
    """

    scale: float
    beta: float
    swapped: bool
    chunk: int
    rows: torch.Tensor | None
    outcomes: torch.Tensor | None
    columns: tuple[torch.Tensor, torch.Tensor] | None

    @property
    def whole(self) -> bool:
        """Whether all rows and all outcomes count, in their order."""
        return self.rows is None and self.outcomes is None and self.columns is None

    @property
    def columns_of_q(self) -> torch.Tensor | None:
        """The columns of q, which are those of the mask too."""
        return None if self.columns is None else self.columns[0 if self.swapped else 1]


def planned(
    p: torch.Tensor,
    q: torch.Tensor,
    *,
    temperature: float,
    mask: torch.Tensor | None,
    beta: float,
    vocab_map: torch.Tensor | None,
    chunk: int | None,
) -> Plan:
    """Check what `kl_from_logits` was given, and lay out the work."""
    check_temperature(temperature)
    check_chunk(chunk)
    for name, tensor in (("p", p), ("q", q)):
        _check_logits(name, tensor)
    _check_shapes(p, q, vocab_map)
    rows, outcomes = _masks(mask, q)
    swapped = beta == 1.0
    columns = None if vocab_map is None else shared(vocab_map, p, q)
    if columns is not None and swapped:
        columns = columns[::-1]
    size = AT_A_TIME.get(p.device.type, ELSEWHERE)
    at_once = max(1, size // q.shape[-1]) if chunk is None else int(chunk)
    share = 0.0 if swapped else beta
    return Plan(1.0 / float(temperature), share, swapped, at_once, rows, outcomes, columns)


def check_temperature(temperature: float) -> None:
    """Raise unless it is one positive number."""
    sizes = tuple(getattr(temperature, "shape", ()))
    if math.prod(sizes) != 1:
        raise InputError(
            f"temperature has shape {sizes}; give one number, or divide each "
            f"row of logits by its own first"
        )
    if getattr(temperature, "requires_grad", False) and torch.is_grad_enabled():
        raise InputError(
            "temperature asks for a gradient, and this loss gives them to logits only: divide "
            "both by it first, kl_from_logits(p / temperature, q / temperature)"
        )
    single = isinstance(temperature, (int, float, np.number, torch.Tensor))
    if not single or not 0 < temperature <= LARGEST:  # a whole number may be beyond a float
        raise InputError(
            f"temperature={temperature!r} must be a positive number; 1 changes nothing"
        )


def check_chunk(chunk: int | None) -> None:
    """Raise unless it is a number of rows, or None."""
    if chunk is not None and not (number("chunk", chunk) >= 1 and chunk % 1 == 0):
        raise InputError(f"chunk={chunk!r} is not a number of rows; give 1 or more, or None")


def _check_logits(name: str, value: Any) -> None:
    if not isinstance(value, torch.Tensor):
        raise InputError(
            f"{name} is a {type(value).__name__}; give a tensor of logits (kullback.logits.kl "
            f"takes other arrays, without gradients to train with)"
        )
    if value.layout is not torch.strided or value.is_nested or type(value) not in PLAIN:
        refuse_sparse(name, value)
        refuse_lazy(name, value)
    if value.dtype not in FORMATS:
        raise InputError(
            f"{name} holds {str(value.dtype).removeprefix('torch.')} values; give float16, "
            f"bfloat16, float32 or float64"
        )
    if value.ndim == 0 or value.shape[-1] == 0:
        raise ShapeError(f"{name} has shape {tuple(value.shape)}; give at least one logit a row")


def _check_shapes(p: torch.Tensor, q: torch.Tensor, vocab_map: torch.Tensor | None) -> None:
    said = f"p {tuple(p.shape)}, q {tuple(q.shape)}"
    if p.shape[:-1] != q.shape[:-1]:
        raise ShapeError(f"p and q have different rows: {said} (outcomes last)")
    if p.device != q.device:
        raise ShapeError(f"p is on {p.device} and q on {q.device}; move one")
    if vocab_map is None and p.shape[-1] != q.shape[-1]:
        raise ShapeError(
            f"p and q have different outcomes: {said}. If one vocabulary is padded or another "
            f"one, give vocab_map: for each of q's outcomes its index in p, −1 where it has none"
        )


def _masks(
    mask: torch.Tensor | None, q: torch.Tensor
) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    """Tell a mask of rows from one of outcomes, by its number of axes."""
    if mask is None:
        return None, None
    if not isinstance(mask, torch.Tensor) or mask.dtype != torch.bool:
        kind = getattr(mask, "dtype", type(mask).__name__)
        raise InputError(f"mask holds {kind} values; give a tensor of bool, True for what counts")
    mask = mask.to(q.device)
    batch = tuple(q.shape[:-1])
    if mask.ndim == len(batch) and tuple(mask.shape) == batch:
        return mask, None
    if mask.ndim == q.ndim and all(m in (1, n) for m, n in zip(mask.shape, q.shape, strict=True)):
        return None, mask.expand(*batch, mask.shape[-1])
    raise ShapeError(
        f"mask has shape {tuple(mask.shape)}; give {batch} to choose rows, or "
        f"{(*batch, q.shape[-1])} to choose outcomes (axes of length 1 stretch)"
    )
