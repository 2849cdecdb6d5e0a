// The first pass over a block of two rows of logits. Where all logits are near their largest
// the loops are branch-free and in their own precision; a block that holds −∞ or far smaller
// numbers goes through the same formulas in float64 with every limit written out.
#pragma once

#include "exponential.h"
#include "lanes.h"
#include "reduce.h"
#include "row_state.h"

namespace kullback {

// Enormous logits are held to this size, so that differences stay finite.
constexpr double kEnormous = 1e290;

template <class T>
struct Extent {
  T least;
  T most;

  // Whether every weight e^(x − most), and every ratio of two of them, is a normal number.
  bool narrow(T scale) const {
    return (most - least) * scale < Format<T>::kNarrow && double{most} < kEnormous &&
           double{least} > -kEnormous;
  }
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

// One outcome of weight w = e^log_w; b = w·e^x.
template <class T>
KULLBACK_INLINE Sums<T> outcome(T w, T log_w, T x) {
  const Growth<T> e = growth_of(x);
  return {w,
          w * e.gained,
          w * e.excess,
          w * (x * e.gained - e.excess),
          -w * log_w,
          log_w < T(0) ? w : T(0)};
}

// What logits are read against: ln b − ln w = ((q − base_q) − (p − base_p) + shift)·scale.
// Where the two rows are of a size, that is q − p and the difference of their largest logits,
// so that p ≈ q keeps its digits; where they are not, each is near its own largest.
template <class T>
struct Against {
  T max_p;
  T max_q;
  T base_p;
  T base_q;
  T shift;
  T scale;
};

// Rows whose largest logits differ by less are of a size.
constexpr double kOfASize = 64.0;

template <class T>
Against<T> against(T max_p, T max_q, T scale) {
  const T shift = max_p - max_q;
  if (std::fabs(shift) < T(kOfASize)) return {max_p, max_q, 0, 0, shift, scale};
  return {max_p, max_q, max_p, max_q, 0, scale};
}

template <class T>
KULLBACK_INLINE Sums<T> narrow_outcome(T p, T q, const Against<T>& a) {
  const T log_w = (p - a.max_p) * a.scale;
  const T x = (((q - a.base_q) - (p - a.base_p)) + a.shift) * a.scale;
  return outcome(exp_within(log_w), log_w, x);
}

// The sums of a run, lane by lane.
template <class T>
struct RunSums {
  Lanes<T> weight, gain, loss, reverse_loss, surprise, below;
};

template <class T, bool kAll>
KULLBACK_INLINE void add_narrow(const T* p, const T* q, std::size_t lanes, const Against<T>& a,
                                RunSums<T>& run) {
  KULLBACK_SIMD()
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const Sums<T> one = narrow_outcome(p[lane], q[lane], a);
    run.weight[lane] += one.weight;
    run.gain[lane] += one.gain;
    run.loss[lane] += one.loss;
    if constexpr (kAll) {
      run.reverse_loss[lane] += one.reverse_loss;
      run.surprise[lane] += one.surprise;
      run.below[lane] += one.below;
    }
  }
}

template <class T, bool kAll>
KULLBACK_INLINE Sums<double> narrow_sums(const T* p, const T* q, std::size_t count,
                                         const Against<T>& a) {
  DeepSums<kAll ? 6 : 3> sums;
  for (std::size_t start = 0; start < count; start += kRun) {
    const std::size_t stop = start + kRun < count ? start + kRun : count;
    RunSums<T> run;
    std::size_t at = start;
    for (; at + kSumLanes <= stop; at += kSumLanes) {
      add_narrow<T, kAll>(p + at, q + at, kSumLanes, a, run);
    }
    add_narrow<T, kAll>(p + at, q + at, stop - at, a, run);
    sums.add(0, run.weight);
    sums.add(1, run.gain);
    sums.add(2, run.loss);
    if constexpr (kAll) {
      sums.add(3, run.reverse_loss);
      sums.add(4, run.surprise);
      sums.add(5, run.below);
    }
  }
  Sums<double> total{sums.total(0), sums.total(1), sums.total(2)};
  if constexpr (kAll) {
    total.reverse_loss = sums.total(3);
    total.surprise = sums.total(4);
    total.below = sums.total(5);
  }
  return total;
}

// e^x for x ≤ 0, and 0 where that is no number beside 1.
KULLBACK_INLINE double weight_or_zero(double x) {
  constexpr double kLeast = -Format<double>::kNarrow;
  return x < kLeast ? 0.0 : exp_within(x < kLeast ? kLeast : x);
}

// A logit times the scale, −∞ kept apart by the caller.
KULLBACK_INLINE double held(double x, double scale) {
  const double y = x * scale;
  const double above = y < -kEnormous ? -kEnormous : y;
  return above > kEnormous ? kEnormous : above;
}

KULLBACK_INLINE bool possible(double logit) { return logit != kNone; }

// The same with −∞, far smaller and enormous numbers; the maxima are held already. Where w and
// b differ by more than an exponential can say, the smaller one is nothing beside the other.
KULLBACK_INLINE Sums<double> careful_outcome(double p, double q, double max_p, double max_q,
                                             double scale) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kWide = 30.0;
  const bool in_p = possible(p), in_q = possible(q), in_both = in_p & in_q;
  const double log_w = in_p ? held(p, scale) - max_p : 0.0;
  const double log_b = in_q ? held(q, scale) - max_q : 0.0;
  const double w = in_p ? weight_or_zero(log_w) : 0.0;
  const double b = in_q ? weight_or_zero(log_b) : 0.0;
  const double shift = max_p - max_q;
  const double together = (held(q, scale) - held(p, scale)) + shift;
  const double x = std::fabs(shift) < kOfASize ? together : log_b - log_w;
  const bool near = in_both & (std::fabs(x) < kWide);
  const Sums<double> both = outcome(w, log_w, near ? x : 0.0);
  const double loss = (b - w) - w * x, reverse_loss = (w - b) + b * x;
  return {w,
          near ? both.gain : b - w,
          near ? both.loss : (in_both ? loss : (in_p ? kInfinity : b)),
          near ? both.reverse_loss : (in_both ? reverse_loss : (in_q ? kInfinity : w)),
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
