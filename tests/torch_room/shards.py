"""One of several processes that each hold some outcomes; prints value and gradients."""

import json
import sys

import torch

from kullback.torch import kl_from_hidden


def main(rank, world, place, direction):
    """Join the others through a file, and compare hidden states with them."""
    from test_kl_from_hidden import sides

    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{place}", rank=rank, world_size=world
    )
    whole = sides(rows=5, outcomes=40)
    own = slice(rank * 40 // world, (rank + 1) * 40 // world)
    given = [t.detach()[own] if i % 2 else t.detach() for i, t in enumerate(whole)]
    for tensor in given:
        tensor.requires_grad_()
    group = torch.distributed.group.WORLD
    values = kl_from_hidden(*given, direction=direction, group=group, chunk=2)
    values.sum().backward()
    told = {"values": values.tolist(), "grads": [t.grad.flatten().tolist() for t in given]}
    sys.stdout.write(json.dumps(told))
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
