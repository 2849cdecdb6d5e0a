"""JAX arrays: values, gradients, tracing and refusals."""

import numpy as np
import pytest

import kullback as k
from kullback import logits
from kullback.errors import InputError, MassError

jax = pytest.importorskip("jax")
jnp = jax.numpy


@pytest.fixture(autouse=True)
def doubles():
    with jax.enable_x64(True):
        yield


RNG = np.random.default_rng(0)
P, Q = RNG.dirichlet(np.ones(6), (2, 3))
MEASURES = ["kl", "jensen_shannon", "cross_entropy", "total_variation", "hellinger", "jeffreys"]
OF_LOGITS = ["kl", "jensen_shannon", "cross_entropy", "total_variation"]


@pytest.mark.parametrize("name", MEASURES)
def test_probabilities(name):
    measure = getattr(k, name)
    got = measure(jnp.asarray(P), jnp.asarray(Q))
    assert isinstance(got, jax.Array)
    assert got.dtype == jnp.float64
    np.testing.assert_allclose(got, measure(P, Q), rtol=1e-12)
    np.testing.assert_allclose(jax.jit(measure)(P, jnp.asarray(Q)), measure(P, Q), rtol=1e-12)
    assert measure(jnp.asarray(P, jnp.float32), jnp.asarray(Q, jnp.float32)).dtype == jnp.float32


@pytest.mark.parametrize("name", OF_LOGITS)
def test_logits(name):
    measure = getattr(logits, name)
    x, y = np.log(P), 3 * np.log(Q)
    got = measure(jnp.asarray(x), jnp.asarray(y), temperature=2.0)
    np.testing.assert_allclose(got, measure(x, y, temperature=2.0), rtol=1e-12)
    traced = jax.jit(lambda a, b: measure(a, b, temperature=2.0))(x, y)
    np.testing.assert_allclose(traced, got, rtol=1e-12)
    half = measure(jnp.asarray(x, jnp.bfloat16), jnp.asarray(y, jnp.bfloat16))
    assert half.dtype == jnp.float32


def test_gradients():
    x, y = jnp.asarray(np.log(P[0])), jnp.asarray(3 * np.log(Q[0]))
    p, q = jax.nn.softmax(x), jax.nn.softmax(y)
    kl, (by_p, by_q) = jax.value_and_grad(logits.kl, argnums=(0, 1))(x, y)
    np.testing.assert_allclose(by_p, p * (jnp.log(p / q) - kl), rtol=1e-10)
    np.testing.assert_allclose(by_q, q - p, rtol=1e-10)
    same = jax.grad(logits.kl)(x, x)
    np.testing.assert_allclose(same, 0.0, atol=1e-15)
    by_p = jax.grad(lambda p: k.kl(p, q, mass="as-is"))(p)
    np.testing.assert_allclose(by_p, jnp.log(p / q), rtol=1e-10)
    at_zero = jax.grad(lambda p: k.kl(p, jnp.asarray([0.5, 0.5])))(jnp.asarray([1.0, 0.0]))
    assert jnp.isfinite(at_zero).all()


def test_maps():
    each = jax.vmap(logits.kl)(jnp.log(P), jnp.log(Q))
    np.testing.assert_allclose(each, k.kl(P, Q), rtol=1e-10)


def test_refusals():
    with pytest.raises(MassError, match="sums to"):
        k.kl(jnp.asarray([0.5, 0.6]), jnp.asarray([0.5, 0.5]))
    with pytest.raises(InputError, match="nan"):
        logits.kl(jnp.asarray([0.5, jnp.nan]), jnp.asarray([0.5, 0.5]))
    for kind in (jnp.int32, jnp.bool_):
        with pytest.raises(InputError, match="floating-point"):
            k.kl(jnp.ones(2, kind), jnp.asarray([0.5, 0.5]))
    torch = pytest.importorskip("torch")
    with pytest.raises(InputError, match="different libraries"):
        k.kl(jnp.asarray([0.5, 0.5]), torch.tensor([0.5, 0.5]))
