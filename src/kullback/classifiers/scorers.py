"""Drop-in places in scikit-learn: a loss function and a scorer, for hard and soft labels."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import ArrayLike

from kullback.arguments import word
from kullback.classifiers import per_row
from kullback.classifiers.labelled_rows import labelled
from kullback.classifiers.log_score import scored
from kullback.statistics.mean import clustered_mean
from kullback.units import Unit, nats_per


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


# Every one is larger for a better model.
MEASURES = {
    "cross_entropy": lambda score: 0.0 - float(score.cross_entropy),
    "kl": lambda score: 0.0 - float(score.kl),
    "miscalibration": lambda score: -_number(score.miscalibration),
    "discrimination": lambda score: _number(score.discrimination),
    "skill": lambda score: _number(score.skill),
}


def log_loss(
    y_true: Any,
    y_proba: Any,
    *,
    sample_weight: ArrayLike | None = None,
    labels: Sequence[Hashable] | None = None,
    soft: bool = False,
    unit: Unit = "nats",
) -> float:
    """Return the mean cross-entropy, with the arguments of ``sklearn.metrics.log_loss``.

    It differs in three things: nothing is clipped (a label of probability 0 gives inf),
    labels may be soft, and the unit may be chosen.

    Parameters
    ----------
    y_true, y_proba, sample_weight, labels
        As in scikit-learn; with ``soft=True`` `y_true` is a distribution a row.
    soft : bool
        Whether a label is a row of numbers.
    unit : {"nats", "bits", "bans"}
        Of the result.

    Returns
    -------
    float
        From 0 to inf; it fits ``make_scorer(log_loss, greater_is_better=False,
        response_method="predict_proba")``.

    Raises
    ------
    InputError, ShapeError, MassError
        As in `score`.

    Examples
    --------
    >>> predictions = [[0.1, 0.9], [0.9, 0.1], [0.8, 0.2], [0.35, 0.65]]
    >>> round(log_loss(["spam", "ham", "ham", "spam"], predictions), 5)
    0.21616
    """
    given = labelled(y_true, y_proba, soft=soft, weights=sample_weight, classes=labels)
    costs, *_ = per_row.costs(given)
    return clustered_mean(costs, weights=given.weights).value / nats_per(unit)


@dataclass(frozen=True, slots=True)
class Scorer:
    """A scorer that scikit-learn calls with an estimator, X and y; larger is better.

    Parameters
    ----------
    measure : str
        What it returns; costs come with a minus sign.
    soft : bool
        Whether y is a distribution a row.
    unit : {"nats", "bits", "bans"}
        Of the result.
    weights : bool, str or None
        Whether scikit-learn's metadata routing hands it weights: see `set_score_request`.
    """

    measure: str
    soft: bool = False
    unit: Unit = "nats"
    weights: bool | str | None = None

    def set_score_request(self, *, sample_weight: bool | str | None = None) -> "Scorer":
        """Return a scorer that asks scikit-learn's metadata routing for weights.

        Parameters
        ----------
        sample_weight : bool, str or None
            True asks for them, False leaves them out, a text is the name under which they are
            given; None makes giving them an error, so that they are not dropped in silence.
        """
        return replace(self, weights=sample_weight)

    def get_metadata_routing(self) -> Any:
        """Return what is asked for, as scikit-learn wants to know it."""
        from sklearn.utils.metadata_routing import MetadataRequest

        request = MetadataRequest(owner=self)
        request.score.add_request(param="sample_weight", alias=self.weights)
        return request

    def _accept_sample_weight(self) -> bool:
        """Say that weights may be given: scikit-learn asks scorers so."""
        return True

    def __call__(
        self,
        estimator: Any,
        samples: Any,
        labels: Any,
        sample_weight: ArrayLike | None = None,
    ) -> float:
        """Score the estimator's predicted probabilities; its own classes name the columns."""
        classes = None if self.soft else tuple(getattr(estimator, "classes_", ())) or None
        predictions = estimator.predict_proba(samples)
        given = labelled(
            labels, predictions, soft=self.soft, weights=sample_weight, classes=classes
        )
        return MEASURES[self.measure](scored(given, None, 0.95).to(self.unit))


def scorer(measure: str = "cross_entropy", *, soft: bool = False, unit: Unit = "nats") -> Scorer:
    """Return a scorer for ``cross_val_score``, ``GridSearchCV`` and the like.

    Parameters
    ----------
    measure : {"cross_entropy", "kl", "miscalibration", "discrimination", "skill"}
        What to compare models by; costs come with a minus sign, so that larger is better.
    soft : bool
        Whether y is a distribution over the classes a row.
    unit : {"nats", "bits", "bans"}
        Of the result.

    Returns
    -------
    Scorer
        It is called with ``(estimator, X, y)`` and can be pickled. It answers NaN where the
        measure is not defined: the skill on samples of one class, and the parts of an infinite
        score of more than two classes.

    Raises
    ------
    InputError, UnitError
        If there is no such measure or unit.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import cross_val_score
    >>> X, y = load_iris(return_X_y=True)
    >>> model = LogisticRegression(max_iter=1000)
    >>> scores = cross_val_score(model, X, y, scoring=scorer("skill"))
    >>> scores.round(1).tolist()
    [0.9, 0.9, 0.8, 0.9, 0.9]
    """
    nats_per(unit)
    word("measure", measure, MEASURES)
    return Scorer(measure, soft, unit)
