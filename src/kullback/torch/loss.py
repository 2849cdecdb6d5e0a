"""The divergence of two rows of logits as a training loss."""

from collections.abc import Callable

import torch

from kullback.arguments import flag, number
from kullback.arrays import no_mean
from kullback.errors import InputError
from kullback.torch.function import DivergenceFunction
from kullback.torch.outside_graphs import outside_graphs, refuse_transforms
from kullback.torch.plan import Plan, planned

Reduction = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

REDUCTIONS: dict[str, Reduction] = {
    "none": lambda values, _: values,
    "sum": lambda values, _: values.sum(),
    "row-mean": lambda values, kept: values.sum() / _some(kept),
}


def kl_from_logits(  # noqa: PLR0913 - a loss has many knobs; all but two go by name
    p: torch.Tensor,
    q: torch.Tensor,
    *,
    temperature: float = 1.0,
    mask: torch.Tensor | None = None,
    direction: str = "forward",
    beta: float | None = None,
    vocab_map: torch.Tensor | None = None,
    reduction: str = "none",
    temperature_squared: bool = False,
    chunk: int | None = None,
) -> torch.Tensor:
    """KL(P‖Q) of softmax(p / T) and softmax(q / T), row by row, to train with.

    The gradient is in closed form, and worked out a few rows at a time: beyond the arguments
    and one gradient each, nothing of their size is ever kept, forward or backward.

    Parameters
    ----------
    p : Tensor of shape (..., k)
        Logits of the truth: the teacher, the reference. float16, bfloat16, float32 or float64;
        −inf is probability zero.
    q : Tensor of shape (..., k), or (..., j) with a `vocab_map`
        Logits of the model in training. p and q both get gradients if they ask for them.
    temperature : float
        Divides all logits first.
    mask : Tensor of bool, optional
        What counts. Of the shape of the rows, (...): which rows; others give 0 and get no
        gradient, whatever they hold. With one axis more, (..., j) or such as (1, j): which
        outcomes; others are taken out of both sides before any exponential, and a row without
        any is left out.
    direction : {"forward", "reverse"}
        "forward" is KL(P‖Q), "reverse" KL(Q‖P).
    beta : float, optional
        In place of a direction: the generalised Jensen–Shannon divergence
        [β·KL(P‖M) + (1 − β)·KL(Q‖M)] / [β(1 − β)] with M = βP + (1 − β)Q, β from 0 to 1.
        Divided so, it is KL(P‖Q) at 0 and KL(Q‖P) at 1, without a jump on the way, and 4 JS at
        ½. Times β(1 − β) it is Lin's.
    vocab_map : Tensor of int, shape (j,), optional
        For each outcome of q the index of the same one in p, −1 where there is none. What only
        one side knows, such as the padding of a vocabulary, is taken out: both sides are
        compared given that the outcome is one they share. `unshared_mass` says how much is left
        out.
    reduction : {"none", "sum", "row-mean"}
        "none" gives a number a row; "row-mean" is the sum over the rows that count, divided by
        how many they are, and an error where none does (NaN in a compiled graph). No reduction
        divides by the outcomes.
    temperature_squared : bool
        Multiply by T², which keeps gradients of one size as T grows (Hinton et al., 2015).
    chunk : int, optional
        Rows at a time. The default fits a processor's cache, or fills a GPU.

    Returns
    -------
    Tensor
        In nats, ≥ 0: float64 where p or q is, else float32. Of the shape of the rows, or of no
        axis. A row is +inf where P is possible and Q is not; its gradient to q, Q − P, is
        finite still, and to p it is NaN. A row whose logits hold NaN or +inf, or nothing but
        −inf, is NaN, so that a gradient scaler sees it.

    Raises
    ------
    InputError
        Not tensors of floats; a temperature, β, chunk, direction, reduction or mask that is
        none; a `vocab_map` that is no map, or shares nothing.
    ShapeError
        Rows, outcomes, mask or devices that do not fit together.
    MethodError
        If a second derivative is asked for, or a transform of torch.func is at work.

    Notes
    -----
    The value is summed in a non-negative form that keeps its digits where P ≈ Q, in float32 or
    better whatever the logits are. So is the gradient: Q − P = P·(e^−δ − 1), δ = ln(p/q), which
    is not the difference of two rounded softmaxes.

    References
    ----------
    Kullback and Leibler (1951), On information and sufficiency, eq. 2.4. Lin (1991), Divergence
    measures based on the Shannon entropy, eq. 4.1. Hinton, Vinyals and Dean (2015), Distilling
    the knowledge in a neural network, section 2.

    Examples
    --------
    >>> import torch
    >>> teacher = torch.tensor([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    >>> student = torch.tensor([[2.0, 0.0, 1.0], [0.0, 0.0, 0.0]], requires_grad=True)
    >>> loss = kl_from_logits(teacher, student, reduction="row-mean")
    >>> loss.backward()
    >>> round(loss.item(), 4)
    0.0773
    >>> [round(slope, 4) + 0.0 for slope in student.grad[0].tolist()]
    [0.0, -0.0773, 0.0773]
    """
    if str(reduction) not in REDUCTIONS:
        raise InputError(no_reduction(reduction))
    values, kept = rows_from_logits(
        p,
        q,
        temperature=temperature,
        mask=mask,
        direction=direction,
        beta=beta,
        vocab_map=vocab_map,
        chunk=chunk,
    )
    result = REDUCTIONS[reduction](values, kept)
    squared = flag("temperature_squared", temperature_squared)
    return result * float(temperature) ** 2 if squared else result


def _some(kept: torch.Tensor) -> torch.Tensor:
    count = kept.sum()
    if not torch.compiler.is_compiling() and not count:
        raise no_mean(
            kept.shape, ', or divide reduction="sum", which is 0, by the rows of the whole batch'
        )
    return count


def rows_from_logits(  # noqa: PLR0913 - as kl_from_logits
    p: torch.Tensor,
    q: torch.Tensor,
    *,
    temperature: float = 1.0,
    mask: torch.Tensor | None = None,
    direction: str = "forward",
    beta: float | None = None,
    vocab_map: torch.Tensor | None = None,
    chunk: int | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the divergence of each row, and which rows count; as `kl_from_logits` says."""
    refuse_transforms("kl_from_logits", p, q)
    plan = planned(
        p,
        q,
        temperature=temperature,
        mask=mask,
        beta=beta_of(direction, beta),
        vocab_map=vocab_map,
        chunk=chunk,
    )
    values, kept = _applied(*((q, p) if plan.swapped else (p, q)), plan)
    return values, kept


def _apply(
    first: torch.Tensor, second: torch.Tensor, plan: Plan
) -> tuple[torch.Tensor, torch.Tensor]:
    values, kept = DivergenceFunction.apply(first, second, plan)
    return values, kept


_applied = outside_graphs("kl_from_logits", _apply)


def beta_of(direction: str, beta: float | None) -> float:
    """Return β for a direction, or the β that was given in place of one."""
    ends = {"forward": 0.0, "reverse": 1.0}
    if str(direction) not in ends:
        raise InputError(
            f"direction={direction!r} is unknown; forward is KL(P‖Q), reverse is KL(Q‖P)"
        )
    if beta is None:
        return ends[direction]
    if direction != "forward":
        raise InputError(
            f"beta={beta} and direction={direction!r} say two things; beta=0 is forward, "
            f"beta=1 is reverse"
        )
    if not 0 <= number("beta", beta) <= 1:
        raise InputError(f"beta={beta} is not in [0, 1]; 0.5 is four times the JS divergence")
    return float(beta)


def no_reduction(reduction: str) -> str:
    """Return what to say of a reduction that is none."""
    why = (
        "; in torch it divides by rows and outcomes both, which makes the loss smaller by the "
        "size of the vocabulary"
    )
    trap = why if str(reduction) in ("mean", "batchmean") else ""
    return f"reduction={reduction!r} is unknown{trap}; choose one of {', '.join(REDUCTIONS)}"
