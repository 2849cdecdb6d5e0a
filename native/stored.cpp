#include "stored.h"

#include <algorithm>
#include <cmath>

#include "exponential.h"
#include "lanes.h"
#include "logits_pass.h"
#include "mixture.h"
#include "reduce.h"

namespace kullback {
namespace {

KULLBACK_INLINE void widen_codes_body(const std::uint16_t* from, float* to, std::size_t count) {
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<float>(from[i]);
}
KULLBACK_DISPATCH(void, widen_codes, (const std::uint16_t* from, float* to, std::size_t count),
                  (from, to, count))

KULLBACK_INLINE Extent<float> extent_body(const float* x, std::size_t count) {
  return extent_of(x, count);
}
KULLBACK_DISPATCH(Extent<float>, extent, (const float* x, std::size_t count), (x, count))

// Tokens within so many nats of the clamp say what the clamped ones are like.
constexpr double kNearTheClamp = 2.0;

// ln p = scale·x + minimum; a number equal to `clamped` (NaN: none is) says "at most that", and
// those up to `near` (−1: none) are next to it.
template <class T>
struct Side {
  T scale;
  T minimum;
  T clamped;
  T near;

  KULLBACK_INLINE T log(T x) const { return scale * x + minimum; }
};

template <class T>
Side<T> side_of(const double* affine) {
  constexpr T kNever = std::numeric_limits<T>::quiet_NaN();
  const bool clamps = affine[2] != 0.0;
  return {static_cast<T>(affine[0]), static_cast<T>(affine[1]), clamps ? T(0) : kNever,
          clamps ? static_cast<T>(kNearTheClamp / affine[0]) : T(-1)};
}

template <class T>
struct Sides {
  Side<T> p;
  Side<T> q;
};

// One side says what is near: P where it was clamped.
template <class T>
Sides<T> sides_of(const double* affine) {
  Sides<T> both{side_of<T>(affine), side_of<T>(affine + kAffineNumbers / 2)};
  if (both.p.near >= T(0)) both.q.near = T(-1);
  return both;
}

struct Measures {
  double numbers[kStoredNumbers] = {};

  void add(const Measures& other) {
    for (std::size_t i = 0; i < kStoredNumbers; ++i) numbers[i] += other.numbers[i];
  }
};

// The sums of a run, lane by lane.
struct RunMeasures {
  Lanes<float> kl, reverse, js, tv, kept_p, kept_q;
  Lanes<float> low_p, low_q, near_kl, near_reverse, near_js;
  Lanes<float> near_tv, near_mass, tail;
};

// Each outcome is read from its larger probability L; the other is E = e^−size of it, d = 1 − E
// and excess = E − 1 + size.
KULLBACK_INLINE void add_narrow(const float* p, const float* q, std::size_t lanes,
                                const Side<float>& of_p, const Side<float>& of_q,
                                RunMeasures& run) {
  const float p_scale = of_p.scale, p_minimum = of_p.minimum, p_clamped = of_p.clamped;
  const float q_scale = of_q.scale, q_minimum = of_q.minimum, q_clamped = of_q.clamped;
  const float p_near = of_p.near, q_near = of_q.near;
  const bool by_q = q_near >= 0.0f;
  KULLBACK_SIMD()
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const float code_p = p[lane], code_q = q[lane];
    const float stored_p = p_scale * code_p + p_minimum;
    const float stored_q = q_scale * code_q + q_minimum;
    const bool is_low_p = code_p == p_clamped, is_low_q = code_q == q_clamped;
    const float least_p = is_low_p & (stored_q < stored_p) ? stored_q : stored_p;
    const float least_q = is_low_q & (least_p < stored_q) ? least_p : stored_q;
    const float x = least_q - least_p;
    const float size = std::fabs(x);
    const float larger = exp_within(x > 0.0f ? least_q : least_p);
    const Growth<float> falls = growth_of(-size);
    const float d = -falls.gained, excess = falls.excess;
    const float above = larger * excess;              // of the larger one against the other
    const float below = larger * (size * d - excess);  // of the other against the larger one
    const float smaller = larger + larger * falls.gained;
    const float one_kl = x > 0.0f ? below : above;
    const float one_reverse = x > 0.0f ? above : below;
    const float one_js = larger * twice_js(size, d, excess);
    const float one_tv = larger * d;
    const float mass_p = x > 0.0f ? smaller : larger, mass_q = x > 0.0f ? larger : smaller;
    const float code = by_q ? code_q : code_p, limit = by_q ? q_near : p_near;
    const float low_p = is_low_p ? 1.0f : 0.0f, low_q = is_low_q ? 1.0f : 0.0f;
    const float near = (code >= 1.0f) & (code <= limit) ? 1.0f : 0.0f;
    run.kl[lane] += one_kl;
    run.reverse[lane] += one_reverse;
    run.js[lane] += one_js;
    run.tv[lane] += one_tv;
    run.kept_p[lane] += mass_p * (1.0f - low_p);
    run.kept_q[lane] += mass_q * (1.0f - low_q);
    run.low_p[lane] += low_p;
    run.low_q[lane] += low_q;
    run.near_kl[lane] += near * one_kl;
    run.near_reverse[lane] += near * one_reverse;
    run.near_js[lane] += near * one_js;
    run.near_tv[lane] += near * one_tv;
    run.near_mass[lane] += near * (by_q ? mass_q : mass_p);
    run.tail[lane] += (low_p + low_q - low_p * low_q) * one_kl;
  }
}

KULLBACK_INLINE Measures narrow_body(const float* p, const float* q, std::size_t count,
                                     const Side<float>& of_p, const Side<float>& of_q) {
  DeepSums<kStoredNumbers> sums;
  for (std::size_t start = 0; start < count; start += kRun) {
    const std::size_t stop = start + kRun < count ? start + kRun : count;
    RunMeasures run;
    std::size_t at = start;
    for (; at + kSumLanes <= stop; at += kSumLanes) {
      add_narrow(p + at, q + at, kSumLanes, of_p, of_q, run);
    }
    add_narrow(p + at, q + at, stop - at, of_p, of_q, run);
    sums.add(kStoredKl, run.kl);
    sums.add(kStoredReverseKl, run.reverse);
    sums.add(kStoredJensenShannon, run.js);
    sums.add(kStoredTotalVariation, run.tv);
    sums.add(kKeptP, run.kept_p);
    sums.add(kKeptQ, run.kept_q);
    sums.add(kClampedP, run.low_p);
    sums.add(kClampedQ, run.low_q);
    sums.add(kNearKl, run.near_kl);
    sums.add(kNearReverseKl, run.near_reverse);
    sums.add(kNearJensenShannon, run.near_js);
    sums.add(kNearTotalVariation, run.near_tv);
    sums.add(kNearMass, run.near_mass);
    sums.add(kTailKl, run.tail);
  }
  Measures total;
  for (std::size_t i = 0; i < kStoredNumbers; ++i) total.numbers[i] = sums.total(i);
  return total;
}
KULLBACK_DISPATCH(Measures, narrow,
                  (const float* p, const float* q, std::size_t count, const Side<float>& of_p,
                   const Side<float>& of_q),
                  (p, q, count, of_p, of_q))

void note_neighbours(Measures& m, double code, double limit, double mass, bool low) {
  double* numbers = m.numbers;
  numbers[kTailKl] = low ? numbers[kStoredKl] : 0.0;
  if (code < 1.0 || code > limit) return;
  std::copy(numbers, numbers + kKeptP, numbers + kNearKl);
  numbers[kNearMass] = mass;
}

// One outcome of any size, with every limit.
Measures careful(double log_p, double log_q, bool low_p, bool low_q) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (low_p) log_p = std::min(log_p, log_q);
  if (low_q) log_q = std::min(log_q, log_p);
  const double p = std::exp(log_p), q = std::exp(log_q);
  Measures m;
  m.numbers[kKeptP] = low_p ? 0.0 : p;
  m.numbers[kKeptQ] = low_q ? 0.0 : q;
  m.numbers[kClampedP] = low_p ? 1.0 : 0.0;
  m.numbers[kClampedQ] = low_q ? 1.0 : 0.0;
  if (log_p == log_q) return m;
  const double larger = std::max(p, q), size = std::fabs(log_q - log_p);
  const double d = -std::expm1(-size);
  const bool far = size > 30.0;
  const double excess = far ? size - 1.0 : growth_of(-size).excess;
  // A probability of 0 takes no part of its own; against one it is infinitely far.
  const double above = larger == 0.0 ? 0.0 : (std::isinf(size) ? kInfinity : larger * excess);
  const double below = far ? larger : larger * (size * d - excess);
  const double js = far ? Format<double>::kLn2 : twice_js(size, d, excess);
  m.numbers[kStoredKl] = log_q > log_p ? below : above;
  m.numbers[kStoredReverseKl] = log_q > log_p ? above : below;
  m.numbers[kStoredJensenShannon] = larger == 0.0 ? 0.0 : larger * js;
  m.numbers[kStoredTotalVariation] = larger * d;
  return m;
}

// Whether every probability and every ratio of two is a normal float.
bool narrow_block(const float* p, const float* q, std::size_t count, const Side<float>& of_p,
                  const Side<float>& of_q) {
  const Extent<float> a = extent(p, count), b = extent(q, count);
  const float least = std::min(of_p.log(a.least), of_q.log(b.least));
  const float most = std::max(of_p.log(a.most), of_q.log(b.most));
  const bool numbers = a.least <= a.most && b.least <= b.most;  // NaN is neither
  return numbers && std::isfinite(least + most) && most - least < Format<float>::kNarrow &&
         most < Format<float>::kNarrow && least > -Format<float>::kNarrow;
}

Measures block_of(const Rows& p, const Rows& q, std::size_t row, std::size_t start,
                  std::size_t count, const double* affine) {
  float p_buffer[kBlock], q_buffer[kBlock];
  const float* x = load_stored(p, row, start, count, p_buffer);
  const float* y = load_stored(q, row, start, count, q_buffer);
  const auto [of_p, of_q] = sides_of<float>(affine);
  if (narrow_block(x, y, count, of_p, of_q)) return narrow(x, y, count, of_p, of_q);
  const auto [wide_p, wide_q] = sides_of<double>(affine);
  const bool by_q = wide_q.near >= 0.0;
  Measures total;
  for (std::size_t i = 0; i < count; ++i) {
    const double code_p = x[i], code_q = y[i];
    const bool low_p = code_p == wide_p.clamped, low_q = code_q == wide_q.clamped;
    Measures one = careful(wide_p.log(code_p), wide_q.log(code_q), low_p, low_q);
    note_neighbours(one, by_q ? code_q : code_p, by_q ? wide_q.near : wide_p.near,
                    one.numbers[by_q ? kKeptQ : kKeptP], low_p || low_q);
    total.add(one);
  }
  return total;
}

}  // namespace

template <class T>
const T* load_stored(const Rows& rows, std::size_t row, std::size_t start, std::size_t count,
                     T* buffer) {
  if (rows.number != Number::kBfloat16) return load(rows, row, start, count, buffer);
  const char* from = rows.at(row, start);
  const bool ready = rows.stride == sizeof(std::uint16_t) &&
                     reinterpret_cast<std::uintptr_t>(from) % alignof(std::uint16_t) == 0;
  if constexpr (sizeof(T) == sizeof(float)) {
    if (ready) {
      widen_codes(reinterpret_cast<const std::uint16_t*>(from), buffer, count);
      return buffer;
    }
  }
  for (std::size_t i = 0; i < count; ++i, from += rows.stride) {
    std::uint16_t code;
    std::memcpy(&code, from, sizeof code);
    buffer[i] = static_cast<T>(code);
  }
  return buffer;
}

template const float* load_stored(const Rows&, std::size_t, std::size_t, std::size_t, float*);
template const double* load_stored(const Rows&, std::size_t, std::size_t, std::size_t, double*);

void stored_measures(const Rows& p, const Rows& q, const double* affine, double* out) {
  for_rows(p.rows, p.outcomes, [&](std::size_t row, std::size_t threads) {
    const double* own = affine + kAffineNumbers * row;
    const auto block = [&](std::size_t start, std::size_t count) {
      return block_of(p, q, row, start, count, own);
    };
    Measures sums = reduce_row<Measures>(p.outcomes, threads, block);
    // What is stored may sum to a little more than 1; the bounds hold all the same.
    double& js = sums.numbers[kStoredJensenShannon];
    double& tv = sums.numbers[kStoredTotalVariation];
    js = std::min(js / 2.0, Format<double>::kLn2);
    tv = std::min(tv / 2.0, 1.0);
    sums.numbers[kNearJensenShannon] /= 2.0;
    sums.numbers[kNearTotalVariation] /= 2.0;
    std::copy(sums.numbers, sums.numbers + kStoredNumbers, out + kStoredNumbers * row);
  });
}

}  // namespace kullback
