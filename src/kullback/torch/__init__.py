"""You train with PyTorch: divergences of logits as losses, and their mean as a metric.

P is the truth (the teacher, the reference) and Q the model in training, in that order. Opening
this room loads PyTorch; nothing else in kullback does.
"""

try:
    import torch as _torch  # noqa: F401 - only whether it is there
except ImportError as error:
    from kullback.errors import MissingDependencyError

    raise MissingDependencyError(
        'kullback.torch needs PyTorch: pip install "kullback[torch]"'
    ) from error

from kullback.torch.hidden import kl_from_hidden
from kullback.torch.loss import kl_from_logits
from kullback.torch.mean_kl import MeanKL
from kullback.torch.top_k import kl_from_top_k, known_mass
from kullback.torch.torch_metric import torchmetric
from kullback.torch.vocabulary import unshared_mass

__all__ = [
    "MeanKL",
    "kl_from_hidden",
    "kl_from_logits",
    "kl_from_top_k",
    "known_mass",
    "torchmetric",
    "unshared_mass",
]
