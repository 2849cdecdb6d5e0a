"""What a server says of a language model: the k most probable tokens at each position."""

import math
import reprlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.errors import FormatError
from kullback.results import Note

# What servers print for "not among the k": unknown, never a number.
UNKNOWN = -9999.0

# Several ids are shown as this sign, so a string that has it names none of them.
REPLACEMENT = "\ufffd".encode()

# How far above 0 a log-probability, and above 1 their sum, may be by rounding.
ROUNDING = 1e-3


class ListToken(NamedTuple):
    """One token of a list: its log-probability, its id (−1: not said), its bytes (b"": none)."""

    logp: float
    id: int = -1
    name: bytes = b""


@dataclass(frozen=True, slots=True)
class Position:
    """One position of a text: the list of the most probable tokens, and the one that came.

    Parameters
    ----------
    entries : sequence of ListToken
        The most probable tokens, in any order.
    target : ListToken or None
        The token that came, whether or not it is in the list; its logp is NaN where unknown.
    limit : float or None
        The largest log-probability of a token that is not listed; by default the smallest listed.
    """

    entries: Sequence[ListToken]
    target: ListToken | None
    limit: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TopK:
    """The k largest log-probabilities at each position of a text, as a server printed them.

    Parameters
    ----------
    source : str
        The shape of what was read, for example "vLLM prompt_logprobs".
    logp : ndarray of shape (tokens, k)
        Log-probabilities, largest first; NaN where a list is shorter. The token that came is
        among them wherever its log-probability is known.
    ids : ndarray of int64, shape (tokens, k), or None
        Token ids, −1 where a list is shorter; None unless every token has one.
    names : tuple of tuple of bytes
        The bytes of each token; b"" where they are not known for sure.
    limit : ndarray of shape (tokens,)
        The largest log-probability that a token outside the list may have.
    target_logp : ndarray of shape (tokens,)
        Of the token that came; NaN where it is unknown.
    target_ids : ndarray of int64, shape (tokens,), or None
        None unless every target has an id.
    target_names : tuple of bytes
        The bytes of the tokens that came; b"" where they are not known.
    clusters, positions : ndarray of int64, shape (tokens,)
        The response that each token is of, and its place among those that have a list.
    notes : tuple of Note
        What was decided on the way.
    """

    source: str
    logp: NDArray[np.float64]
    ids: NDArray[np.int64] | None
    names: tuple[tuple[bytes, ...], ...] = field(repr=False)
    limit: NDArray[np.float64]
    target_logp: NDArray[np.float64]
    target_ids: NDArray[np.int64] | None
    target_names: tuple[bytes, ...] = field(repr=False)
    clusters: NDArray[np.int64]
    positions: NDArray[np.int64]
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        return len(self.logp)

    @property
    def coverage(self) -> NDArray[np.float64]:
        """The probability that the list holds, at each position."""
        total: NDArray[np.float64] = np.nansum(np.exp(self.logp), axis=1)
        return total


def shown(value: Any) -> str:
    """Write what stands in a file, shortly, however large or deep it is."""
    return reprlib.repr(value)


def number(value: Any, where: str) -> float:
    """Return a log-probability, NaN where it is unknown.

    Raises
    ------
    FormatError
        If it is not a number, or above 0 by more than rounding.
    """
    if value is None:
        return math.nan
    try:
        known = float(value) if type(value) in (int, float) else math.nan
    except OverflowError:  # a whole number of more than 308 digits
        known = math.nan
    if math.isnan(known) or known > ROUNDING:
        raise FormatError(f"{where} is {shown(value)}; a log-probability is a number of at most 0")
    return math.nan if known <= UNKNOWN and known != -math.inf else min(known, 0.0)


def token_id(value: Any, where: str) -> int:
    """Return a token id, −1 where there is none."""
    if value is None:
        return -1
    if type(value) is not int or not 0 <= value < 2**31:
        raise FormatError(f"{where} is {shown(value)}; a token id is a whole number from 0 on")
    return value


def named(text: Any, raw: Any, where: str) -> tuple[int, bytes]:
    """Return the id and the bytes that a token's text, and its list of bytes, say.

    vLLM prints ``token_id:17`` in place of a text that would not be unique. A text with the
    replacement sign says nothing.
    """
    if raw is not None:
        try:
            return -1, bytes([*raw])  # of a number, bytes() would make that many zeros
        except (TypeError, ValueError):
            raise FormatError(f"{where} has bytes {shown(raw)}; they are numbers to 255") from None
    if text is None:
        return -1, b""
    if not isinstance(text, str):
        raise FormatError(f"{where} is {shown(text)}; a token's text is a string")
    if text.startswith("token_id:") and text[9:].isdecimal():
        return token_id(int(text[9:20]), where), b""
    name = text.encode("utf-8", "surrogatepass")
    return -1, b"" if REPLACEMENT in name else name


def gathered(source: str, responses: Iterable[Sequence[Position]], notes: Sequence[Note]) -> TopK:
    """Return the positions of all responses as arrays.

    Raises
    ------
    FormatError
        If there is none, or the probabilities of a list sum to more than 1.
    """
    placed = [(c, i, p) for c, response in enumerate(responses) for i, p in enumerate(response)]
    if not placed:
        raise FormatError(f"{source}: there is no position with log-probabilities in it")
    lists = [_list(p) for _, _, p in placed]
    targets = [p.target or ListToken(math.nan) for _, _, p in placed]
    width = max(1, *(len(entries) for entries in lists))
    logp = np.full((len(lists), width), np.nan)
    ids = np.full((len(lists), width), -1, np.int64)
    for row, entries in enumerate(lists):
        logp[row, : len(entries)] = [entry.logp for entry in entries]
        ids[row, : len(entries)] = [entry.id for entry in entries]
    mass = np.nansum(np.exp(logp), axis=1)
    if (mass > 1 + ROUNDING).any():
        row = int(mass.argmax())
        raise FormatError(
            f"{source}: the probabilities at position {placed[row][1]} of response "
            f"{placed[row][0]} sum to {mass[row]:.6g}, more than 1; are they logits, or two lists?"
        )
    every = bool((ids >= 0)[~np.isnan(logp)].all() and (ids >= 0).any())
    target_ids = np.array([entry.id for entry in targets], np.int64)
    return TopK(
        source=source,
        logp=logp,
        ids=ids if every else None,
        names=tuple(tuple(entry.name for entry in entries) for entries in lists),
        limit=np.array([_limit(p) for _, _, p in placed]),
        target_logp=np.array([entry.logp for entry in targets]),
        target_ids=target_ids if (target_ids >= 0).all() else None,
        target_names=tuple(entry.name for entry in targets),
        clusters=np.array([c for c, _, _ in placed], np.int64),
        positions=np.array([i for _, i, _ in placed], np.int64),
        notes=tuple(notes),
    )


def _list(position: Position) -> list[ListToken]:
    """Return what is known at a position, the target too, largest first."""
    known = [entry for entry in position.entries if not math.isnan(entry.logp)]
    target = position.target
    if target and not math.isnan(target.logp) and not any(same(target, e) for e in known):
        known.append(target)
    return sorted(known, key=lambda entry: -entry.logp)


def same(a: ListToken, b: ListToken) -> bool:
    """Whether two entries are of one token: ids where both have them, else bytes and number."""
    if a.id >= 0 and b.id >= 0:
        return a.id == b.id
    return a.name == b.name and (a.name != b"" or a.logp == b.logp)


def _limit(position: Position) -> float:
    if position.limit is not None:
        return position.limit
    return min((e.logp for e in position.entries if not math.isnan(e.logp)), default=0.0)
