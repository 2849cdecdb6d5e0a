// The terms that closed forms are sums of, each ≥ 0 and exact near 0. For numbers within
// [kLeast, kMost]; what leaves the range of a double on the way becomes NaN or infinite.
#pragma once

#include "exponential.h"
#include "logarithm.h"

namespace kullback {

constexpr double kLeast = 0x1p-500;
constexpr double kMost = 0x1p500;

KULLBACK_INLINE bool ordinary(double x) { return (x >= kLeast) & (x <= kMost); }

// new/old − 1 − ln(new/old), where `change` is new − old from the parameters.
KULLBACK_INLINE double ratio_term(double change, double old, double now) {
  return kl_term(old, now, -change) / old;
}

// e^x − 1 − x, growing straight on where e^x is nothing: for x ≤ kNarrow.
KULLBACK_INLINE double exponential_term(double x) {
  const double near = x > -Format<double>::kNarrow ? x : -Format<double>::kNarrow;
  return growth_of(near).excess + (near - x);
}

// Whether a difference of two parameters keeps digits that their quotient loses.
KULLBACK_INLINE bool close(double change, double of) {
  return (change < 0.5 * of) & (change > -0.5 * of);
}

// ln(1 + t) for t ≥ 0.
KULLBACK_INLINE double log1p_of(double t) {
  const double x = 1.0 + t;
  const Octaves<double> o = octaves(x, 1.0);
  const double d = o.minus == -1.0 ? t : x + o.minus;
  const double s = d / (x - o.minus);
  const double z = s * s;
  return (s + s) * (1.0 + z * atanh_tail(z)) + o.k * Format<double>::kLn2;
}

// B_2k/(2k(2k − 1)), k = 1 … 12: Stirling's series, from kFrom on.
constexpr double kFrom = 8.0;
constexpr double kStirling[] = {
    1.0 / 12,          -1.0 / 360,           1.0 / 1260,
    -1.0 / 1680,       1.0 / 1188,           -691.0 / 360360,
    1.0 / 156,         -3617.0 / 122400,     43867.0 / 244188,
    -174611.0 / 125400, 77683.0 / 5796,      -236364091.0 / 1506960,
};

// Σ c_k a^−m T_m, T_m = (1 + u)^−m − 1 + m·u, m = 2k − 1, with u = δ/a and w = 1/(1 + u).
template <int k = 0>
KULLBACK_INLINE double stirling_terms(double power, double step, double term, double u2, double w) {
  constexpr double m = 2 * k + 1;
  constexpr double c = kStirling[k];
  const double here = c * (power * term);
  if constexpr (k == 11) {
    return here;
  } else {
    const double next = w * (w * (term + (m + 1) * u2) + (m + 2) * u2);
    return here + stirling_terms<k + 1>(power * step, step, next, u2, w);
  }
}

// Σ of the ratio terms of a + i, i < 8.
template <int i = 0>
KULLBACK_INLINE double rising_terms(double a, double change, double b) {
  const double here = ratio_term(change, a + i, b + i);
  if constexpr (i == 7) {
    return here;
  } else {
    return here + rising_terms<i + 1>(a, change, b);
  }
}

// C(a, b) = lnΓ(b) − lnΓ(a) − (b − a)·ψ(a) + (b − a) + b·ln(a/b): KL of Gamma(a) ‖ Gamma(b) at
// equal means. Arguments below 8 are shifted up by lnΓ(x) = lnΓ(x + 1) − ln x; what that does
// to b·ln(a/b) is two terms more, without their linear parts.
KULLBACK_INLINE double gamma_term(double a, double change, double b) {
  const bool low = (a < kFrom) | (b < kFrom);
  const double top = low ? a + kFrom : a;
  const double end = low ? b + kFrom : b;
  const double u = change / top;
  const double w = top / end;
  const double inverse = 1.0 / top;
  const double series = stirling_terms(inverse, inverse * inverse, u * u * w, u * u, w);
  const double at_top = ratio_term(change, top, end);
  const double moved = a + kFrom;
  const double means = kl_term(b * moved, a * (b + kFrom), kFrom * change) / moved;
  const double shift = rising_terms(a, change, b) - kFrom * at_top - means;
  return 0.5 * at_top + series + (low ? shift : 0.0);
}

}  // namespace kullback
