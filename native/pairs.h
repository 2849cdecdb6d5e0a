// What the measures of two distributions share: a block's sums, and the walk over the rows.
#pragma once

#include <algorithm>
#include <limits>

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
    ask_ahead(p + start);
    ask_ahead(q + start);
    PairSums sums;
    if (ordinary) {
      sums = plain(p + start, q + start, size);
      ordinary = sums.ordinary();
    }
    total.add(ordinary ? sums : careful(p + start, q + start, size));
  }
  return total;
}

inline void reduce_pairs(const Rows& p, const Rows& q, PairBlock block, double scale, double* out,
                         double* facts) {
  for_rows(p.rows, p.outcomes, [&](std::size_t row, std::size_t threads) {
    const auto sums = reduce_row<PairSums>(
        p.outcomes, threads, [&](std::size_t start, std::size_t count) {
          double p_buffer[kBlock];
          double q_buffer[kBlock];
          return block(load(p, row, start, count, p_buffer), load(q, row, start, count, q_buffer),
                       count);
        });
    out[row] = sums.value * scale;
    facts[kFacts * row] = sums.least;
    facts[kFacts * row + 1] = sums.mass_p;
    facts[kFacts * row + 2] = sums.mass_q;
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

// KULLBACK_PAIR_BLOCK(name, term, seen) makes the PairBlock `name`.
#define KULLBACK_PAIR_BLOCK(name, term, seen)                                                  \
  KULLBACK_INLINE PairSums name##_body(const double* p, const double* q, std::size_t count) { \
    return sums_of<term, seen>(p, q, count);                                                   \
  }                                                                                            \
  KULLBACK_DISPATCH(PairSums, name, (const double* p, const double* q, std::size_t count),     \
                    (p, q, count))

}  // namespace kullback
