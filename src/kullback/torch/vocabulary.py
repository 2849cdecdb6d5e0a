"""Two vocabularies: which outcomes they share, and how much mass the others hold."""

import torch

from kullback.errors import InputError, ShapeError

INTEGERS = (torch.int16, torch.int32, torch.int64)


def shared(
    vocab_map: torch.Tensor, p: torch.Tensor, q: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the columns of p and of q that belong together.

    Parameters
    ----------
    vocab_map : Tensor of int, shape (j,)
        For each outcome of q its index in p, −1 where it has none.
    p, q : Tensor
        Logits, outcomes last.

    Returns
    -------
    tuple of Tensor
        Two lists of columns of one length.

    Raises
    ------
    InputError
        If it is not whole numbers from −1 to k − 1, each but −1 at most once, one at least.
    ShapeError
        If it is not one number for each outcome of q.
    """
    if not isinstance(vocab_map, torch.Tensor) or vocab_map.dtype not in INTEGERS:
        kind = getattr(vocab_map, "dtype", type(vocab_map).__name__)
        raise InputError(f"vocab_map holds {kind} values; give a tensor of int64 indices into p")
    if tuple(vocab_map.shape) != (q.shape[-1],):
        raise ShapeError(
            f"vocab_map has shape {tuple(vocab_map.shape)} and q has {q.shape[-1]} outcomes; "
            f"give one index into p for each of them"
        )
    indices = vocab_map.to(q.device).long()
    low, high = int(indices.min()), int(indices.max())
    if low < -1 or high >= p.shape[-1]:
        raise InputError(
            f"vocab_map goes from {low} to {high}; indices into p are 0 to {p.shape[-1] - 1}, "
            f"and −1 says that p has no such outcome"
        )
    columns = (indices >= 0).nonzero()[:, 0]
    found = indices[columns]
    if not len(found):
        raise InputError("vocab_map is −1 everywhere: p and q share no outcome to compare")
    times = torch.bincount(found)
    if int(times.max()) > 1:
        twice = int(times.argmax())
        who = (indices == twice).nonzero()[:2, 0].tolist()
        raise InputError(
            f"vocab_map sends the outcomes {who[0]} and {who[1]} of q to the same one of p, "
            f"{twice}, whose mass would be counted twice; give −1 to all but one of them"
        )
    return found, columns


def unshared_mass(
    p: torch.Tensor, q: torch.Tensor, vocab_map: torch.Tensor, *, temperature: float = 1.0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Probability that each side gives to outcomes that the other does not know.

    Parameters
    ----------
    p, q, vocab_map, temperature
        As for `kl_from_logits`.

    Returns
    -------
    tuple of Tensor
        P's and Q's, row by row, in [0, 1]: what `kl_from_logits` leaves out.

    Raises
    ------
    InputError, ShapeError
        As for `kl_from_logits`.

    Examples
    --------
    >>> teacher, student = torch.zeros(1, 4), torch.zeros(1, 6)
    >>> padded = torch.tensor([0, 1, 2, 3, -1, -1])
    >>> [round(mass.item(), 4) for mass in unshared_mass(teacher, student, padded)]
    [0.0, 0.3333]
    """
    columns = shared(vocab_map, p, q)
    masses = []
    for logits, known in zip((p, q), columns, strict=True):
        rest = torch.ones(logits.shape[-1], dtype=torch.bool, device=logits.device)
        rest[known] = False
        scaled = logits.to(torch.promote_types(logits.dtype, torch.float32)) / temperature
        whole = torch.logsumexp(scaled, -1)
        masses.append((torch.logsumexp(scaled[..., rest], -1) - whole).exp())
    return masses[0], masses[1]
