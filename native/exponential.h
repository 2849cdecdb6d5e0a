// Exponentials as polynomials, without branches, so that the compiler vectorises them.
//
// x = n·ln 2 + r with |r| ≤ ln(2)/2 and e^x = 2^n·(1 + r + r²·Q(r)); Q is a Chebyshev fit with
// error < 1.1e-16 (double) and 6.5e-8 (float), made by native/coefficients.py.
#pragma once

#include "format.h"

namespace kullback {

KULLBACK_INLINE double exp_tail(double r) {
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double a = 0.50000000000000010221 + r * 0.16666666666666667453;
  const double b = 0.041666666666624127873 + r * 0.0083333333333300618325;
  const double c = 0.0013888888917213716901 + r * 0.00019841269863053616878;
  const double d = 0.000024801521295954375131 + r * 2.7557268459997064772e-6;
  const double e = 2.7620088445409748161e-7 + r * 2.5100385495510319078e-8;
  return (a + r2 * b) + r4 * ((c + r2 * d) + r4 * e);
}

KULLBACK_INLINE float exp_tail(float r) {
  const float r2 = r * r;
  const float a = 0.5f + r * 0.166665770f;
  const float b = 0.0416665546f + r * 0.00836317905f;
  return a + r2 * (b + r2 * 0.00139261836f);
}

// The parts of e^x: 2^n, r and r²·Q(r).
template <class T>
struct Power {
  T scale;
  T r;
  T tail;
};

template <class T>
KULLBACK_INLINE T rounded_octaves(T x) {
  return x * Format<T>::kLog2E + Format<T>::kRounder;  // n stands in the lowest bits
}

// For x that leaves 2^n a normal number: |x| ≤ kNarrow.
template <class T>
KULLBACK_INLINE Power<T> power_of(T x) {
  using F = Format<T>;
  const T shifted = rounded_octaves(x);
  const T n = shifted - F::kRounder;
  const T r = (x - n * F::kLn2High) - n * F::kLn2Low;
  const T scale = from_bits<T>((bits_of(shifted) << F::kFraction) + bits_of(T(1)));
  return {scale, r, r * r * exp_tail(r)};
}

// e^x for |x| ≤ kNarrow.
template <class T>
KULLBACK_INLINE T exp_within(T x) {
  const Power<T> e = power_of(x);
  return e.scale + e.scale * (e.r + e.tail);
}

// e^x − 1 and e^x − 1 − x = x²/2 + …, both with all their digits, for |x| ≤ kNarrow.
template <class T>
struct Growth {
  T gained;
  T excess;
};

template <class T>
KULLBACK_INLINE Growth<T> growth_of(T x) {
  const Power<T> e = power_of(x);
  const T curved = e.scale * e.tail;
  // Where n = 0 the straight parts cancel exactly.
  const T straight = e.scale * e.r + (e.scale - T(1));
  return {straight + curved, ((e.scale * e.r - x) + (e.scale - T(1))) + curved};
}

// e^x for every double and float, subnormal results too: 2^n in two factors.
template <class T>
KULLBACK_INLINE T exp_of(T x) {
  using F = Format<T>;
  constexpr T kFar = F::kFraction == 52 ? T(800) : T(150);  // half of it is a power of two
  const T bounded = x < -kFar ? -kFar : (x > kFar ? kFar : x);
  const T n = rounded_octaves(bounded) - F::kRounder;
  const T half = (n * T(0.5) + F::kRounder) - F::kRounder;
  const T r = (bounded - n * F::kLn2High) - n * F::kLn2Low;
  const T first = from_bits<T>((bits_of(half + F::kRounder) << F::kFraction) + bits_of(T(1)));
  const T second = from_bits<T>((bits_of(n - half + F::kRounder) << F::kFraction) + bits_of(T(1)));
  return (first + first * (r + r * r * exp_tail(r))) * second;
}

}  // namespace kullback
