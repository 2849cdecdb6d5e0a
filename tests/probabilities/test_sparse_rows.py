"""Sparse rows against the dense ones: SciPy's, those of `sparse`, and PyTorch's."""

import numpy as np
import pytest
import scipy.sparse as sp

import kullback as k
from kullback.errors import InputError, KullbackError, MassError, ShapeError, SupportError

RNG = np.random.default_rng(0)
COUNTS, OTHERS = (RNG.poisson(0.3, size=(n, 60)).astype(float) for n in (9, 7))
COUNTS[:, 0] += 1  # no empty row
OTHERS[:, 1] += 1
COUNTS[4] = COUNTS[3]
P, Q = (counts / counts.sum(axis=1, keepdims=True) for counts in (COUNTS, OTHERS))
P[5] = P[3]
P[5, 0] += 1e-9  # nearly equal to row 3, with an outcome of its own
P[5, np.flatnonzero(P[3] == 0)[0]] = 1e-9
P[5] /= P[5].sum()

MEASURES = (
    k.kl,
    k.cross_entropy,
    k.jensen_shannon,
    k.jensen_shannon_distance,
    k.hellinger,
    k.total_variation,
)


def of_package(name, make):
    def made(values):
        return make(pytest.importorskip(name), values)

    return made


KINDS = {
    "csr": sp.csr_array,
    "csc matrix": sp.csc_matrix,
    "coo": sp.coo_array,
    "sparse.COO": of_package("sparse", lambda s, v: s.COO(v)),
    "torch coo": of_package("torch", lambda t, v: t.tensor(v).to_sparse()),
}


def near(found, truth):
    assert found.shape == truth.shape
    finite = np.isfinite(truth)
    assert (np.isfinite(found) == finite).all()
    np.testing.assert_allclose(found[finite], truth[finite], rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda m: m.__name__)
@pytest.mark.parametrize("kind", KINDS)
def test_pairs(measure, kind):
    make = KINDS[kind]
    near(k.pairwise(measure, make(P)), k.pairwise(measure, P))
    near(k.pairwise(measure, make(P), make(Q)), k.pairwise(measure, P, Q))
    near(k.pairwise(measure, make(P), Q), k.pairwise(measure, P, Q))
    if measure is not k.kl:
        table = k.pairwise(measure, make(P), condensed=True)
        near(table, k.pairwise(measure, P, condensed=True))


def test_counts_of_terms_are_divided_by_their_sums():
    found = k.pairwise(k.jensen_shannon, sp.csr_array(COUNTS), mass="normalize", unit="bits")
    near(found, k.pairwise(k.jensen_shannon, COUNTS, mass="normalize", unit="bits"))


@pytest.mark.parametrize("kind", KINDS)
def test_jensen_shannon_row_by_row(kind):
    make = KINDS[kind]
    near(k.jensen_shannon(make(P[:7]), make(Q)), k.jensen_shannon(P[:7], Q))
    near(k.jensen_shannon(make(P), Q[:1]), k.jensen_shannon(P, Q[:1]))
    near(k.jensen_shannon_distance(make(P[:7]), Q), k.jensen_shannon_distance(P[:7], Q))
    w = [0.5, 0.3, 0.2]
    found = k.jensen_shannon(make(P[:7]), Q, make(P[2:]), weights=w)
    near(found, k.jensen_shannon(P[:7], Q, P[2:], weights=w))


def test_one_row_is_a_number_with_its_unit():
    found = k.jensen_shannon(sp.coo_array(P[0]), sp.coo_array(Q[0]), unit="bits")
    assert found.unit == "bits"
    assert found == pytest.approx(k.jensen_shannon(P[0], Q[0], unit="bits"), rel=1e-13)


def test_no_rows():
    none = sp.csr_array((0, 4))
    assert k.pairwise(k.kl, none).shape == (0, 0)
    assert k.jensen_shannon(none, none).shape == (0,)


def test_what_is_wrong_is_said():
    rows = sp.csr_array(P)
    with pytest.raises(MassError, match=r"P\[0\] sums to 2"):
        k.pairwise(k.kl, rows * 2)
    with pytest.raises(InputError, match="probabilities are finite"):
        k.pairwise(k.kl, rows * np.nan)
    with pytest.raises(MassError, match=r"P\[1\] sums to 0"):
        k.pairwise(k.kl, sp.csr_array([[1.0, 0], [0, 0]]), mass="normalize")
    with pytest.raises(ShapeError, match="60 outcomes and Q has 2"):
        k.pairwise(k.kl, rows, sp.csr_array([[1.0, 0]]))
    with pytest.raises(ShapeError, match="batch shapes"):
        k.jensen_shannon(rows, sp.csr_array(Q))
    with pytest.raises(ShapeError, match="axis=0"):
        k.jensen_shannon(rows, rows, axis=0)
    with pytest.raises(InputError, match="of sparse rows pairwise takes kl"):
        k.pairwise(k.renyi, rows, order=2)
    with pytest.raises(InputError, match="sparse"):
        k.kl(rows, rows)


def test_labels_beside_sparse_rows_are_refused():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([[0.5, 0.5]], columns=["a", "b"])
    with pytest.raises(SupportError, match="has labels"):
        k.pairwise(k.kl, sp.csr_array([[0.5, 0.5]]), frame)


def test_a_sparse_tensor_that_wants_a_gradient_is_refused():
    torch = pytest.importorskip("torch")
    rows = torch.tensor(P).to_sparse().requires_grad_()
    with pytest.raises(KullbackError, match="gradient"):
        k.pairwise(k.kl, rows)
