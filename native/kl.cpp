// KL(p‖q) a row: Σ p ln(p/q) − p + q.
#include "pairs.h"

#include <cmath>

#include "logarithm.h"

namespace kullback {
namespace {

KULLBACK_PAIR_BLOCK(kl_plain, kl_term<double>, all_of)
KULLBACK_PAIR_BLOCK(kl_block, measure_term<double>, not_zero)
KULLBACK_PAIR_ROWS(kl_plain_rows, kl_term<double>, all_of)
KULLBACK_PAIR_ROWS(kl_rows, measure_term<double>, not_zero)

// For subnormal and enormous numbers, one at a time.
double careful_term(double x, double y) {
  if (x == 0.0) return y;
  if (y == 0.0) return std::numeric_limits<double>::infinity();
  return x * (std::log(x) - std::log(y)) - (x - y);
}

PairSums kl_careful(const double* p, const double* q, std::size_t count) {
  PairSums sums = kl_block(p, q, count);
  if (sums.ordinary()) return sums;
  sums.value = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const PairSums one = kl_block(p + i, q + i, 1);
    sums.value += one.ordinary() ? one.value : careful_term(p[i], q[i]);
  }
  return sums;
}

}  // namespace

PairSums kl_sums(const double* p, const double* q, std::size_t count) {
  return by_stretches(p, q, count, kl_plain, kl_careful);
}

void kl(const Rows& p, const Rows& q, double* out, Seen& seen) {
  reduce_pairs(p, q, {kl_sums, kl_plain_rows, kl_rows}, out, seen);
}

}  // namespace kullback
