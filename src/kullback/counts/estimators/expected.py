"""What a test, JS and both KL divergences of one pair ask of its law under P = Q, in one pass."""

from kullback.counts.estimators.jensen_shannon import js_terms
from kullback.counts.estimators.kl_zhang import zhang_terms
from kullback.counts.rows.pair import CountPair, Exchanged
from kullback.counts.tests.statistics import g_terms


def expect(counts: CountPair, *, tested: bool = True) -> None:
    """Find the moments that estimates will ask for, and those of G where that is `tested`.

    Examples
    --------
    >>> from kullback.counts.rows.pair import pair
    >>> both = pair([4, 5, 1], [2, 4, 4])
    >>> expect(both)
    >>> round(both.null(g_terms(both.n, both.m)).mean, 3)
    2.288
    """
    sizes, back = (counts.n, counts.m), (counts.m, counts.n)
    of_test = [g_terms(*sizes)] if tested else []
    counts.expect(*of_test, js_terms(*sizes), zhang_terms(*sizes), Exchanged(zhang_terms(*back)))
