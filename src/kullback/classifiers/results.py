"""What `score` returns: what predictions cost, split in two ways."""

import math
from collections.abc import Hashable
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.classifiers.other_scores import OtherScores
from kullback.classifiers.reliability_diagram import Reliability
from kullback.renderable import Renderable
from kullback.results import Information, Interval, Note
from kullback.results.facts import facts
from kullback.units import Unit, nats_per, unit_name

if TYPE_CHECKING:
    from kullback.report.blocks.charts import Block
    from kullback.report.blocks.document import Document

Array = NDArray[np.float64]


def nats(value: float) -> Information:
    """Return a number of nats."""
    return Information(float(value), "nats")


def known(value: float) -> Information | None:
    """Return a number of nats, or None for one that is not defined."""
    return None if math.isnan(value) else nats(value)


class PerSample(NamedTuple):
    """Cross-entropy, entropy and KL of each sample, in the unit of the score."""

    cross_entropy: Array
    entropy: Array
    kl: Array


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One class's part of a score.

    Parameters
    ----------
    label : hashable
        The class.
    share, predicted : float
        How often it happens, and how often the predictions say on average.
    cross_entropy, entropy, kl : Information
        Mean of −y ln f, −y ln y and y ln(y/f) over all samples: each sums to the total over
        the classes. One class's own KL may be negative where labels are soft. Where labels
        are votes these are of the shares of the votes, without the correction for few votes
        that the total entropy has.
    miscalibration, discrimination, uncertainty : Information or None
        Of the class against all others (one-vs-rest); None where there are too many classes.
    """

    label: Hashable
    share: float
    predicted: float
    cross_entropy: Information
    entropy: Information
    kl: Information
    miscalibration: Information | None = None
    discrimination: Information | None = None
    uncertainty: Information | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Score(Renderable):
    """What predictions cost: cross-entropy = entropy + KL, and its parts.

    Parameters
    ----------
    cross_entropy, entropy, kl : Information
        Weighted means over the samples.
    miscalibration, discrimination, uncertainty : Information or None
        cross_entropy = miscalibration − discrimination + uncertainty: what a recalibration
        would save, what the predictions know beyond the base rates, and what the base rates
        cost. None where no recalibration helps: a note says why.
    recalibration : str
        How: ``isotonic`` for two classes, ``temperature`` for more.
    standard_error : Information
        Of the cross-entropy; not defined for one sample or an infinite score.
    interval : Interval or None
        For the cross-entropy.
    skill : float or None
        1 − cross_entropy/uncertainty: 1 is perfect, 0 as good as the base rates.
    per_class : tuple of ClassScore
        In the order of the columns of the predictions.
    per_sample : PerSample or None
        None where samples were streamed.
    reliability : Reliability or None
        Predicted against observed shares.
    infinite_at : tuple of (int, label)
        Rows whose label was predicted to be impossible.
    n, groups : int
        Samples, and independent groups of them.
    unit : {"nats", "bits", "bans"}
        Of every information in it.
    notes : tuple of Note
        What was decided on the way.
    others : OtherScores or None
        Accuracy, Brier and AUC; None where samples were streamed.
    """

    cross_entropy: Information
    entropy: Information
    kl: Information
    miscalibration: Information | None
    discrimination: Information | None
    uncertainty: Information
    recalibration: str
    standard_error: Information
    interval: Interval | None
    skill: float | None
    per_class: tuple[ClassScore, ...]
    per_sample: PerSample | None = field(repr=False)
    reliability: Reliability | None
    infinite_at: tuple[tuple[int, Hashable], ...]
    n: int
    groups: int
    unit: str
    notes: tuple[Note, ...] = ()
    others: OtherScores | None = None

    @property
    def accuracy(self) -> float | None:
        """How often the class with the largest probability is right."""
        return self.others and self.others.accuracy

    @property
    def brier(self) -> float | None:
        """The mean squared error of the probabilities over all classes, from 0 to 2."""
        return self.others and self.others.brier

    @property
    def auc(self) -> float | None:
        """How often a sample of a class gets more probability for it than one of another."""
        return self.others and self.others.auc

    @property
    def expected_calibration_error(self) -> float | None:
        """The mean distance of what was said from what came, in bins of predictions."""
        found = self.reliability
        return None if found is None else found.expected_calibration_error

    @property
    def pictures(self) -> "tuple[Block, ...]":
        """Its reliability first, then what it is made of."""
        first = () if self.reliability is None else (self.reliability.chart,)
        return (*first, *(chart for chart in super().pictures if chart not in first))

    def to(self, unit: Unit) -> "Score":
        """Return the same score in another unit."""
        ratio = nats_per(self.unit) / nats_per(unit)
        changed: dict[str, Any] = {f.name: _to(getattr(self, f.name), unit) for f in fields(self)}
        if self.interval is not None:
            low, high = (end * ratio for end in self.interval)
            changed["interval"] = replace(self.interval, low=low, high=high)
        if self.per_sample is not None:
            changed["per_sample"] = PerSample(*(values * ratio for values in self.per_sample))
        changed["per_class"] = tuple(
            replace(c, **{f.name: _to(getattr(c, f.name), unit) for f in fields(c)})
            for c in self.per_class
        )
        return replace(self, **changed | {"unit": unit_name(unit)})

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values, without the samples' own."""
        return {f.name: facts(getattr(self, f.name)) for f in fields(self) if f.name != _BIG}

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.classifiers.document import document

        return document(self)


_BIG = "per_sample"


def _to(value: Any, unit: Unit) -> Any:
    return value.to(unit) if isinstance(value, Information) else value
