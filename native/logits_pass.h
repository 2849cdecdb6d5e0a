// The first pass over a block of two rows of logits. Numbers of ordinary size go through
// branch-free loops in their own precision; a block that holds −∞ or enormous numbers goes
// through the same formulas in float64 with every limit written out.
#pragma once

#include "exponential.h"
#include "reduce.h"
#include "row_state.h"

namespace kullback {

// Partial sums in the precision of the logits are this short.
constexpr std::size_t kChunk = 512;
// Logits below this size are ordinary.
constexpr double kOrdinary = 0x1p40;
// Enormous logits are held to this size, so that differences stay finite.
constexpr double kEnormous = 1e290;

template <class T>
struct Extent {
  T least;
  T most;

  bool ordinary() const { return least > T(-kOrdinary) && most < T(kOrdinary); }
};

// As integers that are ordered like the numbers, NaN at the ends, where a comparison shows it.
template <class T>
KULLBACK_INLINE typename Format<T>::Signed ordered(T x) {
  using Signed = typename Format<T>::Signed;
  const auto bits = static_cast<Signed>(bits_of(x));
  return bits < 0 ? bits ^ std::numeric_limits<Signed>::max() : bits;
}

template <class T>
KULLBACK_INLINE T unordered(typename Format<T>::Signed key) {
  using Signed = typename Format<T>::Signed;
  const Signed bits = key < 0 ? key ^ std::numeric_limits<Signed>::max() : key;
  return from_bits<T>(static_cast<typename Format<T>::Unsigned>(bits));
}

template <class T>
KULLBACK_INLINE Extent<T> extent_of(const T* x, std::size_t count) {
  using Signed = typename Format<T>::Signed;
  Signed least = std::numeric_limits<Signed>::max();
  Signed most = std::numeric_limits<Signed>::min();
  KULLBACK_SIMD(reduction(min : least) reduction(max : most))
  for (std::size_t i = 0; i < count; ++i) {
    const Signed key = ordered(x[i]);
    least = key < least ? key : least;
    most = key > most ? key : most;
  }
  return {unordered<T>(least), unordered<T>(most)};
}

// The sums of one outcome, or of several.
template <class T>
struct Sums {
  T weight = 0, gain = 0, loss = 0, reverse_loss = 0, surprise = 0, below = 0;
};

// One outcome whose larger weight is `big`, the other e^−|d| of it.
template <class T>
KULLBACK_INLINE Sums<T> outcome(T big, T d, T log_w) {
  const T size = d < T(0) ? -d : d;
  const Decay<T> e = decay_of(size);
  const T ahead = big * e.excess;                        // of who has the larger weight
  const T behind = big * (size < T(1) ? size * e.lost - e.excess : e.lost - size * e.kept);
  const T small = big * e.kept;
  const T change = big * e.lost;
  const bool p_larger = d >= T(0);
  const T w = p_larger ? big : small;
  const T b = p_larger ? small : big;
  return {w,
          p_larger ? -change : change,
          p_larger ? ahead : behind,
          p_larger ? behind : ahead,
          -w * log_w,
          log_w < T(0) ? w : T(0)};
}

// What logits are read against. d is ((p − base_p) − (q − base_q) − shift)·scale: where the two
// rows are of a size, as p − q less the difference of their largest logits, so that p ≈ q keeps
// its digits; where they are not, from logits that are near their own largest.
template <class T>
struct Against {
  T max_p;
  T max_q;
  T base_p;
  T base_q;
  T shift;
  T slip;  // what rounding shift takes from max_p − max_q, scaled
  T scale;
};

// Rows whose largest logits differ by less are of a size.
constexpr double kOfASize = 64.0;

template <class T>
Against<T> against(T max_p, T max_q, T scale) {
  const T shift = max_p - max_q;
  if (!(std::fabs(shift) < T(kOfASize))) return {max_p, max_q, max_p, max_q, 0, 0, scale};
  const double slip = (double{max_p} - double{max_q}) - double{shift};
  return {max_p, max_q, 0, 0, shift, static_cast<T>(slip * scale), scale};
}

template <class T>
KULLBACK_INLINE Sums<T> ordinary_outcome(T p, T q, const Against<T>& a) {
  const T log_w = (p - a.max_p) * a.scale;
  const T log_b = (q - a.max_q) * a.scale + a.slip;
  const T d = (((p - a.base_p) - (q - a.base_q)) - a.shift) * a.scale;
  return outcome(exp_weight(d < T(0) ? log_b : log_w), d, log_w);
}

template <class T, bool kAll>
KULLBACK_INLINE Sums<double> ordinary_sums(const T* p, const T* q, std::size_t count,
                                           Against<T> a) {
  Sums<double> total;
  for (std::size_t start = 0; start < count; start += kChunk) {
    const std::size_t stop = start + kChunk < count ? start + kChunk : count;
    T weight = 0, gain = 0, loss = 0, reverse_loss = 0, surprise = 0, below = 0;
    KULLBACK_SIMD(reduction(+ : weight, gain, loss, reverse_loss, surprise, below))
    for (std::size_t i = start; i < stop; ++i) {
      const Sums<T> one = ordinary_outcome(p[i], q[i], a);
      weight += one.weight;
      gain += one.gain;
      loss += one.loss;
      if constexpr (kAll) {
        reverse_loss += one.reverse_loss;
        surprise += one.surprise;
        below += one.below;
      }
    }
    total.weight += weight;
    total.gain += gain;
    total.loss += loss;
    if constexpr (kAll) {
      total.reverse_loss += reverse_loss;
      total.surprise += surprise;
      total.below += below;
    }
  }
  return total;
}

// e^x for x ≤ 0, and 0 where that is no normal number.
KULLBACK_INLINE double weight_or_zero(double x) {
  return x < Format<double>::kLowest ? 0.0 : exp_weight(x);
}

// A logit times the scale, −∞ kept apart by the caller.
KULLBACK_INLINE double held(double x, double scale) {
  const double y = x * scale;
  const double above = y < -kEnormous ? -kEnormous : y;
  return above > kEnormous ? kEnormous : above;
}

KULLBACK_INLINE bool possible(double logit) { return logit != -1.0 / 0.0; }

// The same with −∞ and enormous numbers; `max_p` and `max_q` are held already.
KULLBACK_INLINE Sums<double> careful_outcome(double p, double q, double max_p, double max_q,
                                             double scale) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const bool in_p = possible(p), in_q = possible(q);
  const double x = in_p ? held(p, scale) : max_p;
  const double y = in_q ? held(q, scale) : max_q;
  const double log_w = x - max_p, log_b = y - max_q;
  const double w = in_p ? weight_or_zero(log_w) : 0.0;
  const double b = in_q ? weight_or_zero(log_b) : 0.0;
  const double shift = max_p - max_q;
  const double d = std::fabs(shift) < kOfASize ? (x - y) - shift : log_w - log_b;
  const Sums<double> both = outcome(weight_or_zero(d < 0.0 ? log_b : log_w), d, log_w);
  const bool in_both = in_p && in_q;
  return {w,
          in_both ? both.gain : b - w,
          in_both ? both.loss : (in_p ? kInfinity : b),
          in_both ? both.reverse_loss : (in_q ? kInfinity : w),
          -w * log_w,
          log_w < 0.0 ? w : 0.0};
}

KULLBACK_INLINE Sums<double> careful_sums(const double* p, const double* q, std::size_t count,
                                          double max_p, double max_q, double scale) {
  double weight = 0, gain = 0, loss = 0, reverse_loss = 0, surprise = 0, below = 0;
  KULLBACK_SIMD(reduction(+ : weight, gain, loss, reverse_loss, surprise, below))
  for (std::size_t i = 0; i < count; ++i) {
    const Sums<double> one = careful_outcome(p[i], q[i], max_p, max_q, scale);
    weight += one.weight;
    gain += one.gain;
    loss += one.loss;
    reverse_loss += one.reverse_loss;
    surprise += one.surprise;
    below += one.below;
  }
  return {weight, gain, loss, reverse_loss, surprise, below};
}

}  // namespace kullback
