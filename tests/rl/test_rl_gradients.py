"""What each estimator optimises, proved by enumerating the actions of a softmax policy."""

import numpy as np
import pytest

from kullback import rl
from kullback.rl.estimators import k1, k2, k3, reverse_of_k3

PI, REF = [0.7, 0.2, 0.1], [0.5, 0.25, 0.25]
# By calculus: ∇KL(π‖ref) = π (ln(π/ref) − KL), ∇KL(ref‖π) = π − ref, by the logits of π.
P, Q = np.array(PI), np.array(REF)
REVERSE = P * (np.log(P / Q) - P @ np.log(P / Q))
FORWARD = P - Q


def test_the_calculus_has_the_printed_digits():
    np.testing.assert_allclose(REVERSE, [0.16603962, -0.06448327, -0.10155635], atol=5e-9)
    np.testing.assert_allclose(FORWARD, [0.2, -0.05, -0.15], atol=1e-15)


def torch_gradient(of_draws):
    torch = pytest.importorskip("torch")
    logits = torch.tensor(np.log(P), requires_grad=True)
    log_p, log_ref = torch.log_softmax(logits, 0), torch.tensor(np.log(Q))
    chance = log_p.detach().exp()
    (chance * of_draws(log_p, log_ref, torch.Tensor.detach)).sum().backward()
    return logits.grad.numpy()


def jax_gradient(of_draws):
    jax = pytest.importorskip("jax")
    with jax.enable_x64(True):
        log_ref, constant = jax.numpy.log(jax.numpy.asarray(REF)), jax.lax.stop_gradient

        def expected(logits):
            log_p = jax.nn.log_softmax(logits)
            return (constant(jax.numpy.exp(log_p)) * of_draws(log_p, log_ref, constant)).sum()

        return np.asarray(jax.grad(expected)(jax.numpy.log(jax.numpy.asarray(PI))))


def exp(x):
    return x.exp() if hasattr(x, "exp") else np.e**x


# name → what an action contributes to a differentiable loss, and what its mean gradient is.
LOSSES = {
    "k1": (lambda p, q, _: k1(p - q), np.zeros(3)),
    "k2": (lambda p, q, _: k2(p - q), REVERSE),
    "k3": (lambda p, q, _: k3(p - q), FORWARD),
    "ratio · k1": (lambda p, q, constant: exp(p - constant(p)) * k1(p - q), REVERSE),
    "ratio · k3": (lambda p, q, constant: exp(p - constant(p)) * k3(p - q), REVERSE),
    "ratio · reverse k3": (
        lambda p, q, constant: exp(p - constant(p)) * reverse_of_k3(p - q),
        FORWARD,
    ),
    # As a detached reward the score function is what remains.
    "k1 as reward": (lambda p, q, constant: p * constant(k1(p - q)), REVERSE),
    "k3 as reward": (lambda p, q, constant: p * constant(k3(p - q)), REVERSE - FORWARD),
}


@pytest.mark.parametrize("gradient", [torch_gradient, jax_gradient], ids=["torch", "jax"])
@pytest.mark.parametrize("name", LOSSES)
def test_expected_gradient(name, gradient):
    of_draws, expected = LOSSES[name]
    np.testing.assert_allclose(gradient(of_draws), expected, atol=1e-12)


def test_k3_as_reward_has_the_printed_digits():
    printed = [-0.03396038, -0.01448327, 0.04844365]
    np.testing.assert_allclose(REVERSE - FORWARD, printed, atol=5e-9)


# Every action as often as its policy takes it.
EVERY = np.repeat([0, 1, 2], [7, 2, 1])
SAMPLED, OTHERS = [0.25, 0.25, 0.5], np.repeat([0, 1, 2], [1, 1, 2])
VALUE = {"reverse": 0.0992727822, "forward": 0.1166224525}
SLOPE = {"reverse": REVERSE, "forward": FORWARD}


@pytest.mark.parametrize("sampled", [None, SAMPLED], ids=["on-policy", "off-policy"])
@pytest.mark.parametrize("direction", ["reverse", "forward"])
def test_loss_in_torch(direction, sampled):
    torch = pytest.importorskip("torch")
    logits = torch.tensor(np.log(P) + 3.0, requires_grad=True)
    actions = torch.tensor(EVERY if sampled is None else OTHERS)
    log_p = torch.log_softmax(logits, 0)[actions]
    log_ref = torch.tensor(np.log(Q), requires_grad=True)
    behaviour = None if sampled is None else torch.tensor(np.log(sampled))[actions]
    value = rl.loss(log_p, log_ref[actions], gradient=direction, log_sampled=behaviour)
    value.backward()
    assert value.item() == pytest.approx(VALUE[direction], abs=5e-11)
    np.testing.assert_allclose(logits.grad, SLOPE[direction], atol=1e-12)
    assert log_ref.grad is None


@pytest.mark.parametrize("sampled", [None, SAMPLED], ids=["on-policy", "off-policy"])
@pytest.mark.parametrize("direction", ["reverse", "forward"])
def test_loss_in_jax(direction, sampled):
    jax = pytest.importorskip("jax")
    with jax.enable_x64(True):
        actions = EVERY if sampled is None else OTHERS
        log_ref = jax.numpy.log(jax.numpy.asarray(REF))
        behaviour = None if sampled is None else jax.numpy.log(jax.numpy.asarray(sampled))[actions]

        @jax.jit
        def objective(logits):
            log_p = jax.nn.log_softmax(logits)[actions]
            return rl.loss(log_p, log_ref[actions], gradient=direction, log_sampled=behaviour)

        value, slope = jax.value_and_grad(objective)(jax.numpy.log(jax.numpy.asarray(PI)))
        assert float(value) == pytest.approx(VALUE[direction], abs=5e-11)
        np.testing.assert_allclose(slope, SLOPE[direction], atol=1e-12)


@pytest.mark.parametrize("direction", ["reverse", "forward"])
def test_exact_loss(direction):
    torch = pytest.importorskip("torch")
    logits = torch.tensor(np.log([PI, PI]), requires_grad=True)
    ref = torch.tensor(np.log([REF, REF]))
    ref[1] = float("nan")
    value = rl.exact_loss(logits, ref, gradient=direction, mask=torch.tensor([True, False]))
    value.backward()
    assert value.item() == pytest.approx(VALUE[direction], abs=5e-11)
    np.testing.assert_allclose(logits.grad, [SLOPE[direction], np.zeros(3)], atol=1e-12)
    jax = pytest.importorskip("jax")
    with jax.enable_x64(True):
        rows = jax.numpy.log(jax.numpy.asarray([PI])), jax.numpy.log(jax.numpy.asarray([REF]))
        slope = jax.grad(lambda p, q: rl.exact_loss(p, q, gradient=direction))(*rows)
        np.testing.assert_allclose(slope[0], SLOPE[direction], atol=1e-12)
