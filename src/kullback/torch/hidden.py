"""The divergence of two language models' heads as a training loss, from their hidden states."""

from typing import Any

import torch

from kullback.errors import InputError, ShapeError
from kullback.torch.hidden_function import HiddenDivergence, HiddenPlan
from kullback.torch.loss import REDUCTIONS, beta_of
from kullback.torch.outside_graphs import outside_graphs, refuse_transforms
from kullback.torch.plan import FORMATS, Plan, check_chunk, check_temperature

# Logits of one side that are worked on at a time, by kind of device.
AT_A_TIME = {"cpu": 1 << 21}
ELSEWHERE = 1 << 25
VARIATION = "total-variation"


def kl_from_hidden(  # noqa: PLR0913 - a loss has many knobs; all but four go by name
    h_p: torch.Tensor,
    W_p: torch.Tensor,  # noqa: N803 - a matrix
    h_q: torch.Tensor,
    W_q: torch.Tensor,  # noqa: N803
    *,
    direction: str = "forward",
    beta: float | None = None,
    temperature: float = 1.0,
    softcap: float | None = None,
    mask: torch.Tensor | None = None,
    chunk: int | None = None,
    bias_p: torch.Tensor | None = None,
    bias_q: torch.Tensor | None = None,
    reduction: str = "none",
    group: Any = None,
) -> torch.Tensor:
    """KL(P‖Q) of softmax(h_p·W_pᵀ / T) and softmax(h_q·W_qᵀ / T), row by row, to train with.

    Logits are made a few rows at a time, compared and thrown away, forward and backward: beyond
    the arguments and one gradient each, no more than the logits of one chunk are ever kept.

    Parameters
    ----------
    h_p : Tensor of shape (..., d)
        Hidden states of the truth: the teacher, the reference.
    W_p : Tensor of shape (k, d)
        Its last layer, a row an outcome, as `torch.nn.Linear` keeps it.
    h_q, W_q : Tensor of shapes (..., e) and (k, e)
        Those of the model in training. All four get gradients if they ask for them.
    direction : {"forward", "reverse", "total-variation"}
        KL(P‖Q), KL(Q‖P), or the total variation distance.
    beta : float, optional
        The generalised Jensen–Shannon divergence, as for `kl_from_logits`.
    temperature : float
        Divides all logits, after the soft cap.
    softcap : float, optional
        c·tanh(logit/c) in place of each logit, on both sides.
    mask : Tensor of bool, of the shape of the rows, optional
        Which rows count; others give 0 and get no gradient.
    chunk : int, optional
        Rows at a time. The default keeps some two million logits a side on a processor.
    bias_p, bias_q : Tensor of shape (k,), optional
        What is added to the logits.
    reduction : {"none", "sum", "row-mean"}
        As for `kl_from_logits`.
    group : torch.distributed process group, optional
        The processes of it hold one shard of the outcomes each, W and biases cut alike on both
        sides, and the same hidden states. They exchange some 40 bytes a row, and each gets the
        whole value, the whole gradient of the hidden states, and the gradient of its own shard.

    Returns
    -------
    Tensor
        In nats, ≥ 0: float64 where an argument is, else float32.

    Raises
    ------
    InputError
        Not tensors of floats; a temperature, cap, β, chunk, direction, reduction or mask that is
        none.
    ShapeError
        Rows, widths, outcomes or devices that do not fit together.
    MethodError
        A transform of torch.func is at work.

    Notes
    -----
    Products of 16-bit numbers are added up in float32, as are the gradients of the layers. Logits
    are compared as `kl_from_logits` compares them, so that value and gradient keep their digits
    where P ≈ Q. The backward pass makes the logits a second time.

    References
    ----------
    Kullback and Leibler (1951), On information and sufficiency, eq. 2.4. Hinton, Vinyals and Dean
    (2015), Distilling the knowledge in a neural network, section 2.

    Examples
    --------
    >>> import torch
    >>> h, W = torch.eye(3)[:2], torch.tensor([[2.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    >>> h_q = torch.tensor([[0.5, 0.0, 0.0], [0.0, 1.0, 0.0]], requires_grad=True)
    >>> loss = kl_from_hidden(h, W, h_q, W)
    >>> loss.sum().backward()
    >>> [round(value, 4) for value in loss.tolist()], round(h_q.grad[0, 0].item(), 4)
    ([0.0263, 0.0], -0.1086)
    """
    if reduction not in REDUCTIONS:
        raise InputError(
            f"reduction={reduction!r} is unknown; choose one of {', '.join(REDUCTIONS)}"
        )
    named = {"h_p": h_p, "W_p": W_p, "bias_p": bias_p, "h_q": h_q, "W_q": W_q, "bias_q": bias_q}
    _check_tensors(named)
    refuse_transforms("kl_from_hidden", *(t for t in named.values() if t is not None))
    batch = _check_shapes(named)
    other = direction == VARIATION
    share = 0.0 if other and beta is None else beta_of(direction, beta)
    plan = HiddenPlan(
        _plan(share, temperature, chunk, W_q), _cap(softcap), other, group, group is not None
    )
    kept = _kept(mask, batch, h_q.device)
    states = (_some(h_p, kept), _some(h_q, kept))
    values = _applied(plan, states[0], W_p, bias_p, states[1], W_q, bias_q)
    if kept is not None:
        values = values.new_zeros(kept.numel()).masked_scatter(kept, values)
    else:
        kept = torch.ones(batch, dtype=torch.bool, device=h_q.device)
    return REDUCTIONS[reduction](values.view(batch), kept.view(batch))


_applied = outside_graphs("kl_from_hidden", HiddenDivergence.apply)


def _plan(beta: float, temperature: float, chunk: int | None, weight: torch.Tensor) -> Plan:
    check_temperature(temperature)
    check_chunk(chunk)
    size = AT_A_TIME.get(weight.device.type, ELSEWHERE)
    rows = max(1, size // len(weight)) if chunk is None else int(chunk)
    swapped = beta == 1.0
    return Plan(1.0 / temperature, 0.0 if swapped else beta, swapped, rows, None, None, None)


def _cap(softcap: float | None) -> float | None:
    if softcap is not None and not 0 < softcap < float("inf"):
        raise InputError(f"softcap={softcap} must be a positive number, or None")
    return softcap


def _check_tensors(named: dict[str, torch.Tensor | None]) -> None:
    for name, value in named.items():
        if value is None and name.startswith("bias"):
            continue
        if not isinstance(value, torch.Tensor):
            raise InputError(f"{name} is a {type(value).__name__}; give a tensor")
        if value.dtype not in FORMATS:
            kind = str(value.dtype).removeprefix("torch.")
            raise InputError(f"{name} holds {kind}; give float16, bfloat16, float32 or float64")
    devices = {str(value.device) for value in named.values() if value is not None}
    if len(devices) > 1:
        raise ShapeError(f"the tensors are on {', '.join(sorted(devices))}; move them to one")


def _check_shapes(named: dict[str, Any]) -> tuple[int, ...]:
    shapes = {name: tuple(t.shape) for name, t in named.items() if t is not None}
    said = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
    for h, w, bias in (("h_p", "W_p", "bias_p"), ("h_q", "W_q", "bias_q")):
        fits = len(shapes[w]) == 2 and shapes[h] and shapes[h][-1] == shapes[w][1]
        if not fits or shapes[w][0] == 0 or shapes.get(bias, shapes[w][:1]) != shapes[w][:1]:
            raise ShapeError(
                f"{h} is (..., d), {w} (k, d) and {bias} (k,), k at least 1; they are {said}"
            )
    if shapes["W_p"][0] != shapes["W_q"][0] or shapes["h_p"][:-1] != shapes["h_q"][:-1]:
        raise ShapeError(f"p and q must have the same rows and the same outcomes; they are {said}")
    return shapes["h_q"][:-1]


def _kept(
    mask: torch.Tensor | None, batch: tuple[int, ...], device: torch.device
) -> torch.Tensor | None:
    if mask is None:
        return None
    if not isinstance(mask, torch.Tensor) or mask.dtype != torch.bool:
        kind = getattr(mask, "dtype", type(mask).__name__)
        raise InputError(f"mask holds {kind} values; give a tensor of bool, True for what counts")
    if tuple(mask.shape) != batch:
        raise ShapeError(f"mask has shape {tuple(mask.shape)}; the rows have {batch}")
    return mask.to(device).reshape(-1)


def _some(hidden: torch.Tensor, kept: torch.Tensor | None) -> torch.Tensor:
    flat = hidden.reshape(-1, hidden.shape[-1])
    return flat if kept is None else flat[kept]
