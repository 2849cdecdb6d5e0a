"""A few rows of two tensors at a time, whatever axes and strides they have."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import torch

from kullback.torch.plan import Plan


def as_they_are(sums: torch.Tensor) -> torch.Tensor:
    """Return sums over outcomes that are all here."""
    return sums


class LossRows(NamedTuple):
    """Some rows of both sides, ready for the formulas.

    Parameters
    ----------
    span : slice
        Where they are among all rows.
    kept : Tensor of int64 or None
        Which of the rows of the span are there; all, if None.
    first, second : Tensor of shape (rows, outcomes)
        Their logits, −inf for what the mask takes out.
    together : callable
        Makes of sums over these outcomes those over all: some may be held by other processes.
    """

    span: slice
    kept: torch.Tensor | None
    first: torch.Tensor
    second: torch.Tensor
    together: Callable[[torch.Tensor], torch.Tensor] = as_they_are


def all_rows(first: torch.Tensor, second: torch.Tensor) -> LossRows | None:
    """Return all rows as they lie; None where there are none, or strides do not allow it."""
    try:
        flat = [flat_rows(side) for side in (first, second)]
    except RuntimeError:
        return None
    count = len(flat[0])
    return LossRows(slice(0, count), None, *flat) if count else None


def flat_rows(tensor: torch.Tensor) -> torch.Tensor:
    """Return a view of two axes: of a small batch, every operation that is none counts."""
    return tensor if tensor.ndim == 2 else tensor.view(-1, tensor.shape[-1])


def some_rows(first: torch.Tensor, second: torch.Tensor, plan: Plan) -> Iterator[LossRows]:
    """Yield the rows that count, `plan.chunk` of them at most at a time."""
    start = 0
    given = [first, second, plan.outcomes, None if plan.rows is None else plan.rows[..., None]]
    for a, b, outcomes, rows in _flat(given):
        for low in range(0, len(a), plan.chunk):
            here = slice(low, min(low + plan.chunk, len(a)))
            span = slice(start + here.start, start + here.stop)
            masks = [None if mask is None else mask[here] for mask in (rows, outcomes)]
            yield from _chosen(span, a[here], b[here], masks, plan)
        start += len(a)


def _flat(tensors: list[Any]) -> Iterator[list[Any]]:
    """Yield views of two axes: of the whole where strides allow it, else one after the other."""
    try:
        whole = [None if t is None else flat_rows(t) for t in tensors]
    except RuntimeError:
        for i in range(len(tensors[0])):
            yield from _flat([None if t is None else t[i] for t in tensors])
    else:
        yield whole


def _chosen(
    span: slice,
    first: torch.Tensor,
    second: torch.Tensor,
    masks: list[torch.Tensor | None],
    plan: Plan,
) -> Iterator[LossRows]:
    rows, outcomes = masks
    if outcomes is not None and outcomes.shape[-1] > 1 and plan.columns_of_q is not None:
        outcomes = outcomes.index_select(-1, plan.columns_of_q)
    chosen = outcomes if rows is None else rows
    kept = None if chosen is None else chosen.any(-1).nonzero()[:, 0]
    if kept is not None and len(kept) == len(first):
        kept = None
    if kept is not None:
        first, second = first[kept], second[kept]
        outcomes = None if outcomes is None else outcomes[kept]
    if not len(first):
        return
    if plan.columns is not None:
        first, second = (
            side.index_select(-1, columns)
            for side, columns in zip((first, second), plan.columns, strict=True)
        )
    if outcomes is not None:
        out = ~outcomes
        first, second = (side.masked_fill(out, -torch.inf) for side in (first, second))
    yield LossRows(span, kept, first, second)


def mean_of(rows: LossRows, mass: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """Return the mean of values a row, over the mass, which rounding has left a little off 1."""
    sums = torch.stack([(mass * values).sum(-1), mass.sum(-1)])
    whole, of_mass = rows.together(sums)
    return (whole / of_mass)[:, None]


def put(target: torch.Tensor, rows: LossRows, values: torch.Tensor) -> None:
    """Write one value or one row each into `target`, whose first axis is all rows."""
    if rows.kept is None:
        target[rows.span] = values
    else:
        target[rows.span][rows.kept] = values.to(target.dtype)


def put_weighted(
    out: torch.Tensor,
    rows: LossRows,
    slope: torch.Tensor,
    weight: torch.Tensor,
    columns: torch.Tensor | None,
) -> None:
    """Write a row each, times its weight, into the columns that are compared."""
    if columns is None and rows.kept is None:
        torch.mul(slope, weight, out=out[rows.span])
        return
    slope = slope.mul_(weight)
    if columns is not None:
        wide = torch.zeros(len(slope), out.shape[-1], dtype=slope.dtype, device=slope.device)
        slope = wide.index_copy_(1, columns, slope)
    put(out, rows, slope)
