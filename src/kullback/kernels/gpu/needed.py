"""What the kernels in Triton are written with, or what to install."""

try:
    import torch
    import triton
    import triton.language as tl
except ImportError as error:
    from kullback.errors import MissingDependencyError

    raise MissingDependencyError(
        'kernels on a GPU need PyTorch and Triton: pip install "kullback[gpu]"'
    ) from error

__all__ = ["tl", "torch", "triton"]
