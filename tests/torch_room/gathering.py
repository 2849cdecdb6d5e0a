"""One of several processes that each see a part of the rows; prints what all of them know."""

import json
import sys

import torch
from metric_rows import batches

from kullback.torch import MeanKL


def main(rank, world, place):
    """Join the others through a file, see every world-th batch, and print the results."""
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{place}", rank=rank, world_size=world
    )
    metric = MeanKL(temperature=1.5)
    for i, (p, q, mask, cluster) in enumerate(batches()):
        if i % world == rank:
            metric.update(p, q, mask=mask, cluster=cluster)
    alone = MeanKL(temperature=1.5, sync=False)
    alone.merge_state(metric)
    estimate = metric.estimate()
    told = {
        "all": metric.compute().item(),
        "error": estimate.standard_error,
        "n": estimate.n,
        "clusters": estimate.outcomes,
        "here": alone.compute().item(),
    }
    if len(sys.argv) > 4:
        from kullback.torch import torchmetric

        other = torchmetric(temperature=1.5)
        for i, (p, q, mask, _) in enumerate(batches()):
            if i % world == rank:
                other.update(p, q, mask)
        told["torchmetrics"] = other.compute().item()
    sys.stdout.write(json.dumps(told))
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
