"""Tokens put together from batches, shards and machines, and summarised once."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback.errors import FormatError, InputError, ShapeError
from kullback.lm.tokens.about import About
from kullback.lm.tokens.comparison import LMComparison
from kullback.lm.tokens.record import TOKEN, Tokens, empty
from kullback.results import RowSummaries

VERSION = 2


class TokenRange(NamedTuple):
    """Tokens in a row; `start` is the place of the first one in the text, where it has one."""

    start: int | None
    tokens: Tokens


class Accumulator:
    """Collects tokens, and says at the end what all of them say.

    A state holds a hundred bytes a token and no sums, so that merged in whatever order it is,
    bit for bit, what it would be in one go: parts with a place are put in order of place, others
    stay in the order in which they came.

    Parameters
    ----------
    about : About
        What the tokens are about; other tokens are refused.

    Examples
    --------
    >>> from kullback import logits
    >>> first, second = Accumulator(), Accumulator()
    >>> _ = first.update(logits.summary([[2.0, 1.0]], [[2.0, 0.0]]), cluster=0)
    >>> _ = second.update(logits.summary([[1.0, 1.0]], [[1.0, 0.5]]), cluster=1)
    >>> both = first.merge(Accumulator.from_bytes(second.to_bytes()))
    >>> len(both), round(both.summary().kl.value, 4)
    (2, 0.0568)
    """

    def __init__(self, about: About | None = None) -> None:
        self.about = About() if about is None else about
        self._parts: list[TokenRange] = []

    def __len__(self) -> int:
        return sum(len(part.tokens) for part in self._parts)

    def update(
        self,
        rows: RowSummaries,
        *,
        cluster: ArrayLike,
        position: ArrayLike | None = None,
        nll_base: ArrayLike | None = None,
        nll_model: ArrayLike | None = None,
    ) -> "Accumulator":
        """Add the rows of one batch.

        Parameters
        ----------
        rows : RowSummaries
            What `kullback.logits.summary` returned for (base, model).
        cluster : int or array_like of int
            The document or chunk of each row: tokens of one are not independent.
        position : array_like of int, optional
            The place of each row in its document.
        nll_base, nll_model : array_like of float, optional
            −ln of the probability that each side gave to the token that came, in nats.

        Returns
        -------
        Accumulator
            Itself.

        Raises
        ------
        InputError
            If a KL is NaN, or the clusters are not whole numbers.
        ShapeError
            If the arrays do not fit to the rows.
        """
        nats = rows.to("nats")
        tokens = empty(np.asarray(nats.kl).size)
        for name in ("kl", "reverse_kl", "jensen_shannon", "total_variation", "same_top"):
            tokens[name] = np.ravel(getattr(nats, name))
        if np.isnan(tokens["kl"]).any():
            raise InputError(
                f"rows.kl[{int(np.argmax(np.isnan(tokens['kl'])))}] is NaN; drop the rows that "
                f"hold no distribution first"
            )
        _fill(tokens, "cluster", cluster)
        for name, values in (
            ("position", position),
            ("nll_base", nll_base),
            ("nll_model", nll_model),
        ):
            if values is not None:
                _fill(tokens, name, values)
        tokens["noise"] = np.nan  # the summaries do not say how the logits were stored
        tokens["delta_p"] = np.exp(-tokens["nll_model"]) - np.exp(-tokens["nll_base"])
        return self.add(tokens)

    def add(self, tokens: Tokens, start: int | None = None) -> "Accumulator":
        """Add measured tokens; `start` is the place of the first one among all rows."""
        if tokens.dtype != TOKEN:
            raise InputError("tokens must be records of kullback.lm.tokens.record.TOKEN")
        part = TokenRange(start, tokens)
        if _follows(self._parts, part):
            self._parts.append(part)  # the usual case, without looking at all others
        else:
            self._parts = _in_order([*self._parts, part])
        return self

    def merge(self, other: "Accumulator") -> "Accumulator":
        """Add the tokens of another one to this one, and return this one.

        Raises
        ------
        InputError
            If both are not about the same things, or hold the same rows.
        """
        about = self.about.together(other.about)
        self._parts = _in_order([*self._parts, *other._parts])
        self.about = about
        return self

    @property
    def tokens(self) -> Tokens:
        """All tokens, in order."""
        self._parts = list(_joined(self._parts))
        arrays = [part.tokens for part in self._parts]
        return arrays[0] if len(arrays) == 1 else np.concatenate([empty(0), *arrays])

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The rows that are there, as (start, stop), of those that have a place."""
        joined = _joined(self._parts)
        return tuple((s, s + len(tokens)) for s, tokens in joined if s is not None)

    def missing(self, start: int = 0, stop: int | None = None) -> tuple[tuple[int, int], ...]:
        """Return the ranges of rows between `start` and `stop` that are not there."""
        end = (self.about.rows or 0) if stop is None else stop
        gaps = []
        for low, high in self.ranges:
            if start < min(low, end):
                gaps.append((start, min(low, end)))
            start = max(start, high)
        return (*gaps, (start, end)) if start < end else tuple(gaps)

    def summary(self, contexts: NDArray[np.int64] | None = None) -> LMComparison:
        """Return what the tokens say.

        Parameters
        ----------
        contexts : ndarray of int64, shape (chunks, n_ctx), optional
            All token ids, to show the worst tokens in more of their context.

        Raises
        ------
        InputError
            If there is no token.
        """
        from kullback.lm.tokens.summary import summarize

        return summarize(self.about, self.tokens, contexts, self.missing())

    def to_bytes(self) -> bytes:
        """Return the state: version, what it is about, tokens, and a check-sum."""
        return b"".join(self._pieces())

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "state") -> "Accumulator":
        """Read a state.

        Raises
        ------
        FormatError
            If it is not a state, of another version, cut or changed.
        """
        from kullback.lm.tokens.state import read

        return cls().load_state_dict(read(data, name))

    def save(self, path: str | Path) -> int:
        """Write the state to a file, aside and renamed; return its size in bytes."""
        from kullback.files import replacing

        with replacing(path) as stream:
            return sum(map(stream.write, self._pieces()))

    @classmethod
    def load(cls, path: str | Path) -> "Accumulator":
        """Read a state from a file."""
        from kullback.lm.tokens.state import read_file

        return cls().load_state_dict(read_file(path))

    def _pieces(self) -> Iterator[bytes]:
        from kullback.lm.tokens.state import pieces

        tokens = self.tokens
        return pieces(self._head(), tokens)

    def _head(self) -> dict[str, Any]:
        parts = [[part.start, len(part.tokens)] for part in self._parts]
        return {"version": VERSION, "about": asdict(self.about), "parts": parts}

    def state_dict(self) -> dict[str, Any]:
        """Return everything as plain values and arrays."""
        tokens = self.tokens
        columns = {name: np.ascontiguousarray(tokens[name]) for name in TOKEN.names or ()}
        return {**self._head(), "tokens": columns}

    def load_state_dict(self, state: dict[str, Any]) -> "Accumulator":
        """Take the place of what `state_dict` returned."""
        if state["version"] != VERSION:
            raise InputError(f"a state of version {state['version']}; this reads {VERSION}")
        sizes = [count for _, count in state["parts"]]
        tokens = empty(sum(sizes))
        for name in TOKEN.names or ():
            tokens[name] = state["tokens"][name]
        ends = np.cumsum([0, *sizes])
        try:
            self.about = About(**state["about"])
        except TypeError as error:
            raise FormatError(f"what the state says that it is about is unknown: {error}") from None
        self._parts = _in_order(
            [
                TokenRange(start, tokens[ends[i] : ends[i + 1]])
                for i, (start, _) in enumerate(state["parts"])
            ]
        )
        return self


def _fill(tokens: Tokens, name: str, values: ArrayLike) -> None:
    array = np.asarray(values)
    whole = TOKEN[name].kind == "i"
    if array.dtype.kind not in ("iu" if whole else "iuf"):
        kind = "whole numbers" if whole else "numbers"
        raise InputError(f"{name} holds {array.dtype.name} values; give {kind}, one a row")
    if array.ndim and array.size != len(tokens):
        raise ShapeError(f"{name} has shape {array.shape}, and there are {len(tokens)} rows")
    tokens[name] = np.ravel(array) if array.ndim else array


def _in_order(parts: Sequence[TokenRange]) -> list[TokenRange]:
    """Put parts that have a place in its order, before the others, and refuse rows seen twice."""
    placed = sorted((p for p in parts if p.start is not None), key=_start)
    for before, after in pairwise(placed):
        stop = _start(before) + len(before.tokens)
        if _start(after) < stop:
            last = min(stop, _start(after) + len(after.tokens))
            raise InputError(
                f"rows {_start(after)}:{last} would be counted twice; merge each shard once"
            )
    return [*placed, *(p for p in parts if p.start is None and len(p.tokens))]


def _follows(parts: Sequence[TokenRange], part: TokenRange) -> bool:
    if not parts or part.start is None or parts[-1].start is None:
        return False
    return part.start >= parts[-1].start + len(parts[-1].tokens)


def _start(part: TokenRange) -> int:
    return -1 if part.start is None else part.start


def _joined(parts: Sequence[TokenRange]) -> Iterator[TokenRange]:
    """Join parts that lie side by side, so that one state has one way to be written."""
    group: list[TokenRange] = []
    end: int | None = None
    for part in parts:
        if group and part.start != end:
            yield _whole(group)
            group = []
        group.append(part)
        end = None if part.start is None else part.start + len(part.tokens)
    if group:
        yield _whole(group)


def _whole(group: Sequence[TokenRange]) -> TokenRange:
    arrays = [part.tokens for part in group]
    return TokenRange(group[0].start, arrays[0] if len(arrays) == 1 else np.concatenate(arrays))
