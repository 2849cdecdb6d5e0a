"""Rows of which only what is not zero is stored, such as shares of terms in documents.

A measure that is a sum over the outcomes needs no more than those: 0 against 0 adds nothing.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback import kernels
from kullback.arguments import is_sparse
from kullback.checks import TOLERANCE, Array, Mass, check_mass, numeric, place
from kullback.errors import InputError, MassError, ShapeError
from kullback.intake import aligned

SMALL = 1e-3  # mass outside of the other's support, below which a difference would lose digits


@dataclass(frozen=True, slots=True)
class OutcomeTerms:
    """What one outcome adds to a measure.

    Parameters
    ----------
    terms : callable
        From p > 0 and q > 0, as rows of one outcome, to what they add.
    of_p, of_q : float
        What a unit of p adds where q = 0, which may be infinite, and of q where p = 0.
    """

    terms: Callable[[Array, Array], Array]
    of_p: float = 0.5
    of_q: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class SparseRows:
    """Distributions by their entries that are not zero, in order of the columns.

    Parameters
    ----------
    data : ndarray of shape (entries,)
        Their values.
    columns : ndarray of shape (entries,)
        Where in the row they stand.
    starts : ndarray of shape (rows + 1,)
        Where the entries of each row begin.
    outcomes : int
        How long a row is.
    single : bool
        Whether one row without an axis of rows was given.
    """

    data: Array
    columns: NDArray[np.intp]
    starts: NDArray[np.intp]
    outcomes: int
    single: bool = False

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def of_row(self) -> NDArray[np.intp]:
        """The row of each entry."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def sums(self, values: Array) -> Array:
        """Sum what belongs to the entries, a row."""
        return _sums(self.of_row, values, len(self))


def _sums(row: NDArray[np.intp], values: Any, count: int) -> Array:
    return np.bincount(row, values, minlength=count).astype(np.float64)  # ints of nothing


def sparse_rows(name: str, value: Any, mass: Mass = "check") -> SparseRows:
    """Check rows of a sparse matrix (or of an array that lies beside one).

    Parameters
    ----------
    name : str
        The name of the argument, for messages.
    value : sparse matrix of SciPy, ``sparse`` or PyTorch, or array_like
        One distribution a row; 1-D is a single one.
    mass : {"check", "normalize", "as-is"}
        As for `kl`.

    Returns
    -------
    SparseRows
        What is not zero.

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.
    """
    import scipy.sparse

    single = np.ndim(value) == 1 if not is_sparse(value) else len(value.shape) == 1
    given = _of_scipy(name, value) if is_sparse(value) else numeric(name, value)
    if len(given.shape) not in (1, 2):
        raise ShapeError(f"{name} has shape {tuple(given.shape)}; give one row a distribution")
    matrix = scipy.sparse.csr_array(given.reshape((1, -1)) if single else given)
    if matrix.shape[1] == 0:
        raise ShapeError(f"{name} has shape {tuple(matrix.shape)}: no outcomes; give at least one")
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    precision = matrix.dtype.itemsize if matrix.dtype.kind == "f" else 8
    data = matrix.data.astype(np.float64)
    starts, columns = matrix.indptr.astype(np.intp), matrix.indices.astype(np.intp)
    rows = SparseRows(data, columns, starts, matrix.shape[1], single)
    return _weighed(name, rows, mass, TOLERANCE[min(8, precision)])


def _of_scipy(name: str, value: Any) -> Any:
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(value, torch.Tensor):
        if hasattr(value, "tocoo"):
            return value.tocoo()
        return value.to_scipy_sparse() if value.ndim == 2 else value.todense()
    if value.requires_grad:
        raise InputError(f"{name} is a sparse tensor that wants a gradient; give {name}.to_dense()")
    import scipy.sparse

    entries = value.cpu().to_sparse_coo().coalesce()
    numbers = entries.values().double().numpy()
    return scipy.sparse.coo_array((numbers, tuple(entries.indices().numpy())), tuple(value.shape))


def _weighed(name: str, rows: SparseRows, mass: Mass, tolerance: float) -> SparseRows:
    bad = ~((rows.data >= 0) & (rows.data < np.inf))
    if bad.any():
        first = int(np.argmax(bad))
        where = place([int(rows.of_row[first]), int(rows.columns[first])])
        raise InputError(
            f"{name}{where} is {rows.data[first]} ({int(bad.sum())} such values); probabilities "
            f"are finite numbers ≥ 0: mend or drop those outcomes"
        )
    total = rows.sums(rows.data)
    if mass == "check":
        check_mass(name, rows.data[None], total, tolerance)
    if mass != "normalize":
        return rows
    if not (total > 0).all():
        where = place([int(np.argmin(total > 0))])
        raise MassError(
            f"{name}{where} sums to 0, so it cannot be normalised; give a value above 0"
        )
    shares = rows.data / total[rows.of_row]
    return SparseRows(shares, rows.columns, rows.starts, rows.outcomes, rows.single)


def read_sparse(named: dict[str, Any], mass: Mass) -> list[SparseRows]:
    """Check rows that belong together, of which one argument at least is sparse."""
    aligned({n: np.ones(1) if is_sparse(v) else v for n, v in named.items()})  # refuses labels
    found = [sparse_rows(name, value, mass) for name, value in named.items()]
    names, p = tuple(named), found[0]
    for name, rows in zip(names[1:], found[1:], strict=True):
        if rows.outcomes != p.outcomes:
            raise ShapeError(
                f"{names[0]} has {p.outcomes} outcomes and {name} has {rows.outcomes}; "
                f"they must list the same outcomes in the same order"
            )
    return found


def jensen_shannon_of_rows(members: list[SparseRows], weights: Array) -> Array:
    """Jensen–Shannon divergence row by row, in nats; a single row meets all."""
    counts = [len(member) for member in members]
    count = max(counts) if 0 not in counts else 0
    if any(rows not in (1, count) for rows in counts):
        raise ShapeError(f"the batch shapes do not fit together: {counts} rows")
    entries = [_placed(member, count) for member in members]
    union = np.unique(np.concatenate([where for where, _ in entries]))
    columns = np.zeros((len(members), len(union), 1))
    for column, (where, data) in zip(columns, entries, strict=True):
        column[np.searchsorted(union, where), 0] = data
    terms = kernels.jensen_shannon_mixture(tuple(columns), weights)
    return _sums(union // members[0].outcomes, terms, count)


def _placed(member: SparseRows, count: int) -> tuple[NDArray[np.intp], Array]:
    """Return where the entries stand in `count` rows laid end to end, and their values."""
    if len(member) == count:
        return member.of_row * member.outcomes + member.columns, member.data
    starts = np.repeat(np.arange(count) * member.outcomes, len(member.data))
    return starts + np.tile(member.columns, count), np.tile(member.data, count)


def all_pairs(unit: OutcomeTerms, p: SparseRows, q: SparseRows | None) -> Array:
    """Sum the terms of all pairs of rows.

    Parameters
    ----------
    unit : OutcomeTerms
        What one outcome adds.
    p, q : SparseRows
        The rows; P against itself, of a symmetric measure, where q is None.

    Returns
    -------
    ndarray of shape (m, n)
        The sums.
    """
    other = p if q is None else q
    found = np.zeros((len(p), len(other)))
    dense = np.zeros(p.outcomes)
    stored = np.diff(p.starts)
    totals = p.sums(p.data)
    for i in range(len(p)):
        mine = slice(p.starts[i], p.starts[i + 1])
        dense[p.columns[mine]] = p.data[mine]
        first = i + 1 if q is None else 0
        begin = other.starts[first]
        met = dense[other.columns[begin:]]
        row = np.repeat(np.arange(len(other) - first), np.diff(other.starts[first:]))
        theirs = other.data[begin:]
        both = np.flatnonzero(met)
        each = theirs * unit.of_q
        each[both] = unit.terms(met[both, None], theirs[both, None])
        sums = _sums(row, each, len(other) - first)
        left = totals[i] - _sums(row[both], met[both], len(sums))
        whole = np.bincount(row[both], minlength=len(sums)) == stored[i]
        for j in np.flatnonzero((left < SMALL * totals[i]) & ~whole):
            left[j] = _mass_outside(p, i, other, first + int(j))
        sums += np.where(whole, 0.0, unit.of_p * np.where(whole, 1.0, left))
        found[i, first:] = sums
        dense[p.columns[mine]] = 0.0
    return found if q is not None else found + found.T


def _mass_outside(p: SparseRows, i: int, q: SparseRows, j: int) -> float:
    mine, theirs = slice(*p.starts[i : i + 2]), slice(*q.starts[j : j + 2])
    alone = np.isin(p.columns[mine], q.columns[theirs], assume_unique=True, invert=True)
    return float(p.data[mine][alone].sum())
