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

}  // namespace kullback
