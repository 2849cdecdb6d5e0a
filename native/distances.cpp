// Hellinger √(½ Σ (√p − √q)²) and total variation ½ Σ |p − q|, a row.
#include <cmath>

#include "pairs.h"

namespace kullback {
namespace {

// (√x − √y)², from x − y: what is nearly equal keeps its digits.
KULLBACK_INLINE double any_term(double x, double y) {
  const double total = std::sqrt(x) + std::sqrt(y);
  const double gap = (x - y) / (total == 0.0 ? 1.0 : total);
  return gap * gap;
}

// The same with one root, where x·y does not leave the range of a double.
KULLBACK_INLINE double plain_term(double x, double y) {
  const double gap = x - y;
  return gap * gap / ((x + y) + 2.0 * std::sqrt(x * y));
}

KULLBACK_INLINE double variation_term(double x, double y) { return std::fabs(x - y); }

KULLBACK_PAIR_BLOCK(hellinger_within, plain_term, all_of)
KULLBACK_PAIR_BLOCK(hellinger_careful, any_term, not_zero)
KULLBACK_PAIR_BLOCK(variation_block, variation_term, not_zero)
KULLBACK_PAIR_ROWS(hellinger_rows, any_term, not_zero)
KULLBACK_PAIR_ROWS(variation_rows, variation_term, not_zero)

PairSums hellinger_plain(const double* p, const double* q, std::size_t count) {
  PairSums sums = hellinger_within(p, q, count);
  if (sums.least < 0x1p-500 || sums.mass_p + sums.mass_q > 0x1p500) sums.least = 0.0;
  return sums;
}

}  // namespace

PairSums hellinger_sums(const double* p, const double* q, std::size_t count) {
  return by_stretches(p, q, count, hellinger_plain, hellinger_careful);
}

PairSums total_variation_sums(const double* p, const double* q, std::size_t count) {
  return variation_block(p, q, count);
}

void hellinger(const Rows& p, const Rows& q, double* out, Seen& seen) {
  reduce_pairs(p, q, {hellinger_sums, hellinger_rows, hellinger_rows, 0.5}, out, seen);
  for (std::size_t row = 0; row < p.rows; ++row) out[row] = std::sqrt(out[row]);
}

void total_variation(const Rows& p, const Rows& q, double* out, Seen& seen) {
  reduce_pairs(p, q, {total_variation_sums, variation_rows, variation_rows, 0.5}, out, seen);
}

}  // namespace kullback
