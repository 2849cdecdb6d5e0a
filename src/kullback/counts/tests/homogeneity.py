"""The test that two rows of counts come from one distribution."""

from kullback.arguments import MANY, seed_of, text, whole
from kullback.counts.rows.pair import CountPair, pair
from kullback.counts.rows.row import Counts, chosen
from kullback.counts.tests.classes import has_rare
from kullback.counts.tests.p_values import METHODS, Draws, enumerable
from kullback.counts.tests.statistics import MINIMUM_EXPECTED, smallest_expected
from kullback.results import Note, TestResult

NEED_EXPECTED = {"g", "pearson", "williams"}


def homogeneity(
    x: Counts, y: Counts, *, method: str = "auto", resamples: int = 1999, seed: int | None = None
) -> TestResult:
    """Test whether two rows of counts come from one distribution.

    G = 2 Σ [x ln(xN/(zn)) + y ln(yN/(zm))], z = x + y, N = n + m: this is 2N times the
    Jensen–Shannon divergence with weights n/N and m/N, in nats (Wilks 1938). Pearson's
    statistic is Σ (x − zn/N)² N²/(z n m) (Pearson 1900).

    - ``exact-moments`` takes mean, variance and skewness of G over all relabellings of the
      N observations (Haldane 1940) and the Pearson type III law that has them; it holds
      where counts are small.
    - ``pearson-moments`` does the same for Pearson's statistic.
    - ``g`` and ``pearson`` take the chi-square law with `df` degrees of freedom for these
      statistics, and ``williams`` for G divided by Williams's correction (1976). They need
      expected counts of 5 or so.
    - ``exact`` enumerates all relabellings, for two outcomes.
    - ``permutation`` draws relabellings, for any outcomes, and counts those with a G at
      least as large.
    - ``classes`` tests beside it, in the same way, whether one side holds more of the outcomes
      seen once, twice, 3–4, 5–8 times or more often (pooled), and combines both p-values:
      1 − (1 − least)².
    - ``auto`` is ``exact`` for two outcomes with an expected count below 5, ``classes`` where
      six outcomes or more were seen up to 8 times, and ``exact-moments`` otherwise.

    G and Pearson's statistic have about the same power (`benchmarks/power.py`): Pearson finds
    more of a drift that is spread over very many rare outcomes (70 against 57 % of cases, over
    2000 Zipf outcomes with 2000 rows each), G more of a new outcome (16 against 11 %) and
    where P has many more rows than Q. So `auto` takes G, whose value is also 2N·JS.

    Parameters
    ----------
    x, y : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts of P and of Q. Labelled ones are aligned on the union of their labels.
    method : str
        One of the above.
    resamples : int
        How many relabellings ``permutation`` draws; its least p-value is 1/(resamples + 1).
    seed : int or None
        Of ``permutation``; None is 0.

    Returns
    -------
    TestResult
        `statistic` ≥ 0, without unit; `p_value` in [0, 1]; `method` as it was used.

    Raises
    ------
    InputError, ShapeError, MassError
        Where a count cannot be used.
    MethodError
        For an unknown method, ``exact`` with more than two outcomes, or ``permutation``
        with fractions.

    Examples
    --------
    >>> test = homogeneity([4, 5, 1], [2, 4, 4])
    >>> round(test.statistic, 4), test.df, round(test.p_value, 2)
    (2.7184, 2, 0.3)
    """
    whole("resamples", resamples, 1, MANY)
    text("method", method)
    return homogeneity_of(pair(x, y), method, Draws(resamples, seed_of(seed)))


def homogeneity_of(
    counts: CountPair,
    method: str = "auto",
    draws: Draws = Draws(),  # noqa: B008 (immutable)
) -> TestResult:
    """Test a pair that has been read already."""
    remarks = list(counts.notes)
    if method == "auto":
        method, remark = _choose(counts)
        remarks.append(remark)
    statistic, p_value = chosen(METHODS, method, "homogeneity")(counts, draws)
    df = counts.outcomes - 1
    p = 1.0 if df == 0 else min(1.0, max(0.0, p_value))
    if df == 0:
        remarks.append(Note("one-outcome", "Only one outcome was seen: nothing can differ."))
    if method in NEED_EXPECTED:
        remarks.extend(_sparse(counts))
    return TestResult(statistic, df, p, method, tuple(remarks))


def _choose(counts: CountPair) -> tuple[str, Note]:
    if enumerable(counts) and smallest_expected(counts) < MINIMUM_EXPECTED:
        text = (
            "The p-value is exact (all relabellings of a 2 × 2 table): with so few observations "
            "it takes few values, so that false alarms are rarer than its level says."
        )
        return "exact", Note("exact", text)
    if has_rare(counts):
        text = (
            "The p-value is from the exact moments over all relabellings of the observations of G "
            "by outcome, and by how often an outcome was seen: new rare ones show in the second."
        )
        return "classes", Note("classes", text)
    text = "The p-value is from the exact moments of G over all relabellings of the observations."
    return "exact-moments", Note("exact-moments", text)


def _sparse(counts: CountPair) -> list[Note]:
    expected = smallest_expected(counts)
    if expected >= MINIMUM_EXPECTED:
        return []
    text = (
        f"The smallest expected count is {expected:.3g}, below 5: the chi-square law may be far "
        f'off; method="exact-moments" holds here.'
    )
    return [Note("sparse", text)]
