// What the measures of two distributions share: a block's sums, and the walk over the rows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "lanes.h"
#include "probabilities.h"
#include "reduce.h"

namespace kullback {

// `least` is the smallest number other than 0, or 1.
struct PairSums {
  double value = 0.0;
  double mass_p = 0.0;
  double mass_q = 0.0;
  double least = 1.0;

  void add(const PairSums& other) {
    value += other.value;
    mass_p += other.mass_p;
    mass_q += other.mass_q;
    least = std::min(least, other.least);
  }

  // Whether every number is 0 or within [2^-1020, 2^1020], where kl_term is safe.
  bool ordinary() const { return least >= 0x1p-1020 && mass_p + mass_q <= 0x1p1020; }
};

using PairBlock = PairSums (*)(const double* p, const double* q, std::size_t count);

// Outcomes that are taken at a time, and how far ahead their lines are asked for: on a processor
// that meets a division in every outcome, memory would else wait for arithmetic.
constexpr std::size_t kAhead = 256;

// Asks for the next outcomes; what lies behind the end is never read.
KULLBACK_INLINE void ask_ahead(const double* from) {
#if defined(__GNUC__) || defined(__clang__)
  for (std::size_t i = kAhead; i < 2 * kAhead; i += 8) __builtin_prefetch(from + i);
#else
  (void)from;
#endif
}

// Sums a block by `plain`, which is written for ordinary numbers without a zero and says by its
// `least` whether all were, and from the first that is none on by `careful`.
inline PairSums by_stretches(const double* p, const double* q, std::size_t count, PairBlock plain,
                             PairBlock careful) {
  PairSums total;
  bool ordinary = true;
  for (std::size_t start = 0; start < count; start += kAhead) {
    const std::size_t size = std::min(kAhead, count - start);
    if (size == kAhead) {
      ask_ahead(p + start);
      ask_ahead(q + start);
    }
    PairSums sums;
    if (ordinary) {
      sums = plain(p + start, q + start, size);
      ordinary = sums.ordinary();
    }
    total.add(ordinary ? sums : careful(p + start, q + start, size));
  }
  return total;
}

// Sixteen short rows at a time, one behind the other in `p` and `q`: their terms are found as
// those of one row, and added up row by row.
constexpr std::size_t kShortRows = kSumLanes;
constexpr std::size_t kShort = 32;

struct ShortSums {
  Lanes<double> value, mass_p, mass_q, least;

  ShortSums() {
    for (std::size_t i = 0; i < kShortRows; ++i) least[i] = 1.0;
  }

  PairSums row(std::size_t i) const { return {value[i], mass_p[i], mass_q[i], least[i]}; }

  // Whether each row is.
  bool ordinary() const {
    double smallest = 1.0, largest = 0.0;
    for (std::size_t i = 0; i < kShortRows; ++i) {
      const double mass = mass_p[i] + mass_q[i];
      smallest = least[i] < smallest ? least[i] : smallest;
      largest = mass <= largest ? largest : mass;  // NaN too
    }
    return PairSums{0.0, largest, 0.0, smallest}.ordinary();
  }
};

using PairLanes = void (*)(const double* p, const double* q, std::size_t outcomes,
                           ShortSums& sums);

// A measure over a block of a row, and over short rows.
struct PairMeasure {
  PairBlock block;
  PairLanes lanes;
  double scale = 1.0;
};

// Numbers of a row that may be read where they lie.
inline bool lies_as_doubles(const Rows& x) {
  return x.number == Number::kFloat64 && x.stride == sizeof(double) &&
         reinterpret_cast<std::uintptr_t>(x.data) % alignof(double) == 0 &&
         x.row_stride % static_cast<std::ptrdiff_t>(alignof(double)) == 0;
}

// Rows one behind the other: where they lie, or copied.
inline const double* in_a_row(const Rows& x, std::size_t first, double* buffer) {
  const auto row = static_cast<std::ptrdiff_t>(x.outcomes * sizeof(double));
  if (x.row_stride == row) return reinterpret_cast<const double*>(x.at(first, 0));
  for (std::size_t i = 0; i < kShortRows; ++i) {
    const auto* from = reinterpret_cast<const double*>(x.at(first + i, 0));
    std::copy(from, from + x.outcomes, buffer + i * x.outcomes);
  }
  return buffer;
}

inline void write_pair(const PairSums& sums, std::size_t row, double scale, double* out,
                       double* facts) {
  out[row] = sums.value * scale;
  facts[kFacts * row] = sums.least;
  facts[kFacts * row + 1] = sums.mass_p;
  facts[kFacts * row + 2] = sums.mass_q;
}

inline PairSums sum_row(const Rows& p, const Rows& q, std::size_t row, std::size_t threads,
                        PairBlock block) {
  return reduce_row<PairSums>(p.outcomes, threads, [&](std::size_t start, std::size_t count) {
    double p_buffer[kBlock];
    double q_buffer[kBlock];
    return block(load(p, row, start, count, p_buffer), load(q, row, start, count, q_buffer),
                 count);
  });
}

// The rows of the groups of sixteen; the number of rows that are left to be summed one by one is
// what a group lacks.
inline std::size_t reduce_short(const Rows& p, const Rows& q, const PairMeasure& measure,
                                double* out, double* facts) {
  const std::size_t groups = p.rows / kShortRows;
  for_rows(groups, kShortRows * p.outcomes, [&](std::size_t group, std::size_t) {
    double p_buffer[kShort * kShortRows];
    double q_buffer[kShort * kShortRows];
    const std::size_t first = group * kShortRows;
    ShortSums all;
    measure.lanes(in_a_row(p, first, p_buffer), in_a_row(q, first, q_buffer), p.outcomes, all);
    if (all.ordinary()) {
      for (std::size_t i = 0; i < kShortRows; ++i) {
        write_pair(all.row(i), first + i, measure.scale, out, facts);
      }
      return;
    }
    for (std::size_t i = 0; i < kShortRows; ++i) {
      PairSums sums = all.row(i);
      if (!sums.ordinary()) sums = sum_row(p, q, first + i, 1, measure.block);
      write_pair(sums, first + i, measure.scale, out, facts);
    }
  });
  return groups * kShortRows;
}

inline void reduce_pairs(const Rows& p, const Rows& q, const PairMeasure& measure, double* out,
                         double* facts) {
  const bool short_rows = p.outcomes <= kShort && lies_as_doubles(p) && lies_as_doubles(q);
  const std::size_t done = short_rows ? reduce_short(p, q, measure, out, facts) : 0;
  for_rows(p.rows - done, p.outcomes, [&](std::size_t left, std::size_t threads) {
    const std::size_t row = done + left;
    write_pair(sum_row(p, q, row, threads, measure.block), row, measure.scale, out, facts);
  });
}

// The measures over a block, subnormal and enormous numbers included. Jensen–Shannon and total
// variation come out twice, Hellinger as twice its square.
PairSums kl_sums(const double* p, const double* q, std::size_t count);
PairSums jensen_shannon_sums(const double* p, const double* q, std::size_t count);
PairSums cross_entropy_sums(const double* p, const double* q, std::size_t count);
PairSums hellinger_sums(const double* p, const double* q, std::size_t count);
PairSums total_variation_sums(const double* p, const double* q, std::size_t count);

KULLBACK_INLINE double not_zero(double x) { return x == 0.0 ? 1.0 : x; }
KULLBACK_INLINE double lesser(double a, double b) { return a < b ? a : b; }

// Σ term(p, q) over a block, where `seen` is what of a number counts for the least.
template <double (*term)(double, double), double (*seen)(double)>
KULLBACK_INLINE PairSums sums_of(const double* p, const double* q, std::size_t count) {
  double value = 0.0, mass_p = 0.0, mass_q = 0.0;
  double least = 1.0;
  KULLBACK_SIMD(reduction(+ : value, mass_p, mass_q) reduction(min : least))
  for (std::size_t i = 0; i < count; ++i) {
    const double x = p[i], y = q[i];
    value += term(x, y);
    mass_p += x;
    mass_q += y;
    least = lesser(least, lesser(seen(x), seen(y)));
  }
  return {value, mass_p, mass_q, least};
}

KULLBACK_INLINE double all_of(double x) { return x; }

template <double (*term)(double, double)>
KULLBACK_INLINE void lanes_of(const double* p, const double* q, std::size_t outcomes,
                              ShortSums& sums) {
  alignas(64) double terms[kShort * kShortRows];
  alignas(64) double lesser_ones[kShort * kShortRows];
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < kShortRows * outcomes; ++i) {
    const double x = p[i], y = q[i];
    terms[i] = term(x, y);
    lesser_ones[i] = lesser(not_zero(x), not_zero(y));
  }
  for (std::size_t row = 0, i = 0; row < kShortRows; ++row) {
    double value = 0.0, mass_p = 0.0, mass_q = 0.0, least = 1.0;
    for (const std::size_t stop = i + outcomes; i < stop; ++i) {
      value += terms[i];
      mass_p += p[i];
      mass_q += q[i];
      least = lesser(least, lesser_ones[i]);
    }
    sums.value[row] = value;
    sums.mass_p[row] = mass_p;
    sums.mass_q[row] = mass_q;
    sums.least[row] = least;
  }
}

// KULLBACK_PAIR_LANES(name, term) makes the PairLanes `name`.
#define KULLBACK_PAIR_LANES(name, term)                                                         \
  KULLBACK_INLINE void name##_body(const double* p, const double* q, std::size_t outcomes,      \
                                   ShortSums& sums) {                                           \
    lanes_of<term>(p, q, outcomes, sums);                                                       \
  }                                                                                             \
  KULLBACK_DISPATCH(void, name,                                                                 \
                    (const double* p, const double* q, std::size_t outcomes, ShortSums& sums), \
                    (p, q, outcomes, sums))

// KULLBACK_PAIR_BLOCK(name, term, seen) makes the PairBlock `name`.
#define KULLBACK_PAIR_BLOCK(name, term, seen)                                                  \
  KULLBACK_INLINE PairSums name##_body(const double* p, const double* q, std::size_t count) { \
    return sums_of<term, seen>(p, q, count);                                                   \
  }                                                                                            \
  KULLBACK_DISPATCH(PairSums, name, (const double* p, const double* q, std::size_t count),     \
                    (p, q, count))

}  // namespace kullback
