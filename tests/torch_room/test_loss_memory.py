"""Nothing of size batch × vocabulary is kept, beyond the arguments and one gradient each."""

import pytest

torch = pytest.importorskip("torch")

from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402

from kullback.torch import kl_from_logits  # noqa: E402

ROWS, OUTCOMES = 40, 500
CHUNK = 4


class Largest(TorchDispatchMode):
    """Notes the largest tensors that any operation makes, views apart."""

    def __init__(self, known):
        super().__init__()
        self.known = {tensor.untyped_storage().data_ptr() for tensor in known}
        self.whole = set()
        self.largest = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for made in result if isinstance(result, tuple | list) else [result]:
            if not isinstance(made, torch.Tensor):
                continue
            storage = made.untyped_storage()
            if storage.data_ptr() in self.known:
                continue
            if storage.nbytes() >= 4 * ROWS * OUTCOMES:
                self.whole.add(storage.data_ptr())
            else:
                self.largest = max(self.largest, storage.nbytes())
        return result


WAYS = ({}, {"direction": "reverse"}, {"beta": 0.3}, {"temperature": 2.0})
MASKS = {
    "none": None,
    "rows": torch.arange(ROWS) % 3 > 0,
    "columns": (torch.arange(OUTCOMES) % 5 > 0)[None],
}


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("mapped", [False, True])
def test_one_gradient_and_nothing_else(way, mask, mapped):
    p, q = torch.randn(ROWS, OUTCOMES), torch.randn(ROWS, OUTCOMES, requires_grad=True)
    vocab_map = torch.arange(OUTCOMES).roll(1) if mapped else None
    if mapped:
        vocab_map[:7] = -1
    with Largest([p, q]) as seen:
        loss = kl_from_logits(
            p, q, mask=MASKS[mask], vocab_map=vocab_map, chunk=CHUNK, reduction="sum", **way
        )
        assert not seen.whole  # the forward pass makes nothing of that size at all
        loss.backward()
    assert seen.whole == {q.grad.untyped_storage().data_ptr()}
    assert seen.largest <= 8 * CHUNK * OUTCOMES


def test_what_is_saved_for_the_backward_pass():
    p, q = torch.randn(ROWS, OUTCOMES), torch.randn(ROWS, OUTCOMES, requires_grad=True)
    saved = []

    def pack(tensor):
        saved.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        kl_from_logits(p, q, reduction="row-mean")
    large = [tensor for tensor in saved if tensor.numel() >= ROWS * OUTCOMES]
    inputs = {p.data_ptr(), q.data_ptr()}
    assert {tensor.data_ptr() for tensor in large} == inputs
    assert sum(t.numel() for t in saved if t.data_ptr() not in inputs) <= 8 * ROWS


def test_the_usual_loss_makes_many():
    """The same measurement on PyTorch's own, so that it is known to see something."""
    p, q = torch.randn(ROWS, OUTCOMES), torch.randn(ROWS, OUTCOMES, requires_grad=True)
    with Largest([p, q]) as seen:
        log_p, log_q = torch.log_softmax(p, -1), torch.log_softmax(q, -1)
        kl_div = torch.nn.functional.kl_div
        kept = kl_div(log_q, log_p, reduction="none", log_target=True)
        kept.sum().backward()
    assert len(seen.whole) >= 4
