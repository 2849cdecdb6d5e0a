// ln Z of rows of logits, and how much the rounding of their storage may move a row.
#include <cmath>
#include <limits>

#include "exponential.h"
#include "lanes.h"
#include "logits_pass.h"
#include "reduce.h"
#include "stored.h"

namespace kullback {
namespace {

struct Weights {
  double weight = 0.0;   // Σ w
  double spread = 0.0;   // Σ w·4^exponent(x)
  double squares = 0.0;  // Σ w²·4^exponent(x)

  void add(const Weights& other) {
    weight += other.weight;
    spread += other.spread;
    squares += other.squares;
  }
};

template <class T>
KULLBACK_INLINE void add_weights(const T* x, std::size_t lanes, T top, Lanes<T>& weight,
                                 Lanes<T>& spread, Lanes<T>& squares) {
  using F = Format<T>;
  constexpr auto kExponent = F::kExponent ^ F::kSign;
  KULLBACK_SIMD()
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const T number = x[lane];
    const T log_w = number - top;
    const bool seen = log_w > -F::kNarrow;
    const T w = seen ? exp_within(seen ? log_w : T(0)) : T(0);
    const T octave = seen ? from_bits<T>(bits_of(number) & kExponent) : T(0);
    const T size = w * octave;
    weight[lane] += w;
    spread[lane] += size * octave;
    squares[lane] += size * size;
  }
}

template <class T>
KULLBACK_INLINE Weights weights_of(const T* x, std::size_t count, T top) {
  DeepSums<3> sums;
  for (std::size_t start = 0; start < count; start += kRun) {
    const std::size_t stop = start + kRun < count ? start + kRun : count;
    Lanes<T> weight, spread, squares;
    std::size_t at = start;
    for (; at + kSumLanes <= stop; at += kSumLanes) {
      add_weights(x + at, kSumLanes, top, weight, spread, squares);
    }
    add_weights(x + at, stop - at, top, weight, spread, squares);
    sums.add(0, weight);
    sums.add(1, spread);
    sums.add(2, squares);
  }
  return {sums.total(0), sums.total(1), sums.total(2)};
}

#define KULLBACK_WEIGHTS(name, T)                                                        \
  KULLBACK_INLINE Weights name##_body(const T* x, std::size_t count, T top) {            \
    return weights_of(x, count, top);                                                    \
  }                                                                                      \
  KULLBACK_DISPATCH(Weights, name, (const T* x, std::size_t count, T top), (x, count, top))

KULLBACK_WEIGHTS(weights_float, float)
KULLBACK_WEIGHTS(weights_double, double)

#define KULLBACK_EXTENT_OF(name, T)                                      \
  KULLBACK_INLINE Extent<T> name##_body(const T* x, std::size_t count) { \
    return extent_of(x, count);                                          \
  }                                                                      \
  KULLBACK_DISPATCH(Extent<T>, name, (const T* x, std::size_t count), (x, count))

KULLBACK_EXTENT_OF(extent_float, float)
KULLBACK_EXTENT_OF(extent_double, double)

Extent<float> extent(const float* x, std::size_t n) { return extent_float(x, n); }
Extent<double> extent(const double* x, std::size_t n) { return extent_double(x, n); }
Weights weights(const float* x, std::size_t n, float top) { return weights_float(x, n, top); }
Weights weights(const double* x, std::size_t n, double top) { return weights_double(x, n, top); }

// Extents of stretches; NaN at either end stays one.
template <class T>
struct Range {
  T least = std::numeric_limits<T>::infinity();
  T most = -std::numeric_limits<T>::infinity();
  bool broken = false;

  void add(const Range& other) {
    least = std::min(least, other.least);
    most = std::max(most, other.most);
    broken = broken || other.broken;
  }
};

template <class T>
void normalize(const Rows& x, std::size_t row, std::size_t threads, double* out) {
  const auto range = reduce_row<Range<T>>(x.outcomes, threads, [&](std::size_t start,
                                                                   std::size_t count) {
    T buffer[kBlock];
    const Extent<T> e = extent(load_stored(x, row, start, count, buffer), count);
    return Range<T>{e.least, e.most, std::isnan(e.least) || std::isnan(e.most)};
  });
  if (range.broken || !std::isfinite(range.most)) {
    out[0] = out[1] = std::numeric_limits<double>::quiet_NaN();
    return;
  }
  const auto sums = reduce_row<Weights>(x.outcomes, threads, [&](std::size_t start,
                                                                 std::size_t count) {
    T buffer[kBlock];
    return weights(load_stored(x, row, start, count, buffer), count, range.most);
  });
  out[0] = double(range.most) + std::log(sums.weight);
  out[1] = sums.spread / sums.weight - sums.squares / (sums.weight * sums.weight);
}

}  // namespace

void normalizers(const Rows& x, double* out) {
  for_rows(x.rows, x.outcomes, [&](std::size_t row, std::size_t threads) {
    double* own = out + kNormalizerNumbers * row;
    x.number == Number::kFloat64 ? normalize<double>(x, row, threads, own)
                                 : normalize<float>(x, row, threads, own);
  });
}

}  // namespace kullback
