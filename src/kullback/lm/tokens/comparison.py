"""What `compare` returns: means with their errors, and where they come from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kullback.lm.tokens.record import IN_NATS, Tokens
from kullback.renderable import Renderable
from kullback.results import Estimate, Interval, Note
from kullback.results.facts import facts
from kullback.units import nats_per

if TYPE_CHECKING:
    from kullback.report.blocks.document import Document

WITHOUT_UNIT = ("total_variation", "chi_square")
Pieces = Callable[[int], object] | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """The tokens of one range: of the base's confidence, the place in a chunk, or of KL itself.

    Parameters
    ----------
    low, high : float
        From `low` to below `high`.
    n : int
        Tokens in it.
    kl : float or None
        Their mean KL(base‖model); None where there is no token.
    same_top : float or None
        The share of them on whose likeliest token both sides agree.
    interval : Interval or None
        For the mean, clustered; None where there are fewer than two clusters.
    """

    low: float
    high: float
    n: int
    kl: float | None
    same_top: float | None
    interval: Interval | None = None

    def times(self, ratio: float, *, ends: bool = False) -> "Bucket":
        """Return the same in a unit of 1/ratio; `ends` says that its own ends have that unit."""
        interval = self.interval
        if interval is not None:
            interval = replace(interval, low=interval.low * ratio, high=interval.high * ratio)
        kl, scale = None if self.kl is None else self.kl * ratio, ratio if ends else 1.0
        return replace(self, low=self.low * scale, high=self.high * scale, kl=kl, interval=interval)


@dataclass(frozen=True, slots=True)
class WorstToken:
    """A token where the two models are far apart.

    Parameters
    ----------
    row, cluster, position : int
        Where: the row of the files, its chunk or document, and its place there.
    kl : float
        KL(base‖model) there.
    target : int or None
        The id of the token that came.
    top_base, top_model : int or None
        The ids that each side held for likeliest.
    confidence : float or None
        The probability that the base gave to its likeliest one.
    context : tuple of int
        The ids before it, the nearest last.
    """

    row: int
    cluster: int
    position: int
    kl: float
    target: int | None
    top_base: int | None
    top_model: int | None
    confidence: float | None
    context: tuple[int, ...] = ()

    def words(self, pieces: Callable[[int], object]) -> dict[str, str | None]:
        """Return the text of each id, and of the context as a whole."""
        ids = {"target": self.target, "top_base": self.top_base, "top_model": self.top_model}
        told = {name: None if i is None else str(pieces(i)) for name, i in ids.items()}
        return told | {"context": "".join(str(pieces(i)) for i in self.context)}


@dataclass(frozen=True, slots=True)
class DroppedMass:
    """Probability that the stored rows do not show, because small numbers were clamped.

    Parameters
    ----------
    base, model : float
        A mean a token: what is missing to 1, and no more than the clamped tokens can hold.
    kl : float
        By how much the mean KL may be larger because of it; inf where the model clamps tokens
        that the base holds for possible, which may be as unlikely as can be.
    """

    base: float
    model: float
    kl: float


@dataclass(frozen=True, eq=False, repr=False)
class LMComparison(Renderable):
    """Two language models on the same text: P is the base, Q the model.

    Parameters
    ----------
    base, model : str
        The names of both sides.
    estimates : mapping of str to Estimate
        Means over the tokens, by name: kl, reverse_kl, jensen_shannon, total_variation (one
        less it is the share that speculative decoding accepts), delta_p (the model's
        probability of the token that came, less the base's), same_top, top_k_overlap,
        nll_base, nll_model, log_perplexity_ratio. Their standard errors are clustered;
        `independent_error` is beside each.
    tokens, clusters, vocabulary : int
        How many.
    decode, cluster : str
        How stored rows were read, and what a cluster is.
    unit : {"nats", "bits", "bans"}
        Of every information in it, of the single tokens too.
    most : mapping of str to float
        Where the files clamp small numbers, each mean of a distance is the least that they
        allow, and this the most, by name.
    limits : mapping of str to (float, float)
        Where a side is in llama.cpp's codes: between which values each mean lies for certain,
        their rounding counted at its worst, and what is clamped.
    percentiles : mapping of float to float
        Of KL(base‖model) a token, from 0 (least) to 100 (most).
    noise_floors : mapping of str to float
        What rounding in the files makes of each mean where both models are the same; NaN where
        it is not known how the logits were stored, as after `Accumulator.update`.
    dropped_mass : DroppedMass
        What was clamped in the files.
    by_confidence, by_position, by_size : tuple of Bucket
        KL by the base's largest probability, by the place in the chunk, and by its own size (a
        histogram on a log axis, three buckets a decade).
    worst : tuple of WorstToken
        The largest KL first.
    per_token : ndarray of records, shape (tokens,)
        Every measure of every token, such as ``per_token["kl"]``.
    notes : tuple of Note
        What was decided or noticed on the way.
    sampling_errors : mapping of str to float
        Where a side is a sketch: how much of each mean's standard error its drawing of tokens
        makes; the tokens of the text make the rest, by squares.
    tail_shapes : mapping of str to float
        Where a side is a sketch: Pareto's k of the terms that each mean was estimated from, token
        by token. Well below ½ its error can be trusted; above, a few tokens that are hardly ever
        drawn hold much of it, and its interval is open above.
    """

    base: str
    model: str
    estimates: Mapping[str, Estimate]
    tokens: int
    clusters: int
    vocabulary: int | None
    decode: str
    cluster: str
    unit: str
    most: Mapping[str, float]
    limits: Mapping[str, tuple[float, float]]
    percentiles: Mapping[float, float]
    noise_floors: Mapping[str, float]
    dropped_mass: DroppedMass
    by_confidence: tuple[Bucket, ...]
    by_position: tuple[Bucket, ...]
    by_size: tuple[Bucket, ...]
    worst: tuple[WorstToken, ...]
    per_token: Tokens
    notes: tuple[Note, ...] = ()
    sampling_errors: Mapping[str, float] = field(default_factory=dict)
    tail_shapes: Mapping[str, float] = field(default_factory=dict)

    @property
    def kl(self) -> Estimate:
        """Mean KL(base‖model) a token."""
        return self.estimates["kl"]

    @property
    def reverse_kl(self) -> Estimate:
        """Mean KL(model‖base) a token."""
        return self.estimates["reverse_kl"]

    @property
    def jensen_shannon(self) -> Estimate:
        """Mean Jensen–Shannon divergence a token."""
        return self.estimates["jensen_shannon"]

    @property
    def total_variation(self) -> Estimate:
        """Mean total variation distance a token."""
        return self.estimates["total_variation"]

    @property
    def acceptance(self) -> float:
        """The share of tokens that speculative decoding accepts: 1 − TV."""
        return 1.0 - self.total_variation.value

    @property
    def delta_p(self) -> Estimate | None:
        """Mean of the model's probability of the token that came, less the base's."""
        return self.estimates.get("delta_p")

    @property
    def same_top(self) -> float | None:
        """The share of tokens on whose likeliest one both sides agree."""
        return self._value("same_top")

    @property
    def top_k_overlap(self) -> float | None:
        """The mean share of the ten likeliest tokens that both sides have in common."""
        return self._value("top_k_overlap")

    @property
    def perplexity_base(self) -> float | None:
        """exp of the mean −ln of the probability that the base gave to what came."""
        return self._perplexity("nll_base")

    @property
    def perplexity_model(self) -> float | None:
        """exp of the mean −ln of the probability that the model gave to what came."""
        return self._perplexity("nll_model")

    @property
    def noise_floor(self) -> float:
        """The KL a token that rounding in the files makes where there is none.

        NaN where it is not known how the logits were stored.
        """
        return self.noise_floors["kl"]

    def _value(self, name: str) -> float | None:
        return self.estimates[name].value if name in self.estimates else None

    def _perplexity(self, name: str) -> float | None:
        import numpy as np

        value = self._value(name)
        return None if value is None else float(np.exp(value * nats_per(self.unit)))

    def to(self, unit: str) -> "LMComparison":
        """Return the same in another unit: means, percentiles, floors, buckets and tokens."""
        ratio = nats_per(self.unit) / nats_per(unit)
        if ratio == 1:
            return self
        tokens = self.per_token.copy()
        for name in IN_NATS:
            tokens[name] = tokens[name] * ratio
        return replace(
            self,
            unit=unit,
            estimates={n: e.to(unit) if e.unit else e for n, e in self.estimates.items()},
            most=_scaled(self.most, ratio),
            limits=_ends_scaled(self.limits, ratio),
            sampling_errors=_scaled(self.sampling_errors, ratio),
            noise_floors=_scaled(self.noise_floors, ratio),
            percentiles={percent: value * ratio for percent, value in self.percentiles.items()},
            dropped_mass=replace(self.dropped_mass, kl=self.dropped_mass.kl * ratio),
            by_confidence=tuple(bucket.times(ratio) for bucket in self.by_confidence),
            by_position=tuple(bucket.times(ratio) for bucket in self.by_position),
            by_size=tuple(bucket.times(ratio, ends=True) for bucket in self.by_size),
            worst=tuple(replace(token, kl=token.kl * ratio) for token in self.worst),
            per_token=tokens,
        )

    def to_dict(self, *, pieces: Pieces = None) -> dict[str, Any]:
        """Return plain Python values, without the single tokens; `pieces` as in `to_html`."""
        head = {
            "direction": "KL(base‖model)",
            "perplexity_base": self.perplexity_base,
            "perplexity_model": self.perplexity_model,
            "acceptance": self.acceptance,
        }
        shown = (f.name for f in fields(self) if f.name != "per_token")
        told = head | {name: facts(getattr(self, name)) for name in shown}
        if pieces is not None:
            told["worst"] = [facts(token) | {"words": token.words(pieces)} for token in self.worst]
        return told

    def to_markdown(self, *, pieces: Pieces = None) -> str:
        """Return a Markdown page; `pieces` as in `to_html`."""
        from kullback.report.markdown import render

        return render(self.document(pieces))

    def to_html(self, path: str | Path | None = None, *, pieces: Pieces = None) -> str:
        """Return one self-contained HTML page.

        Parameters
        ----------
        path : path, optional
            Where to write it as well.
        pieces : callable, optional
            Gives the text of a token by its id, such as ``tokenizer.convert_ids_to_tokens``: the
            worst tokens and their context are then shown as text instead of ids.
        """
        from kullback.files import write_text
        from kullback.report.html.page import page

        html = page(self.document(pieces))
        if path is not None:
            write_text(path, html)
        return html

    def document(self, pieces: Pieces = None) -> "Document":
        """Return what every format is drawn from; `pieces` as in `to_html`."""
        from kullback.lm.tokens.comparison_document import document

        return document(self, pieces)


def _scaled(numbers: Mapping[str, float], ratio: float) -> dict[str, float]:
    """Return distances in another unit; the total variation and χ² have none."""
    return {n: x if n.endswith(WITHOUT_UNIT) else x * ratio for n, x in numbers.items()}


def _ends_scaled(
    limits: Mapping[str, tuple[float, float]], ratio: float
) -> dict[str, tuple[float, float]]:
    low, high = (_scaled({n: ends[i] for n, ends in limits.items()}, ratio) for i in (0, 1))
    return {name: (low[name], high[name]) for name in limits}
