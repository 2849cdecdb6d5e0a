"""Comparing two sides of which one is a sketch, or both."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback import kernels
from kullback.errors import InputError
from kullback.lm.clusters import Clusters, mean_of_tokens
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.sketch import Records, Sketch
from kullback.lm.sketches.estimate import RowEstimates, Seen, estimates
from kullback.lm.sketches.kept import Kept
from kullback.lm.sketches.rows import SourceRows
from kullback.lm.sketches.seen import with_rows, with_sketch
from kullback.lm.sketches.tails import opened_above, tail_shape
from kullback.lm.tokens.about import About
from kullback.lm.tokens.comparison import LMComparison
from kullback.lm.tokens.pair import FilePair
from kullback.lm.tokens.record import DISTANCES, TOP, Tokens, empty
from kullback.lm.tokens.summary import summarize
from kullback.results import Note
from kullback.units import format_number

Array = NDArray[np.float64]
Side = LogitsFile | Sketch
Found = Mapping[str, RowEstimates]

# What a sketch says beside: name, quantity, unit.
BESIDE = {
    "chi_square": ("χ²(base‖model)", ""),
    "renyi_half": ("D½(base‖model)", "nats"),
    "renyi_two": ("D2(base‖model)", "nats"),
    "entropy_base": ("H(base)", "nats"),
    "cross_entropy": ("H(base, model)", "nats"),
}
PLAIN = ("chi_square", "renyi_half", "renyi_two")
SWAPPED = {name: f"reverse_{name}" for name in ("kl", "chi_square", "renyi_two")}
SWAPPED |= {theirs: ours for ours, theirs in SWAPPED.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Collected:
    """What all rows said, batch by batch."""

    tokens: list[Tokens] = field(default_factory=list)
    variances: list[dict[str, Array]] = field(default_factory=list)
    beside: list[dict[str, Array]] = field(default_factory=list)
    largest: list[dict[str, Array]] = field(default_factory=list)


def as_rows(side: Side) -> LogitsFile:
    """Return a sketch as a file whose rows are its records, for all that is asked of the text."""
    if isinstance(side, LogitsFile):
        return side
    return LogitsFile(
        path=side.path,
        format=side.format,
        vocabulary=side.vocabulary,
        clusters=side.clusters,
        positions=side.positions,
        targets=side.targets,
        contexts=None,
        storage=f"sketch of {side.storage}",
        normalized=True,
        read=side.records,
        documents=side.documents,
    )


def measured(p: Side, q: Side, both: FilePair, start: int, stop: int, into: Collected) -> None:
    """Measure rows start:stop and add them to what is there."""
    sides = (_Rows.of(p, start, stop), _Rows.of(q, start, stop))
    found = _oriented(*sides)
    tokens = empty(stop - start)
    tokens["cluster"], tokens["position"] = both.clusters[start:stop], both.positions[start:stop]
    for name in DISTANCES:
        tokens[name] = found[name].values
    _tops(tokens, *sides)
    if both.targets is not None:
        _target(tokens, both.targets[start:stop], *sides)
    tokens["noise"] = sides[0].noise + sides[1].noise
    into.tokens.append(tokens)
    into.variances.append({name: answer.variances for name, answer in found.items()})
    into.largest.append({name: answer.largest for name, answer in found.items()})
    into.beside.append({name: found[name].values for name in PLAIN})
    entropy = sides[0].entropy
    beside = {"entropy_base": entropy, "cross_entropy": entropy + found["kl"].values}
    into.beside[-1].update(beside)


def summary(about: About, found: Collected, drawn_a_row: int) -> LMComparison:
    """Return what the rows say together, the drawing's share of each error beside.

    `drawn_a_row` is how many tokens of each row were drawn.

    Raises
    ------
    InputError
        If there is no row.
    """
    if not found.tokens:
        raise InputError("there is no token to summarise; give at least one row")
    tokens = np.concatenate(found.tokens)
    comparison = summarize(about, tokens, None, ())
    clusters = Clusters.of(tokens["cluster"], about.cluster or "cluster")
    more = {
        name: mean_of_tokens(
            np.concatenate([each[name] for each in found.beside]), clusters, quantity, unit=unit
        )
        for name, (quantity, unit) in BESIDE.items()
        if name in found.beside[0]
    }
    sampling = {
        name: math.sqrt(float(sum(each[name].sum() for each in found.variances))) / len(tokens)
        for name in found.variances[0]
    }
    shapes = {
        name: tail_shape(np.concatenate([each[name] for each in found.largest]), drawn_a_row)
        for name in sampling
    }
    for named in (sampling, shapes):
        named |= {name: named["kl"] for name in ("cross_entropy",) if name in more}
    estimates, open_ended = opened_above({**comparison.estimates, **more}, shapes, drawn_a_row)
    notes = (*comparison.notes, _note(comparison, sampling))
    return replace(
        comparison,
        estimates=estimates,
        sampling_errors=sampling,
        tail_shapes=shapes,
        notes=notes if open_ended is None else (*notes, open_ended),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Some rows of one side: records of a sketch, or whole ones."""

    side: Side
    records: Records | None
    whole: SourceRows | None
    heads: NDArray[np.int64]
    confidence: Array
    noise: Array
    entropy: Array

    @classmethod
    def of(cls, side: Side, start: int, stop: int) -> "_Rows":
        if isinstance(side, Sketch):
            records = side.records(start, stop)
            kept = Kept.of(records, side.layout)
            top = np.exp(kept.log_p[:, 0])
            return cls(side, records, None, kept.heads, top, records["noise"], records["entropy"])
        whole = SourceRows.of(side, start, stop)
        heads = kernels.top_k(whole.values, min(TOP, side.vocabulary))
        first = whole.values[np.arange(len(heads)), heads[:, 0]].astype(np.float64)
        entropy = kernels.logits_entropy(whole.counted, 1.0)
        return cls(side, None, whole, heads, np.exp(first - whole.log_z), whole.noise, entropy)


def _oriented(p: _Rows, q: _Rows) -> Found:
    """Return the measures from P to Q, whichever of them is the sketch."""
    if isinstance(p.side, Sketch) and p.records is not None:
        return estimates(_seen(p.side, p.records, q))
    assert isinstance(q.side, Sketch)
    assert q.records is not None
    found = estimates(_seen(q.side, q.records, p))
    return {name: found[SWAPPED.get(name, name)] for name in found}


def _seen(sketch: Sketch, records: Records, other: _Rows) -> Seen:
    if other.whole is not None:
        return with_rows(sketch.layout, records, other.whole)
    assert isinstance(other.side, Sketch)
    assert other.records is not None
    return with_sketch(sketch, records, other.side, other.records)


def _tops(tokens: Tokens, p: _Rows, q: _Rows) -> None:
    tokens["top_base"], tokens["top_model"] = p.heads[:, 0], q.heads[:, 0]
    tokens["same_top"] = p.heads[:, 0] == q.heads[:, 0]
    tokens["confidence"] = p.confidence
    k = min(TOP, p.side.vocabulary)
    if min(p.heads.shape[1], q.heads.shape[1]) >= k:
        first, second = p.heads[:, :k], np.where(q.heads[:, :k] < 0, -2, q.heads[:, :k])
        tokens["top_k_overlap"] = (first[:, :, None] == second[:, None, :]).sum(axis=(1, 2)) / k


def _target(tokens: Tokens, target: NDArray[Any], p: _Rows, q: _Rows) -> None:
    """Fill in what came, where both sides know how likely it was."""
    tokens["target"] = target
    log_p, log_q = (_log_probability(side, target) for side in (p, q))
    tokens["nll_base"], tokens["nll_model"] = -log_p, -log_q
    tokens["delta_p"] = np.exp(log_q) - np.exp(log_p)


def _log_probability(side: _Rows, target: NDArray[Any]) -> Array:
    if side.whole is not None:
        chosen = side.whole.values[np.arange(len(target)), target].astype(np.float64)
        return np.asarray(chosen - side.whole.log_z)
    records = side.records
    assert records is not None
    return np.where(records["target"] == target, records["target_logp"], np.nan)


def _note(comparison: LMComparison, sampling: Mapping[str, float]) -> Note:
    drawing, whole = sampling["kl"], comparison.kl.standard_error
    text = (
        f"Tokens that a sketch draws stand for those it leaves out: that makes ± "
        f"{format_number(drawing, 2)} nats of the error of the mean KL"
    )
    if whole > drawing:
        rest = math.sqrt(whole**2 - drawing**2)
        text += f", and the tokens of the text the other ± {format_number(rest, 2)}"
    reverse = sampling["reverse_kl"]
    return Note(
        "sketch",
        f"{text}. KL(model‖base), which needs the tokens that the model likes and the base does "
        f"not, has ± {format_number(reverse, 2)} nats from the drawing.",
    )
