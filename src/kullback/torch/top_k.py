"""Losses against a teacher of whom only some tokens are known: the top k, or those of a sketch."""

import math

import torch

from kullback.errors import InputError, ShapeError
from kullback.torch.loss import REDUCTIONS, no_reduction
from kullback.torch.outside_graphs import outside_graphs, refuse_transforms
from kullback.torch.plan import AT_A_TIME, ELSEWHERE, FORMATS, check_chunk
from kullback.torch.top_k_function import KnownTokens, TopKDivergence

# How far the probabilities of a list may be above 1 when 16-bit numbers were their source.
ABOVE = 1e-2
INTEGERS = (torch.int16, torch.int32, torch.int64)


def kl_from_top_k(  # noqa: PLR0913 - a loss has many knobs; all but three go by name
    ids: torch.Tensor,
    log_p: torch.Tensor,
    q: torch.Tensor,
    *,
    log_chance: torch.Tensor | None = None,
    head: int | None = None,
    log_rest: torch.Tensor | None = None,
    mask: torch.Tensor | None = None,
    reduction: str = "none",
    chunk: int | None = None,
) -> torch.Tensor:
    """KL(P‖Q) from below, of a P of which some tokens are known, row by row, to train with.

    Of a list of the likeliest tokens the value is the least KL that any P with this list has: never
    above the KL of the whole P, never clamped, and 0 only where Q could be such a P. Of a sketch it
    is an estimate without bias, as is its gradient. `known_mass` says how much of P is known.

    Parameters
    ----------
    ids : Tensor of int, shape (..., k)
        The tokens that are known; −1 where there are fewer than k.
    log_p : Tensor of shape (..., k)
        Their log-probabilities under the teacher, at the temperature at which Q is to learn.
    q : Tensor of shape (..., vocabulary)
        Logits of the model in training; they get the gradient.
    log_chance : Tensor of shape (..., k), optional
        Of a sketch (`kullback.lm.sketch_tokens`): ln of the chance with which each token is among
        those known. Without it all are, as the likeliest ones.
    head : int, optional
        Of a sketch: the first so many columns are always known, and the others were drawn.
    log_rest : Tensor of shape (...), optional
        ln of the probability of all tokens that are not always known; otherwise 1 less theirs.
    mask : Tensor of bool, of the shape of the rows, optional
        Which rows count; others give 0 and get no gradient.
    reduction : {"none", "sum", "row-mean"}
        As for `kl_from_logits`.
    chunk : int, optional
        Rows at a time.

    Returns
    -------
    Tensor
        In nats: float64 where q is, else float32.

    Raises
    ------
    InputError
        Not tensors of the right kinds, ids that are outside of the vocabulary or stand twice,
        probabilities that sum to more than 1, or a reduction that is none.
    ShapeError
        Rows that do not fit together.
    MethodError
        If a second derivative is asked for, or a transform of torch.func is at work.

    Notes
    -----
    What is not known of P is taken to be as Q has it, as far as no token is likelier than the least
    that is listed. So the gradient, Q − P with that P, is exact on the list, and moves the rest as
    a whole. With a sketch the rest gets a shape as well, from the tokens that were drawn.

    References
    ----------
    Anshumann et al. (2025), Sparse logit sampling, section 3, on what a clipped list does.

    Examples
    --------
    >>> ids, log_p = torch.tensor([[0, 1]]), torch.tensor([[0.5, 0.3]]).log()
    >>> q = torch.tensor([[0.4, 0.4, 0.1, 0.1]]).log().requires_grad_()
    >>> loss = kl_from_top_k(ids, log_p, q)
    >>> loss.sum().backward()
    >>> round(loss.item(), 4), [round(slope, 3) + 0.0 for slope in q.grad[0].tolist()]
    (0.0253, [-0.1, 0.1, 0.0, 0.0])
    """
    if reduction not in REDUCTIONS:
        raise InputError(no_reduction(reduction))
    check_chunk(chunk)
    given = (t for t in (ids, log_p, q, log_chance, log_rest) if isinstance(t, torch.Tensor))
    refuse_transforms("kl_from_top_k", *given)
    batch = _check(ids, log_p, q, log_chance, log_rest)
    _check_head(log_chance, head, ids.shape[-1])
    kept = _kept(mask, batch, q.device)
    k, count = ids.shape[-1], batch.numel()
    known = KnownTokens(
        ids.reshape(count, k).to(q.device).long()[kept],
        log_p.reshape(count, k).to(q.device)[kept],
        None if log_chance is None else log_chance.reshape(count, k).to(q.device)[kept],
        None if log_rest is None else log_rest.reshape(count).to(q.device)[kept],
        k if head is None else head,
        _rows(q, chunk),
    )
    found = _applied(q.reshape(count, q.shape[-1])[kept], known)
    values = torch.zeros(count, dtype=found.dtype, device=q.device).masked_scatter(kept, found)
    return REDUCTIONS[reduction](values.view(batch), kept.view(batch))


def _checked(q: torch.Tensor, known: KnownTokens) -> torch.Tensor:
    _check_lists(known, q.shape[-1])
    values: torch.Tensor = TopKDivergence.apply(q, known)
    return values


_applied = outside_graphs("kl_from_top_k", _checked)


def known_mass(log_p: torch.Tensor, head: int | None = None) -> torch.Tensor:
    """Return which share of the teacher's probability is known exactly, row by row.

    Parameters
    ----------
    log_p, head
        As for `kl_from_top_k`; NaN where there is no token.

    Examples
    --------
    >>> round(known_mass(torch.tensor([0.5, 0.3]).log()).item(), 6)
    0.8
    """
    return log_p[..., :head].double().exp().nansum(-1)


def _rows(q: torch.Tensor, chunk: int | None) -> int:
    size = AT_A_TIME.get(q.device.type, ELSEWHERE)
    return max(1, size // q.shape[-1]) if chunk is None else int(chunk)


def _check(
    ids: torch.Tensor,
    log_p: torch.Tensor,
    q: torch.Tensor,
    log_chance: torch.Tensor | None,
    log_rest: torch.Tensor | None,
) -> torch.Size:
    """Check kinds and shapes, and return that of the rows."""
    floats = {"log_p": log_p, "q": q, "log_chance": log_chance, "log_rest": log_rest}
    for name, tensor in {"ids": ids, **floats}.items():
        if tensor is None:
            continue
        kinds = INTEGERS if name == "ids" else FORMATS
        if not isinstance(tensor, torch.Tensor) or tensor.dtype not in kinds:
            kind = getattr(tensor, "dtype", type(tensor).__name__)
            what = "whole numbers" if name == "ids" else "floating-point numbers"
            raise InputError(f"{name} holds {kind}; give a tensor of {what}")
    batch = q.shape[:-1]
    fits = q.ndim > 0 and q.shape[-1] > 0 and ids.ndim == q.ndim and ids.shape[:-1] == batch
    same = all(t is None or t.shape == ids.shape for t in (log_p, log_chance))
    if not (fits and same and (log_rest is None or log_rest.shape == batch)):
        shapes = {n: tuple(t.shape) for n, t in {"ids": ids, **floats}.items() if t is not None}
        raise ShapeError(
            f"ids, log_p and log_chance are (..., k), q is (..., vocabulary) and log_rest (...); "
            f"they are {', '.join(f'{n} {shape}' for n, shape in shapes.items())}"
        )
    return batch


def _check_head(log_chance: torch.Tensor | None, head: int | None, k: int) -> None:
    if (log_chance is None) != (head is None) or not 0 <= (head or 0) <= k:
        raise InputError(
            f"head={head} and log_chance={'None' if log_chance is None else 'given'}; of a sketch "
            f"give both, head from 0 to {k}, of a list of the likeliest tokens neither"
        )


def _check_lists(known: KnownTokens, vocabulary: int) -> None:
    ids, there = known.ids, known.ids >= 0
    if not ids.numel():
        return
    low, high = int(ids.min()), int(ids.max())
    if low < -1 or high >= vocabulary:
        raise InputError(
            f"ids go from {low} to {high}; those of q are 0 to {vocabulary - 1}, and −1 is none"
        )
    ordered = torch.where(there, ids, -1 - torch.arange(ids.shape[1], device=ids.device)).sort(-1)
    if (ordered.values.diff(dim=-1) == 0).any():
        raise InputError("ids holds a token twice in one row; each has one probability")
    log_p = torch.where(there, known.log_p.double(), -math.inf)
    total = known_mass(log_p, known.head)
    if not bool((total <= 1 + ABOVE).all()) or bool((log_p > ABOVE).any()):
        raise InputError(
            f"the probabilities of a row sum to {float(total.max()):.6g}, more than 1; give "
            f"log-probabilities in nats"
        )


def _kept(mask: torch.Tensor | None, batch: torch.Size, device: torch.device) -> torch.Tensor:
    if mask is None:
        return torch.ones(batch.numel(), dtype=torch.bool, device=device)
    if not isinstance(mask, torch.Tensor) or mask.dtype != torch.bool or mask.shape != batch:
        shape = tuple(getattr(mask, "shape", ()))
        raise InputError(
            f"mask has shape {shape}; give a tensor of bool of the rows, of shape {tuple(batch)}"
        )
    return mask.to(device).reshape(-1)
