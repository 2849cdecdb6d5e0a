// What the measures of two distributions share: a block's sums, and the walk over the rows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <mutex>

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

  Seen seen() const { return {least, {mass_p, mass_p}, {mass_q, mass_q}}; }

  // Whether every number is 0 or within [2^-1020, 2^1020], where kl_term is safe.
  bool ordinary() const { return least >= 0x1p-1020 && mass_p + mass_q <= 0x1p1020; }
};

using PairBlock = PairSums (*)(const double* p, const double* q, std::size_t count);

// Outcomes that are taken at a time, and how far ahead their lines are asked for: on a processor
// that meets a division in every outcome, memory would else wait for arithmetic. More lines at a
// time than a core has buffers for would have to wait for each other.
constexpr std::size_t kTaken = 128;
constexpr std::size_t kAhead = 256;

// Asks for a stretch to come; what lies behind the end is never read.
KULLBACK_INLINE void ask_ahead(const double* from) {
#if defined(__GNUC__) || defined(__clang__)
  for (std::size_t i = 0; i < kTaken; i += 8) __builtin_prefetch(from + kAhead + i);
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
  for (std::size_t start = 0; start < count; start += kTaken) {
    const std::size_t size = std::min(kTaken, count - start);
    if (size == kTaken) {
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

// Short rows, several at a time, one behind the other in `p` and `q`: their terms are found as
// those of one row, and added up row by row.
constexpr std::size_t kShort = 32;
constexpr std::size_t kTogether = 512;  // numbers

struct ShortSums {
  alignas(64) double value[kTogether], mass_p[kTogether], mass_q[kTogether];
  Seen seen;

  // Whether each row is.
  bool ordinary() const {
    return PairSums{0.0, seen.mass_p.high, seen.mass_q.high, seen.least}.ordinary();
  }
};

using PairRows = void (*)(const double* p, const double* q, std::size_t outcomes,
                          std::size_t rows, ShortSums& sums);

// A measure over a block of a row, and over short rows without a zero and with zeros: to the same
// bits, since a row may have another one beside it.
struct PairMeasure {
  PairBlock block;
  PairRows plain_rows;
  PairRows rows;
  double scale = 1.0;
};

// Numbers of a row that may be read where they lie.
inline bool lies_as_doubles(const Rows& x) {
  return x.number == Number::kFloat64 && x.stride == sizeof(double) &&
         reinterpret_cast<std::uintptr_t>(x.data) % alignof(double) == 0 &&
         x.row_stride % static_cast<std::ptrdiff_t>(alignof(double)) == 0;
}

// Rows one behind the other: where they lie, or copied.
inline const double* in_a_row(const Rows& x, std::size_t first, std::size_t rows,
                              double* buffer) {
  const auto row = static_cast<std::ptrdiff_t>(x.outcomes * sizeof(double));
  if (lies_as_doubles(x) && x.row_stride == row) {
    return reinterpret_cast<const double*>(x.at(first, 0));
  }
  for (std::size_t i = 0; i < rows; ++i) {
    double* place = buffer + i * x.outcomes;
    const double* from = load(x, first + i, 0, x.outcomes, place);
    if (from != place) std::copy(from, from + x.outcomes, place);
  }
  return buffer;
}

// Calls some(start, stop, threads) → Seen for stretches of rows, and puts together what was seen.
template <class Some>
void see_stretches(std::size_t rows, std::size_t outcomes, Seen& seen, const Some& some) {
  std::mutex door;
  for_stretches(rows, outcomes, [&](std::size_t start, std::size_t stop, std::size_t threads) {
    const Seen here = some(start, stop, threads);
    const std::lock_guard<std::mutex> inside(door);
    seen.add(here);
  });
}

// Calls row(i, threads) → Seen for every row.
template <class Row>
void see_rows(std::size_t rows, std::size_t outcomes, Seen& seen, const Row& row) {
  see_stretches(rows, outcomes, seen,
                [&](std::size_t start, std::size_t stop, std::size_t threads) {
                  Seen here;
                  for (std::size_t i = start; i < stop; ++i) here.add(row(i, threads));
                  return here;
                });
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

inline void reduce_short(const Rows& p, const Rows& q, const PairMeasure& measure, double* out,
                         Seen& seen) {
  const std::size_t size = kTogether / p.outcomes;
  const std::size_t groups = (p.rows + size - 1) / size;
  see_rows(groups, size * p.outcomes, seen, [&](std::size_t group, std::size_t) {
    double p_buffer[kTogether];
    double q_buffer[kTogether];
    ShortSums all;
    const std::size_t first = group * size, rows = std::min(size, p.rows - first);
    const double* x = in_a_row(p, first, rows, p_buffer);
    const double* y = in_a_row(q, first, rows, q_buffer);
    measure.plain_rows(x, y, p.outcomes, rows, all);
    if (!all.ordinary()) measure.rows(x, y, p.outcomes, rows, all);
    const bool ordinary = all.ordinary();
    for (std::size_t i = 0; i < rows; ++i) {
      const double value =
          ordinary ? all.value[i] : sum_row(p, q, first + i, 1, measure.block).value;
      out[first + i] = value * measure.scale;
    }
    return all.seen;
  });
}

inline void reduce_pairs(const Rows& p, const Rows& q, const PairMeasure& measure, double* out,
                         Seen& seen) {
  if (p.outcomes <= kShort && p.outcomes > 0) {
    return reduce_short(p, q, measure, out, seen);
  }
  see_rows(p.rows, p.outcomes, seen, [&](std::size_t row, std::size_t threads) {
    const PairSums sums = sum_row(p, q, row, threads, measure.block);
    out[row] = sums.value * measure.scale;
    return sums.seen();
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

// Adds up each short row: neighbours first, as long as their number is even, so that whole
// vectors are added.
KULLBACK_INLINE void add_rows(const double* from, std::size_t outcomes, std::size_t rows,
                              double* sums) {
  alignas(64) double halves[kTogether / 2];
  const double* x = from;
  std::size_t left = outcomes;
  for (; left % 2 == 0; left /= 2) {
    const std::size_t half = rows * left / 2;
    KULLBACK_SIMD()
    for (std::size_t i = 0; i < half; ++i) halves[i] = x[2 * i] + x[2 * i + 1];
    x = halves;
  }
  KULLBACK_SIMD()
  for (std::size_t row = 0; row < rows; ++row) sums[row] = x[row * left];
  for (std::size_t j = 1; j < left; ++j) {
    KULLBACK_SIMD()
    for (std::size_t row = 0; row < rows; ++row) sums[row] += x[row * left + j];
  }
}

KULLBACK_INLINE Extremes extremes_of(const double* sums, std::size_t count) {
  double low = sums[0], high = sums[0], strange = 0.0;
  KULLBACK_SIMD(reduction(min : low) reduction(max : high) reduction(+ : strange))
  for (std::size_t i = 0; i < count; ++i) {
    const double x = sums[i];
    low = x < low ? x : low;
    high = x > high ? x : high;
    strange += x - x;  // NaN where x is not finite
  }
  Extremes found{low, high};
  if (strange == 0.0) return found;
  for (std::size_t i = 0; i < count; ++i) found.add({sums[i], sums[i]});
  return found;
}

template <double (*term)(double, double), double (*seen)(double)>
KULLBACK_INLINE void short_rows_of(const double* p, const double* q, std::size_t outcomes,
                                   std::size_t rows, ShortSums& sums) {
  alignas(64) double terms[kTogether];
  const std::size_t numbers = rows * outcomes;
  double least = 1.0;
  KULLBACK_SIMD(reduction(min : least))
  for (std::size_t i = 0; i < numbers; ++i) {
    const double x = p[i], y = q[i];
    terms[i] = term(x, y);
    least = lesser(least, lesser(seen(x), seen(y)));
  }
  add_rows(terms, outcomes, rows, sums.value);
  add_rows(p, outcomes, rows, sums.mass_p);
  add_rows(q, outcomes, rows, sums.mass_q);
  sums.seen = {least, extremes_of(sums.mass_p, rows), extremes_of(sums.mass_q, rows)};
}

// KULLBACK_PAIR_ROWS(name, term, seen) makes the PairRows `name`.
#define KULLBACK_PAIR_ROWS(name, term, seen)                                                   \
  KULLBACK_INLINE void name##_body(const double* p, const double* q, std::size_t outcomes,     \
                                   std::size_t rows, ShortSums& sums) {                        \
    short_rows_of<term, seen>(p, q, outcomes, rows, sums);                                     \
  }                                                                                            \
  KULLBACK_DISPATCH(void, name,                                                                \
                    (const double* p, const double* q, std::size_t outcomes, std::size_t rows, \
                     ShortSums& sums),                                                         \
                    (p, q, outcomes, rows, sums))

// KULLBACK_PAIR_BLOCK(name, term, seen) makes the PairBlock `name`.
#define KULLBACK_PAIR_BLOCK(name, term, seen)                                                  \
  KULLBACK_INLINE PairSums name##_body(const double* p, const double* q, std::size_t count) { \
    return sums_of<term, seen>(p, q, count);                                                   \
  }                                                                                            \
  KULLBACK_DISPATCH(PairSums, name, (const double* p, const double* q, std::size_t count),     \
                    (p, q, count))

}  // namespace kullback
