"""Batches of different sizes and masks, the same in every process."""

import torch


def batches():
    random = torch.Generator().manual_seed(11)
    made = []
    for i, rows in enumerate((7, 1, 4, 12, 3, 9)):
        p = 2 * torch.randn(rows, 33, generator=random)
        q = p + (0.1 + 0.2 * i) * torch.randn(rows, 33, generator=random)
        mask = torch.rand(rows, generator=random) > 0.3
        cluster = torch.randint(5, (rows,), generator=random)
        made.append((p, q, mask, cluster))
    return made
