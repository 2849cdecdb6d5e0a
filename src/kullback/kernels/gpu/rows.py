"""The kernels of rows of logits as the rest of the house calls them, for tensors on a GPU.

The names and the arguments are those of `kullback.kernels`; arguments are tensors, outcomes last,
of any batch shape, in 16, 32 or 64 bits as they lie.
"""

from typing import Any

from kullback.kernels.gpu import loss, state
from kullback.kernels.gpu.needed import tl, torch
from kullback.kernels.row_state import kl_of_states

# Outcomes that a program reads at a time: in float64 fewer, as each takes more room.
BLOCK = {torch.float32: 4096, torch.float64: 1024}
# By precision: what finite logits are held to, and the terms of a series that reach it.
WORK: dict[torch.dtype, dict[str, Any]] = {
    torch.float32: {"WORK": tl.float32, "LARGEST": 5e37, "TERMS": 12},
    torch.float64: {"WORK": tl.float64, "LARGEST": 1e290, "TERMS": 20},
}
# Ratios of probabilities to a mixture are held to e^±this.
FARTHEST = {torch.float32: 80.0, torch.float64: 700.0}
FINE = 20


def logits_state(p: torch.Tensor, q: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    """Return max_p, max_q, weight, gain and loss a row, float64: what merges over stretches."""
    found, batch = _states(p, q, scale)
    weight = found["below"] + found["tops"]
    columns = (found["max_p"], found["max_q"], weight, found["gain"], found["loss"])
    return torch.stack(columns, -1).view(*batch, 5)


def logits_kl(p: torch.Tensor, q: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    """KL(P‖Q) a row."""
    return _shown(torch.as_tensor(kl_of_states(logits_state(p, q, scale))), p, q)


def logits_entropy(p: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    """H(P) a row."""
    found, batch = _states(p, p, scale)
    return _shown(_entropy(found).view(batch), p, p)


def logits_cross_entropy(p: torch.Tensor, q: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    """H(P, Q) = H(P) + KL(P‖Q) a row."""
    found, batch = _states(p, q, scale)
    return _shown((_entropy(found) + _kl(found)).view(batch), p, q)


def logits_jensen_shannon(p: torch.Tensor, q: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    """JS(P, Q) a row: a quarter of the mixture's divergence at β = ½."""
    return logits_summary(p, q, scale)[..., 2]


def logits_total_variation(p: torch.Tensor, q: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    """½ Σ |p − q| a row."""
    return logits_summary(p, q, scale)[..., 3]


def logits_summary(p: torch.Tensor, q: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    """Return everything about a row, in the order of `kullback.kernels.SUMMARY`."""
    found, batch = _states(p, q, scale)
    kl, entropy = _kl(found), _entropy(found)
    apart = loss_mixture(p, q, _facts(found), scale, 0.5)
    columns = (
        kl,
        _kl(_swapped(found)),
        (apart[:, 0] / 4).clamp(max=float(torch.tensor(2.0).log())),
        apart[:, 3].clamp(max=1.0),
        entropy,
        entropy + kl,
        (found["arg_p"] == found["arg_q"]).double(),
    )
    whole = kl >= 0
    shown = [torch.where(whole, column, torch.nan) for column in columns]
    return _shown(torch.stack(shown, -1).view(*batch, len(columns)), p, q)


def loss_mixture(
    p: torch.Tensor, q: torch.Tensor, facts: torch.Tensor, scale: float, beta: float
) -> torch.Tensor:
    """Return the mixture's divergence, the means of both its log-ratios, and TV, a row.

    `facts` holds both normalisers and the shift of the log-ratio, as `kullback.torch` has them.
    """
    p, q, _ = _flat(p, q)
    out = torch.empty(len(p), 4, dtype=torch.float64, device=p.device)
    known = facts[:, :3].double().contiguous()
    loss.mixtures[(len(p),)](
        p,
        q,
        known,
        out,
        p.stride(0),
        q.stride(0),
        p.shape[1],
        _numbers(p, scale, beta),
        **_sizes(p, q),
    )
    return out


def loss_slopes(
    p: torch.Tensor,
    q: torch.Tensor,
    facts: torch.Tensor,
    scale: float,
    beta: float,
    weights: torch.Tensor,
    of_q: bool,  # noqa: FBT001
    out: torch.Tensor,
) -> None:
    """Write the weighted gradient of one side into `out`, whatever its precision."""
    means = facts[:, 3:]
    if beta:
        means = loss_mixture(p, q, facts, scale, beta)[:, 1:3]
    known = torch.cat([facts[:, :3].double(), means.double().expand(-1, 2)], -1).contiguous()
    p, q, _ = _flat(p, q)
    sizes = _sizes(p, q)
    blocks = -(-p.shape[1] // sizes["BLOCK"])
    loss.slopes[(len(p), blocks)](
        p, q, known, weights.double().contiguous(), out,
        p.stride(0), q.stride(0), out.stride(0), p.shape[1], _numbers(p, scale, beta),
        OF_Q=of_q, MIXED=bool(beta), **sizes,
    )  # fmt: skip


def _states(
    p: torch.Tensor, q: torch.Tensor, scale: float
) -> tuple[dict[str, torch.Tensor], torch.Size]:
    p, q, batch = _flat(p, q)
    out = torch.empty(len(p), len(state.COLUMNS), dtype=torch.float64, device=p.device)
    state.states[(len(p),)](
        p,
        q,
        out,
        p.stride(0),
        q.stride(0),
        p.shape[1],
        _numbers(p, scale),
        FINE=FINE,
        **_sizes(p, q, mixed=False),
    )
    return dict(zip(state.COLUMNS, out.unbind(-1), strict=True)), batch


def _flat(p: torch.Tensor, q: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Size]:
    """Return both as rows whose outcomes lie side by side, without a copy where that is so."""
    batch = torch.broadcast_shapes(p.shape[:-1], q.shape[:-1])
    sides = [x.detach().expand(*batch, x.shape[-1]).reshape(-1, x.shape[-1]) for x in (p, q)]
    first, second = (x if x.stride(-1) == 1 else x.contiguous() for x in sides)
    return first, second, batch


def _numbers(p: torch.Tensor, *numbers: float) -> torch.Tensor:
    """Return numbers where the kernels keep their digits: as arguments they would be float32."""
    return torch.tensor(numbers, dtype=torch.float64, device=p.device)


def _sizes(p: torch.Tensor, q: torch.Tensor, *, mixed: bool = True) -> dict[str, Any]:
    kind = _precision(p, q)
    block = min(BLOCK[kind], 1 << max(4, (p.shape[1] - 1).bit_length()))
    return WORK[kind] | {"BLOCK": block} | ({"FARTHEST": FARTHEST[kind]} if mixed else {})


def _precision(p: torch.Tensor, q: torch.Tensor) -> torch.dtype:
    wide = torch.float64 in (p.dtype, q.dtype)
    return torch.float64 if wide else torch.float32


def _shown(values: torch.Tensor, p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    return values.to(_precision(p, q))


def _kl(found: dict[str, torch.Tensor]) -> torch.Tensor:
    columns = (found["max_p"], found["max_q"], found["below"] + found["tops"])
    states = torch.stack([*columns, found["gain"], found["loss"]], -1)
    return torch.as_tensor(kl_of_states(states))


def _swapped(found: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the states of the same rows with the roles exchanged."""
    of_q = found["below"] + found["tops"] + found["gain"]
    return {
        "max_p": found["max_q"],
        "max_q": found["max_p"],
        "below": of_q,
        "tops": torch.zeros_like(of_q),
        "gain": -found["gain"],
        "loss": found["back"],
    }


def _entropy(found: dict[str, torch.Tensor]) -> torch.Tensor:
    weight = found["below"] + found["tops"]
    log_weight = torch.log1p(found["below"] + (found["tops"] - 1))
    there = found["max_p"] > -torch.inf
    return torch.where(there, found["surprise"] / weight + log_weight, torch.nan)


def _facts(found: dict[str, torch.Tensor]) -> torch.Tensor:
    """Return both normalisers and the shift of the log-ratio ln(Q/P)."""
    weight = found["below"] + found["tops"]
    change = torch.log1p(found["gain"] / weight)
    log_weight = weight.log()
    log_z_p, log_z_q = found["max_p"] + log_weight, found["max_q"] + log_weight + change
    return torch.stack([log_z_p, log_z_q, (found["max_p"] - found["max_q"]) - change], -1)
