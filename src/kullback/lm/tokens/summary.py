"""From tokens to what they say together."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.errors import InputError
from kullback.lm.clusters import Clusters, mean_of_tokens
from kullback.lm.tokens.about import About
from kullback.lm.tokens.comparison import Bucket, DroppedMass, LMComparison, WorstToken
from kullback.lm.tokens.record import DISTANCES, Tokens, more_of
from kullback.lm.tokens.rounding import moved
from kullback.results import Estimate, Note
from kullback.units import format_number

Array = NDArray[np.float64]
Contexts = NDArray[np.int64] | None
Ranges = tuple[tuple[int, int], ...]

# What each mean is called, its unit and its legal range.
MEANS: dict[str, tuple[str, str, tuple[float, float]]] = {
    "kl": ("KL(base‖model)", "nats", (0.0, math.inf)),
    "reverse_kl": ("KL(model‖base)", "nats", (0.0, math.inf)),
    "jensen_shannon": ("JS(base, model)", "nats", (0.0, math.log(2.0))),
    "total_variation": ("TV(base, model)", "", (0.0, 1.0)),
    "delta_p": ("Δp of what came", "", (-1.0, 1.0)),
    "same_top": ("same top token", "", (0.0, 1.0)),
    "top_k_overlap": ("shared of the top 10", "", (0.0, 1.0)),
    "nll_base": ("ln PPL(base)", "nats", (0.0, math.inf)),
    "nll_model": ("ln PPL(model)", "nats", (0.0, math.inf)),
}
PERCENTILES = (0.0, 0.1, 1.0, 5.0, 10.0, 50.0, 90.0, 95.0, 99.0, 99.9, 100.0)
CONFIDENCES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)
# A third of a decade each.
SIZES = (0.0, *(10 ** (third / 3) for third in range(-30, 7)))
POSITIONS = 12  # buckets of places
WORST = 10
LIKE_LLAMA_CPP = (
    "KL, the perplexities, Δp and the same top are llama.cpp's, roundings included; "
    "everything else is clean."
)
CONTEXT = 12  # tokens before a bad one


def summarize(about: About, tokens: Tokens, contexts: Contexts, missing: Ranges) -> LMComparison:
    """Return what the tokens say together.

    Parameters
    ----------
    about : About
        What they are about.
    tokens : ndarray of records
        As `kullback.lm.tokens.record.TOKEN` says.
    contexts : ndarray of int64, shape (chunks, n_ctx), or None
        All token ids.
    missing : tuple of (int, int)
        Ranges of rows that are not among the tokens.

    Returns
    -------
    LMComparison
        The same tokens in the same order give the same, to the last bit.

    Raises
    ------
    InputError
        If there is no token.
    """
    if not len(tokens):
        raise InputError("there is no token to summarise; give at least one row")
    clusters = Clusters.of(tokens["cluster"], about.cluster or "cluster")
    estimates = {
        name: mean_of_tokens(tokens[name], clusters, quantity, unit=unit, bounds=bounds)
        for name, (quantity, unit, bounds) in MEANS.items()
        if not np.isnan(tokens[name]).any()
    }
    if "nll_base" in estimates and "nll_model" in estimates:
        estimates["log_perplexity_ratio"] = _ratio(tokens, clusters)
    return LMComparison(
        base=about.base or "base",
        model=about.model or "model",
        estimates=estimates,
        tokens=len(tokens),
        clusters=len(clusters),
        vocabulary=about.vocabulary,
        decode=about.decode,
        cluster=about.cluster or "cluster",
        unit="nats",
        most=_most(tokens, estimates),
        limits=_limits(about, tokens, estimates),
        percentiles=percentiles(tokens["kl"], PERCENTILES),
        noise_floors=_floors(tokens),
        dropped_mass=DroppedMass(
            *(_mean(tokens[name]) for name in ("dropped_base", "dropped_model", "kl_more"))
        ),
        by_confidence=_buckets(tokens, tokens["confidence"], CONFIDENCES),
        by_position=_by_position(tokens),
        by_size=_by_size(tokens),
        worst=_worst(tokens, contexts),
        per_token=tokens,
        notes=_notes(about, tokens, clusters, missing),
    )


def _most(tokens: Tokens, estimates: dict[str, Estimate]) -> dict[str, float]:
    """Return the most that each mean can be, of those that clamped tokens leave open."""
    more = {name: _mean(tokens[more_of(name)]) for name in DISTANCES if name in estimates}
    return {name: estimates[name].value + add for name, add in more.items() if add > 0}


def _limits(
    about: About, tokens: Tokens, estimates: dict[str, Estimate]
) -> dict[str, tuple[float, float]]:
    """Return between which values each mean is, whatever rounding and clamping hide."""
    known = {name: tokens[name] for name in ("rounding_base", "rounding_model")}
    coded = any(column.any() for column in known.values())
    theirs = "kl" if about.decode == "llama.cpp" else ""  # llama.cpp's sum is no divergence
    found = {}
    for name, apart in moved(tokens).items() if coded else ():
        if name in estimates and name != theirs:
            mean, by = estimates[name].value, _mean(apart)
            low, high = MEANS[name][2]
            most = mean + _mean(tokens[more_of(name)]) + by
            found[name] = max(low, mean - by), min(high, most)
    return found


def _ratio(tokens: Tokens, clusters: Clusters) -> Estimate:
    return mean_of_tokens(
        tokens["nll_model"] - tokens["nll_base"],
        clusters,
        "ln PPL(model)/PPL(base)",
        unit="nats",
        bounds=(-math.inf, math.inf),
    )


def percentiles(values: NDArray[Any], asked: tuple[float, ...]) -> dict[float, float]:
    """Return percentiles by linear interpolation; infinities are numbers like others.

    Examples
    --------
    >>> import numpy as np
    >>> percentiles(np.array([0.0, 1.0, np.inf]), (0.0, 25.0, 100.0))
    {0.0: 0.0, 25.0: 0.5, 100.0: inf}
    """
    ordered = np.sort(values)
    found = {}
    for percent in asked:
        place = percent / 100 * (len(ordered) - 1)
        low = min(int(place), len(ordered) - 1)
        high = min(low + 1, len(ordered) - 1)
        a, b, share = float(ordered[low]), float(ordered[high]), place - low
        found[percent] = a if share == 0 or a == b else a + share * (b - a)
    return found


def _mean(values: NDArray[Any]) -> float:
    return float(np.mean(values, dtype=np.float64))


def _floors(tokens: Tokens) -> dict[str, float]:
    """KL is half a variance near 0, and JS an eighth of one; TV by Pinsker's inequality."""
    floor = _mean(tokens["noise"])
    return {
        "kl": floor,
        "reverse_kl": floor,
        "jensen_shannon": floor / 4,
        "total_variation": math.sqrt(floor / 2),
    }


def _buckets(tokens: Tokens, values: NDArray[Any], edges: tuple[float, ...]) -> tuple[Bucket, ...]:
    if np.isnan(values).any():
        return ()
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    return tuple(
        _bucket(low, high, tokens[place == i]) for i, (low, high) in enumerate(pairwise(edges))
    )


def _bucket(low: float, high: float, inside: Tokens) -> Bucket:
    if not len(inside):
        return Bucket(low, high, 0, None, None)
    clusters = Clusters.of(inside["cluster"], "cluster")
    mean = mean_of_tokens(inside["kl"], clusters, "KL(base‖model)", unit="nats")
    same = _mean(inside["same_top"])
    return Bucket(low, high, len(inside), mean.value, same, mean.interval)


def _by_position(tokens: Tokens) -> tuple[Bucket, ...]:
    places = tokens["position"]
    low, high = int(places.min()), int(places.max()) + 1
    if low < 0 or high - low < 2:
        return ()
    count = min(POSITIONS, high - low)
    edges = tuple(float(low + (high - low) * i // count) for i in range(count + 1))
    return _buckets(tokens, places.astype(np.float64), edges)


def _by_size(tokens: Tokens) -> tuple[Bucket, ...]:
    """Return the sizes that occur, and those between them; ∞ is in the last one."""
    buckets = _buckets(tokens, tokens["kl"], SIZES)
    filled = [i for i, bucket in enumerate(buckets) if bucket.n]
    return buckets[filled[0] : filled[-1] + 1]


def _worst(tokens: Tokens, contexts: Contexts) -> tuple[WorstToken, ...]:
    order = np.argsort(-tokens["kl"], kind="stable")[:WORST]
    return tuple(_worst_token(tokens, int(row), contexts) for row in order)


def _worst_token(tokens: Tokens, row: int, contexts: Contexts) -> WorstToken:
    token = tokens[row]
    target, top_base, top_model = (
        None if token[name] < 0 else int(token[name])
        for name in ("target", "top_base", "top_model")
    )
    confidence = float(token["confidence"])
    return WorstToken(
        row=row,
        cluster=int(token["cluster"]),
        position=int(token["position"]),
        kl=float(token["kl"]),
        target=target,
        top_base=top_base,
        top_model=top_model,
        confidence=None if math.isnan(confidence) else confidence,
        context=_context(tokens, row, contexts),
    )


def _context(tokens: Tokens, row: int, contexts: Contexts) -> tuple[int, ...]:
    """Return the ids before a token: from the whole text, else from what came before it."""
    cluster, position = int(tokens["cluster"][row]), int(tokens["position"][row])
    if contexts is not None and 0 <= cluster < len(contexts):
        return tuple(map(int, contexts[cluster][max(0, position + 1 - CONTEXT) : position + 1]))
    first = row
    while first > 0 and row - first < CONTEXT and _is_next(tokens, first):
        first -= 1
    return tuple(int(target) for target in tokens["target"][first:row])


def _is_next(tokens: Tokens, row: int) -> bool:
    before, token = tokens[row - 1], tokens[row]
    same = before["cluster"] == token["cluster"] and before["target"] >= 0
    return bool(same and before["position"] + 1 == token["position"])


def _notes(about: About, tokens: Tokens, clusters: Clusters, missing: Ranges) -> tuple[Note, ...]:
    infinite = int(np.isinf(tokens["kl"]).sum())
    tail = _tail(tokens)
    rows = sum(stop - start for start, stop in missing)
    kind = clusters.kind
    notes = {
        "infinite": f"KL is infinite at {infinite} tokens, so its mean is." * (infinite > 0),
        "one-cluster": (
            f"All tokens are of one {kind}: their error is not known. The independent one, "
            f"which is too small, is beside each mean."
        )
        * (len(clusters) == 1),
        "few-clusters": (
            f"The errors rest on {len(clusters)} clusters ({kind}); they are rough."
            * (1 < len(clusters) < 10)
        ),
        "clamped": clamped_targets(tokens, "base"),
        "clamped-model": clamped_targets(tokens, "model"),
        "tail": tail,
        "llama.cpp": LIKE_LLAMA_CPP * (about.decode == "llama.cpp"),
        "missing": f"{rows} of {about.rows} rows are not there: {_spelled(missing)}." * (rows > 0),
    }
    return tuple(Note(code, text) for code, text in notes.items() if text)


def clamped_targets(tokens: Tokens, side: str) -> str:
    """Say how many of the tokens that came a side's file had clamped; empty where it had none.

    Examples
    --------
    >>> from kullback.lm.tokens.record import empty
    >>> clamped_targets(empty(3), "model")
    ''
    """
    flag, name = {"base": (1, "PPL(base)"), "model": (2, "PPL(Q)")}[side]
    here = (tokens["clamped"] & flag) > 0
    if not here.any():
        return ""
    share = np.exp(_mean(np.where(here, tokens[f"nll_{side}"], 0.0)))
    return (
        f"{int(here.sum())} of {len(tokens)} tokens that came were clamped in the {side}'s file, "
        f"which says of each only that it is no likelier than what is stored: {name} is at least "
        f"what is said, and those tokens alone make a factor of at least {format_number(share, 4)} "
        f"of it."
    )


def _tail(tokens: Tokens) -> str:
    """Say between which values the mean KL lies, where clamped tokens leave that open."""
    more = _mean(tokens["kl_more"])
    if not more > 0:
        return ""
    least = _mean(tokens["kl"])
    most = f"at most {format_number(least + more, 4)} nats"
    if math.isinf(more):
        most = "nothing in the files bounds it above"
    return (
        f"Tokens that the files clamp are known to be unlikely, and no more: the mean KL is at "
        f"least {format_number(least, 4)} nats and {most}. Every mean is the least."
    )


def _spelled(ranges: Ranges) -> str:
    listed = ", ".join(f"{start}:{stop}" for start, stop in ranges[:5])
    return listed + (", …" if len(ranges) > 5 else "")
