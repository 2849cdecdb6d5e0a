"""The oracle of `test_textbook_densities`: densities as textbooks write them, integrated by mpmath.

A density takes `at`, where at(c) is x − c with all digits, also next to an end of the support.
Integrals go over Gauss–Legendre panels in the logarithm of the distance to the nearest mark, halved
until their highest Legendre coefficients vanish, and out to where nothing is left.
"""

import itertools
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import mpmath as mp
import numpy as np

M, ln, exp, sqrt, pi = mp.mpf, mp.log, mp.exp, mp.sqrt, mp.pi
INF = mp.inf
FAR = 10**6  # an exponential beyond is taken for infinite, a density below for 0
NODES = 24
ENDLESS = M(10) ** 700  # a sum beyond is infinite
EDGE = M(10) ** -24  # of a panel: what crosses so near its end has crossed there


@dataclass(frozen=True)
class Law:
    """A density or a mass: its logarithm, its support, and where it changes its face."""

    log: Any
    low: Any
    high: Any
    marks: tuple = ()  # (place, width)
    lattice: bool = False
    inner: tuple = field(default=())  # points inside where it is not smooth


def e(z):
    return INF if z > FAR else exp(z)


def square(z):
    return z * z


# --- the families, by their parameters -------------------------------------------------------


def placed(core):
    """A law of (x − loc)/scale from the logarithm of its standard density."""

    def law(loc, scale, *shape):
        loc, scale = M(loc), M(scale)
        g = core(*map(M, shape))
        return Law(lambda at: g(at(loc) / scale) - ln(scale), -INF, INF, ((loc, scale),))

    return law


def student(df):
    c = mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2) - ln(df * pi) / 2
    return lambda z: c - (df + 1) / 2 * mp.log1p(z * z / df)


def skewed(a):
    def log(z):
        y = a * z
        # ln Φ(y); of arguments that mpmath's erfc does not take, from its first terms.
        if abs(y) < M(10) ** 6:
            tail = ln(mp.erfc(-y / sqrt(2)) / 2)
        else:
            tail = M(0) if y > 0 else -y * y / 2 - ln(-y * sqrt(2 * pi)) - 1 / y**2
        return ln(2) - z * z / 2 - ln(2 * pi) / 2 + tail

    return log


def powered(b):
    c = ln(b) - ln(2) - mp.loggamma(1 / b)
    return lambda z: c - abs(z) ** b


def softplus(z):
    return z + mp.log1p(exp(-z)) if z > 0 else mp.log1p(exp(z))


LINE = {
    "Normal": placed(lambda: lambda z: -z * z / 2 - ln(2 * pi) / 2),
    "Laplace": placed(lambda: lambda z: -abs(z) - ln(2)),
    "Cauchy": placed(lambda: lambda z: -ln(pi) - mp.log1p(z * z)),
    "Logistic": placed(lambda: lambda z: -z - 2 * softplus(-z)),
    "Gumbel": placed(lambda: lambda z: -z - e(-z)),
    "GumbelL": placed(lambda: lambda z: z - e(z)),
    "Moyal": placed(lambda: lambda z: -(z + e(-z)) / 2 - ln(2 * pi) / 2),
    "SkewNormal": placed(skewed),
    "GeneralizedNormal": placed(powered),
}


def student_t(df, loc, scale):
    return placed(student)(loc, scale, df)


def uniform(low, high):
    low, high = M(low), M(high)
    return Law(lambda at: -ln(high - low), low, high)  # noqa: ARG005


def triangular(low, mode, high):
    low, mode, high = M(low), M(mode), M(high)

    def log(at):
        left = at(mode) < 0
        near = at(low) / (mode - low) if left else -at(high) / (high - mode)
        return ln(2) + ln(near) - ln(high - low)

    return Law(log, low, high, inner=(mode,))


def truncated_normal(loc, scale, low, high):
    loc, scale, low, high = M(loc), M(scale), M(low), M(high)
    a, b = (low - loc) / scale, (high - loc) / scale
    if a > 0:
        mass = (mp.erfc(a / sqrt(2)) - mp.erfc(b / sqrt(2))) / 2
    else:
        mass = (mp.erfc(-b / sqrt(2)) - mp.erfc(-a / sqrt(2))) / 2
    norm = ln(mass) + ln(scale) + ln(2 * pi) / 2
    marks = [(loc, scale)] if low < loc < high else []
    for end in (low, high):
        if mp.isfinite(end) and end != loc:
            marks.append((end, scale * scale / abs(end - loc)))
            marks.append((end, scale))
    return Law(lambda at: -square(at(loc) / scale) / 2 - norm, low, high, tuple(marks))


def positive(log, *widths):
    return Law(log, M(0), INF, tuple((M(0), w) for w in widths))


def peaked(log, place, share, *widths):
    """On the half line, with a peak whose width is a share of its place."""
    peak = ((place, place * share),) if share < 0.3 else ()
    return Law(log, M(0), INF, (*peak, *((M(0), w) for w in (place, *widths))))


def power_gamma(scale, d, p):
    """|p|/Γ(d/p) x^(d − 1) s^−d e^(−(x/s)^p), of p > 0 or < 0 with d of its sign."""
    scale, d, p = M(scale), M(d), M(p)
    c = ln(abs(p)) - mp.loggamma(d / p)

    def log(at):
        z = ln(at(M(0))) - ln(scale)
        return c + d * z - e(p * z) - ln(at(M(0)))

    at_mode = scale * exp(ln(d / p) / p) if abs(ln(d / p) / p) < 1e7 else scale
    return peaked(log, at_mode, 1 / sqrt(d * p), scale)


def lognormal(mu, sigma):
    mu, sigma = M(mu), M(sigma)

    def log(at):
        y = ln(at(M(0)))
        return -square((y - mu) / sigma) / 2 - y - ln(sigma) - ln(2 * pi) / 2

    return peaked(log, exp(mu), sigma, *(exp(mu + k * sigma) for k in (-3, 3)))


def inverse_gaussian(mu, lam):
    mu, lam = M(mu), M(lam)

    def log(at):
        x = at(M(0))
        return (ln(lam) - ln(2 * pi) - 3 * ln(x)) / 2 - lam * square(at(mu)) / (2 * mu * mu * x)

    return peaked(log, mu, sqrt(mu / lam), lam)


def f(d1, d2):
    d1, d2 = M(d1), M(d2)
    return beta_prime(d1 / 2, d2 / 2, d2 / d1)


def beta_prime(a, b, s=1):
    a, b, s = M(a), M(b), M(s)
    c = mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)

    def log(at):
        z = ln(at(M(0))) - ln(s)
        return c + a * z - (a + b) * softplus(z) - ln(at(M(0)))

    return peaked(log, s * a / b, sqrt(1 / a + 1 / b), s)


def log_logistic(scale, shape):
    scale, shape = M(scale), M(shape)

    def log(at):
        z = shape * (ln(at(M(0))) - ln(scale))
        return ln(shape) + z - 2 * softplus(z) - ln(at(M(0)))

    return peaked(log, scale, 1 / shape)


def half_cauchy(scale):
    scale = M(scale)
    return positive(lambda at: ln(2 / pi) - ln(scale) - mp.log1p(square(at(M(0)) / scale)), scale)


def lindley(theta):
    t = M(theta)
    return positive(
        lambda at: 2 * ln(t) - mp.log1p(t) + mp.log1p(at(M(0))) - t * at(M(0)), 1 / t, M(1)
    )


def lomax(alpha, scale):
    a, s = M(alpha), M(scale)
    return positive(lambda at: ln(a) - ln(s) - (a + 1) * mp.log1p(at(M(0)) / s), s, s / a)


def generalized_pareto(loc, scale, xi):
    loc, scale, xi = M(loc), M(scale), M(xi)
    high = INF if xi >= 0 else loc - scale / xi

    def log(at):
        if xi == 0:
            return -at(loc) / scale - ln(scale)
        inner = ln(at(high) * xi / scale) if xi < 0 else mp.log1p(xi * at(loc) / scale)
        return -(1 / xi + 1) * inner - ln(scale)

    return Law(log, loc, high, ((loc, scale),))


def pareto(alpha, scale):
    a, s = M(alpha), M(scale)
    return Law(lambda at: ln(a) + a * ln(s) - (a + 1) * ln(at(M(0))), s, INF, ((s, s), (s, s / a)))


def log_uniform(low, high):
    low, high = M(low), M(high)
    return Law(lambda at: -ln(at(M(0))) - ln(ln(high / low)), low, high, ((low, low),))


def on_unit(log, *marks):
    return Law(log, M(0), M(1), marks)


def beta(a, b):
    a, b = M(a), M(b)
    c = mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)
    mean = a / (a + b)
    width = sqrt(mean * (1 - mean) / (a + b + 1))
    return on_unit(
        lambda at: c + (a - 1) * ln(at(M(0))) + (b - 1) * ln(-at(M(1))),
        *(((mean, width),) if width < mean and width < 1 - mean else ()),
        (M(0), mean), (M(1), 1 - mean),
    )  # fmt: skip


def kumaraswamy(a, b):
    a, b = M(a), M(b)

    def log(at):
        y = at(M(1))  # −(1 − x)
        log_x = mp.log1p(y) if y > -0.5 else ln(at(M(0)))
        rest = ln(-mp.expm1(a * log_x))
        return ln(a) + ln(b) + (a - 1) * log_x + (b - 1) * rest

    place = exp(-ln(b) / a)
    peak = ((place, place / a),) if min(a, b) > 3 else ()
    return on_unit(log, *peak, (M(0), place), (M(1), 1 / a), (M(1), 1 / (a * b)))


def power_function(a, scale):
    a, s = M(a), M(scale)
    return Law(lambda at: ln(a) + (a - 1) * ln(at(M(0))) - a * ln(s), M(0), s, ((s, s / a),))


def logit_normal(mu, sigma):
    mu, sigma = M(mu), M(sigma)

    def log(at):
        a, b = ln(at(M(0))), ln(-at(M(1)))
        return -square((a - b - mu) / sigma) / 2 - a - b - ln(sigma) - ln(2 * pi) / 2

    marks = [1 / (1 + exp(-mu - k * sigma)) for k in (-3, 0, 3)]
    return on_unit(log, *((M(0), x) for x in marks), *((M(1), 1 - x) for x in marks))


def continuous_bernoulli(p):
    p = M(p)
    rate = ln(p) - ln(1 - p)
    c = ln(rate / mp.expm1(rate)) if rate else M(0)
    width = 1 / abs(rate) if rate else M(1)
    return on_unit(lambda at: c + rate * at(M(0)), (M(0) if rate < 0 else M(1), min(width, M(1))))


def von_mises(loc, kappa):
    loc, kappa = M(loc), M(kappa)
    c = ln(2 * pi * mp.besseli(0, kappa)) if kappa < 1e3 else None
    if c is None:
        c = kappa + ln(2 * pi) + ln(mp.besseli(0, kappa) * exp(-kappa))
    return Law(lambda at: kappa * mp.cos(at(loc)) - c, -pi, pi, ((loc, 1 / sqrt(1 + kappa)),))


def normal_mixture(weights, locs, scales):
    return mixture([LINE["Normal"](m, s) for m, s in zip(locs, scales, strict=True)], weights)


def mixture(laws, weights):
    def log(at):
        each = [
            ln(M(w)) + law.log(at)
            for law, w in zip(laws, weights, strict=True)
            if w > 0 and at(law.low) > 0 > at(law.high)
        ]
        if not each:
            return -INF
        top = max(each)
        return top if top == -INF else top + ln(mp.fsum(exp(x - top) for x in each))

    ends = {end for law in laws for end in (law.low, law.high)} | {x for w in laws for x in w.inner}
    low, high = min(law.low for law in laws), max(law.high for law in laws)
    marks = tuple(mark for law in laws for mark in law.marks)
    return Law(log, low, high, marks, inner=tuple(ends - {low, high}))


def affine(law, loc, scale):
    loc, scale = M(loc), M(scale)

    def moved(at):
        return lambda c: at(loc + scale * c) / scale

    return Law(
        lambda at: law.log(moved(at)) - ln(scale), loc + scale * law.low, loc + scale * law.high,
        tuple((loc + scale * c, scale * w) for c, w in law.marks),
        inner=tuple(loc + scale * c for c in law.inner),
    )  # fmt: skip


# --- integration -------------------------------------------------------------------------------


def _legendre(x):
    values = [M(1), x]
    for n in range(1, NODES):
        values.append(((2 * n + 1) * x * values[n] - n * values[n - 1]) / (n + 1))
    return values


@lru_cache(maxsize=4)
def rule(digits):
    """Nodes, weights, and the rows that give the four highest Legendre coefficients."""
    with mp.workdps(digits + 10):
        nodes = []
        for start in np.polynomial.legendre.leggauss(NODES)[0].tolist():
            x = M(start)
            for _ in range(5):
                values = _legendre(x)
                slope = NODES * (x * values[NODES] - values[NODES - 1]) / (x * x - 1)
                x -= values[NODES] / slope
            nodes.append((x, 2 / ((1 - x * x) * slope * slope)))
        polynomials = [_legendre(x) for x, _ in nodes]
        top = [
            [w * v[n] * (2 * n + 1) / 2 for (_, w), v in zip(nodes, polynomials, strict=True)]
            for n in range(NODES - 4, NODES)
        ]
    return [x for x, _ in nodes], [w for _, w in nodes], top


class TooLong(Exception):
    """The oracle would take more panels than a test may."""


@dataclass
class Work:
    """Integrands of t, their sums so far, and how many panels may still be taken."""

    g: Any
    total: list
    digits: int
    left: int

    def panel(self, low, high):
        self.left -= 1
        if self.left < 0:
            raise TooLong
        x, w, top = rule(self.digits)
        middle, half = (low + high) / 2, (high - low) / 2
        points = [middle + half * t for t in x]  # rising
        *rows, gap = zip(*(self.g(t) for t in points), strict=True)
        rough = [half * max(abs(mp.fdot(t, row)) for t in top) for row in rows]
        return (
            [half * mp.fdot(w, row) for row in rows],
            rough,
            self.crossing([low, *points, high], [self.g(low)[-1], *gap, self.g(high)[-1]]),
        )

    def crossing(self, points, gap):
        """Where ln p − ln q changes its sign between two nodes, else None."""
        for i, (a, b) in enumerate(itertools.pairwise(gap)):
            if mp.isfinite(a) and mp.isfinite(b) and a * b < 0:
                ends = sorted(points[i : i + 2])
                try:
                    return mp.findroot(
                        lambda t: self.g(t)[-1], ends, solver="anderson", tol=EDGE**2, maxsteps=90,
                        verify=False,
                    )  # fmt: skip
                except (ValueError, ZeroDivisionError):
                    return None
        return None

    def integrate(self, low, high, depth=0):
        """Over one panel, halved until it is smooth."""
        integrals, rough, cross = self.panel(low, high)
        margin = (high - low) * EDGE
        if cross is not None and low + margin < cross < high - margin and depth <= 40:
            halves = (self.integrate(*ends, depth + 1) for ends in ((low, cross), (cross, high)))
            return [a + b for a, b in zip(*halves, strict=True)]
        goal, nothing = M(10) ** -(self.digits // 2), M(10) ** -330
        smooth = all(
            s == INF or not abs(i) < ENDLESS or r <= goal * (abs(i) + abs(s)) + nothing
            for r, i, s in zip(rough, integrals, self.total, strict=True)
        )
        if smooth or depth > 40:
            return integrals
        middle = (low + high) / 2
        halves = (self.integrate(*ends, depth + 1) for ends in ((low, middle), (middle, high)))
        return [a + b for a, b in zip(*halves, strict=True)]

    def add(self, part):
        """Return whether each sum has grown."""
        part = [a if mp.isfinite(a) else INF for a in part]
        least = M(10) ** -(self.digits + 2)
        pairs = list(zip(part, self.total, strict=True))
        self.total = [a + b if abs(a + b) < ENDLESS else INF for a, b in pairs]
        return [b != INF and abs(a) > least * abs(b) for a, b in pairs]

    def endless(self, which):
        self.total = [INF if so else a for a, so in zip(self.total, which, strict=True)]

    def march(self, t, way, until):
        """Panels from t on, wider and wider, until nothing is added; what goes on is infinite."""
        width, quiet, last = M(2), 0, None
        while quiet < 2 or (t - until) * way < 0:
            stop = t + way * width
            part = self.integrate(min(t, stop), max(t, stop))
            grown, means = self.add(part), [abs(a) / width for a in part]
            quiet, t = (0 if any(grown) else quiet + 1), stop
            past = (t - until) * way
            if past > 20_000 and last is not None:
                self.endless([g and m >= k for g, m, k in zip(grown, means, last, strict=True)])
            last = means
            width = min(width * 2, M(10) ** 4) if past > 0 else min(width * 1.5, M(8))
        for k in range(24):  # what was nothing may come again, where Q falls faster than P
            later = zip(self.g(t + way * M(2) ** (k / 2))[:-1], self.total, strict=True)
            self.endless([not abs(a) <= M(10) ** -20 * abs(b) for a, b in later])


def sides_of(anchors, low, high):
    """From each anchor to both sides: how far it is to the next."""
    for i, a in enumerate(anchors):
        if a > low:
            yield a, -1, a - anchors[i - 1] if i else INF
        if a < high:
            yield a, 1, anchors[i + 1] - a if i + 1 < len(anchors) else INF


def over(p, q, rows, digits=26, most=1200):
    """Integrate rows(ln p, ln q) over the line; infinite where it is.

    The last row is ln p − ln q, where others have a kink as it changes its sign.
    """
    low, high = min(p.low, q.low), max(p.high, q.high)
    ends = {x for law in (p, q) for x in (law.low, law.high, *law.inner) if mp.isfinite(x)}
    marks = [mark for law in (p, q) for mark in law.marks]
    anchors = sorted({*ends, *(c for c, _ in marks if low < c < high)}) or [M(0)]
    gaps = [b - a for a, b in itertools.pairwise(anchors)]
    reach = [ln(x) for x in (*(w for _, w in marks), *gaps) if x > 0] or [M(0)]
    work = Work(None, [M(0)] * (len(rows(M(0), M(0))) - 1), digits, most)
    for a, way, gap in sides_of(anchors, low, high):

        def g(t, a=a, way=way):
            y = exp(t)

            def at(c):
                return way * y if c == a else (a - c) + way * y

            logs = (law.log(at) if at(law.low) > 0 > at(law.high) else -INF for law in (p, q))
            *values, gap = rows(*logs)
            return [*(y * r for r in values), gap]

        work.g = g
        top = ln(gap / 2) if gap < INF else (min(reach) + max(reach)) / 2
        work.march(top, -1, min(*reach, top) - 3)
        if gap == INF:
            work.march(top, 1, max(reach) + 3)
    return work.total


# --- the measures ------------------------------------------------------------------------------

ORDER = M(3) / 10
NAMES = (
    "kl", "reverse", "jensen_shannon", "hellinger", "renyi", "chi_square", "entropy",
    "total_variation",
)  # fmt: skip


def integrands(lp, lq):
    """Both masses, and what the measures are functions of; each is ≥ 0 but the entropy's."""
    p, q = (exp(x) if x > -FAR else M(0) for x in (lp, lq))
    late = e(2 * lp - lq) if -INF < lq < 2 * lp + FAR else M(0)
    chi = (p - q) ** 2 / q if q else INF if p and lq == -INF else late
    if not p or not q:
        m = (p + q) / 2
        both = [M(0), ORDER * p + (1 - ORDER) * q]
        kl = [p * (lp - lq) - p + q if p else q, q * (lq - lp) - q + p if q else p]
        return [p, q, *kl, m * ln(2), m, *both, chi, -p * lp if p else M(0), m, mp.nan]
    gap, m = lp - lq, (p + q) / 2
    mixed = exp(ORDER * lp + (1 - ORDER) * lq)
    js = (p * ln(p / m) + q * ln(q / m)) / 2
    hellinger = square(exp(lp / 2) - exp(lq / 2)) / 2
    rest = ORDER * p + (1 - ORDER) * q - mixed
    return [
        p, q, p * gap - p + q, p - q - q * gap,
        js, hellinger, mixed, rest, chi, -p * lp, abs(p - q) / 2, gap,
    ]  # fmt: skip


def truths(p, q, digits=26):
    """The measures by name; None where the oracle does not know one."""
    with mp.workdps(digits + 16):
        own, other, kl, reverse, js, hellinger, mixed, rest, chi, h, apart = over(
            p, q, integrands, digits
        )
        if max(abs(own - 1), abs(other - 1)) > M(10) ** -20:
            raise TooLong
        logarithm = mp.log1p(-rest) if rest < 0.5 else ln(mixed) if mixed > 1e-290 else None
        renyi = None if logarithm is None else logarithm / (ORDER - 1)
        values = kl, reverse, js, sqrt(hellinger), renyi, chi, h, apart
    found = dict(zip(NAMES, values, strict=True))
    # What lies outside may be less than any number of digits, as a Gumbel's lower tail is.
    for name, (a, b) in {"kl": (p, q), "chi_square": (p, q), "reverse": (q, p)}.items():
        if a.low < b.low or a.high > b.high:
            found[name] = INF
    return found
