// Logarithms as polynomials, without branches, so that the compiler vectorises them.
//
// A ratio x/y is brought to [2^-0.59, 2^0.59] by a power of two k, found by subtracting bit
// patterns (they are a piecewise linear log2). With s = (x − y')/(x + y'), y' = y·2^k, z = s²:
//
//     ln(x/y) = k·ln 2 + 2·atanh(s),    atanh(s) = s + s³·R(z)
//
// R is a Chebyshev fit on [0, 0.0402] with error < 1.5e-15 (double; s²·R is known to 6e-17) and
// 2.1e-9 (float), and one on [0, 1/9] with error < 5e-17; the fits are made by
// native/coefficients.py. Even and odd powers are summed apart: on a processor with sixteen vector
// registers that takes the fewest instructions, since each constant is an operand in memory.
#pragma once

#include <limits>

#include "format.h"

namespace kullback {

KULLBACK_INLINE double atanh_tail(double z) {
  const double z2 = z * z;
  const double even =
      0.33333333333333470899 +
      z2 * (0.14285714419123447851 + z2 * (0.090923121715633471315 + z2 * 0.075608024019239706917));
  const double odd =
      0.19999999999664471156 + z2 * (0.11111091256491998491 + z2 * 0.076416799785484087617);
  return even + z * odd;
}

KULLBACK_INLINE float atanh_tail(float z) {
  return 0.333333331f + z * (0.200001576f + z * (0.142662076f + z * 0.118769672f));
}

// The power of two between x and y: `k`, and −y multiplied by it, which comes without a step more.
template <class T>
struct Octaves {
  T k;
  T minus;
};

template <class T>
KULLBACK_INLINE Octaves<T> octaves(T x, T y) {
  using F = Format<T>;
  using U = typename F::Unsigned;
  // k + half the range stands in the exponent's bits, rounded to nearest: half the range is a sign.
  const U steps = bits_of(x) - bits_of(y) + ((U{1} << (F::kFraction - 1)) | F::kSign);
  const T k = from_bits<T>((steps >> F::kFraction) | F::kInteger) - F::kIntegerBias;
  return {k, from_bits<T>(bits_of(y) + (steps & F::kExponent))};
}

// x·ln(x/y) − x + y ≥ 0 for x and y above kTiny. Its relative error is some 2e-15 (double): near
// x = y all that is large cancels exactly.
template <class T>
KULLBACK_INLINE T kl_term(const Octaves<T>& o, T x, T moved, T d) {
  const T s = d / (x - o.minus);
  const T z = s * s;
  return s * (d + (x + x) * (z * atanh_tail(z))) + (x * (o.k * Format<T>::kLn2) + moved);
}

template <class T>
KULLBACK_INLINE T kl_term(T x, T y) {
  const Octaves<T> o = octaves(x, y);
  return kl_term(o, x, y + o.minus, x + o.minus);
}

// The same where the caller knows x − y more precisely than the subtraction does.
template <class T>
KULLBACK_INLINE T kl_term(T x, T y, T gap) {
  const Octaves<T> o = octaves(x, y);
  const T moved = y + o.minus;  // exactly 0 within an octave
  return kl_term(o, x, moved, moved == T(0) ? gap : x + o.minus);
}

// With the limits at zero: y where x = 0, ∞ where only y = 0.
template <class T>
KULLBACK_INLINE T or_limit(T term, T x, T y) {
  const T finite = y == T(0) ? std::numeric_limits<T>::infinity() : term;
  return x == T(0) ? y : finite;
}

// x·ln(x/y) − x + y for all x and y, zeros included. The other number stands in for a zero on
// the way: a power of two between 0 and y is subnormal, which costs hundreds of cycles.
template <class T>
KULLBACK_INLINE T measure_term(T x, T y) {
  return or_limit(kl_term(x == T(0) ? y : x, y == T(0) ? x : y), x, y);
}

// The same for z up to 1/9, which s is for a ratio of 2.
KULLBACK_INLINE double wide_atanh_tail(double z) {
  const double z2 = z * z;
  const double even =
      0.33333333333333329281 +
      z2 * (0.14285714283554378581 +
            z2 * (0.090908947180664290846 +
                  z2 * (0.066570721048274680752 + z2 * 0.044003692430723369411)));
  const double odd =
      0.20000000000007291337 +
      z2 * (0.11111111358713931495 +
            z2 * (0.076927850324793115517 +
                  z2 * (0.060005364047953562676 + z2 * 0.080820228059717661105)));
  return even + z * odd;
}

// Twice an outcome's share in the JS divergence: KL of both numbers to their mean m. The larger
// lies within an octave of it. Both differ from m by half their gap, so that what is nearly equal
// keeps its digits; m − m·2^k is exactly 0 within an octave.
struct Halves {
  double of_larger;
  double of_smaller;
};

// `known` stands for the smaller where that is zero.
KULLBACK_INLINE Halves js_halves(double larger, double smaller, double known) {
  const double m = 0.5 * larger + 0.5 * smaller;
  const double half = 0.5 * larger - 0.5 * smaller;
  const double s = half / (larger + m);
  const double z = s * s;
  const Octaves<double> o = octaves(known, m);
  const double moved = m + o.minus;
  const double d = moved - half;
  return {s * (half + (larger + larger) * (z * wide_atanh_tail(z))), kl_term(o, known, moved, d)};
}

KULLBACK_INLINE double js_term(double x, double y) {
  const double larger = x < y ? y : x, smaller = x < y ? x : y;
  const Halves of = js_halves(larger, smaller, smaller == 0.0 ? larger : smaller);
  const double both = of.of_larger + (smaller == 0.0 ? 0.5 * larger : of.of_smaller);
  return larger == 0.0 ? 0.0 : both;
}

// x = m·2^k with m within an octave around 1.
template <class T>
struct Normal {
  T k;
  T m;
};

template <class T>
KULLBACK_INLINE Normal<T> normal_of(T x) {
  using F = Format<T>;
  using U = typename F::Unsigned;
  constexpr U kHalf = U{1} << (F::kFraction - 1);
  const U one = bits_of(T(1));
  const U steps = bits_of(x) + ((kHalf | F::kSign) - one);
  return {from_bits<T>((steps >> F::kFraction) | F::kInteger) - F::kIntegerBias,
          from_bits<T>((steps & ~F::kExponent) + (one - kHalf))};
}

// ln x for x from kTiny on, and finite.
template <class T>
KULLBACK_INLINE T log_within(T x) {
  const Normal<T> n = normal_of(x);
  const T s = (n.m - T(1)) / (n.m + T(1));
  const T twice = s + s, z = s * s;
  return n.k * Format<T>::kLn2 + (twice + twice * (z * atanh_tail(z)));
}

// ln x for every double and float ≥ 0, subnormal ones too, to the last digit; NaN below 0.
template <class T>
KULLBACK_INLINE T log_of(T x) {
  using F = Format<T>;
  constexpr T kLift = F::kFraction == 52 ? T(18014398509481984.0) : T(33554432.0);  // 2^54, 2^25
  constexpr T kLifted = F::kFraction == 52 ? T(54) : T(25);
  const bool small = x < F::kTiny;
  const Normal<T> n = normal_of(small ? x * kLift : x);
  const T k = small ? n.k - kLifted : n.k;
  const T f = n.m - T(1);
  const T s = f / (n.m + T(1));
  const T z = s * s;
  const T tail = s * (f - (z + z) * atanh_tail(z)) - k * F::kLn2Low;
  const T log = k * F::kLn2High + (f - tail);
  const T above = x <= std::numeric_limits<T>::max() ? log : x;  // ∞ and NaN pass
  const T real = x < T(0) ? std::numeric_limits<T>::quiet_NaN() : above;
  return x == T(0) ? -std::numeric_limits<T>::infinity() : real;
}

}  // namespace kullback
