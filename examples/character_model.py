"""A small language model of characters, trained on the text that ships with Python.

The text is that of `help()`: the language reference by topics, half a megabyte of English and
Python. The model reads 16 characters and predicts the next: an embedding, one hidden layer
(Bengio et al., 2003). `rounded` keeps its weights in fewer bits.
"""

import copy
from pydoc_data.topics import topics

import torch

from kullback.torch import kl_from_logits

READS = 16
ALPHABET = "\n" + "".join(map(chr, range(32, 127)))


def texts() -> tuple[torch.Tensor, torch.Tensor]:
    """Return the ids of the characters to learn from, and of those to test on: other topics."""
    # The few other characters are taken for spaces.
    place = {character: i for i, character in enumerate(ALPHABET)}
    learnt, kept = [], []
    for i, name in enumerate(sorted(topics)):
        ids = [place.get(character, 1) for character in topics[name]]
        (kept if i % 8 == 7 else learnt).extend(ids)
    return torch.tensor(learnt), torch.tensor(kept)


def model(hidden: int, seed: int) -> torch.nn.Sequential:
    """Return a model that has learnt nothing yet."""
    torch.manual_seed(seed)
    return torch.nn.Sequential(
        torch.nn.Embedding(len(ALPHABET), 24),
        torch.nn.Flatten(1),
        torch.nn.Linear(24 * READS, hidden),
        torch.nn.GELU(),
        torch.nn.Linear(hidden, len(ALPHABET)),
    )


def windows(ids: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
    """Return the READS characters before each place."""
    return ids[ends[:, None] + torch.arange(-READS, 0)]


def train(
    net: torch.nn.Module, ids: torch.Tensor, steps: int, teacher: torch.nn.Module | None = None
) -> torch.nn.Module:
    """Learn from the characters that came, or from a teacher's probabilities of them all."""
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    random = torch.Generator().manual_seed(0)
    for _ in range(steps):
        ends = torch.randint(READS, len(ids), (512,), generator=random)
        read = windows(ids, ends)
        if teacher is None:
            loss = torch.nn.functional.cross_entropy(net(read), ids[ends])
        else:
            with torch.no_grad():
                said = teacher(read)
            loss = kl_from_logits(said, net(read), reduction="row-mean")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return net.eval()


def rounded(net: torch.nn.Module, bits: int, last: int | None = None) -> torch.nn.Module:
    """Round each row of each matrix to 2^bits equal steps from its least to its largest weight.

    The last matrix may be kept in more bits.
    """
    small = copy.deepcopy(net)
    matrices = [parameter for parameter in small.parameters() if parameter.ndim == 2]
    for matrix, kept in zip(matrices, [bits] * (len(matrices) - 1) + [last or bits], strict=True):
        low, high = matrix.detach().aminmax(dim=1, keepdim=True)
        step = (high - low) / (2**kept - 1)
        matrix.data = low + ((matrix.detach() - low) / step).round() * step
    return small
