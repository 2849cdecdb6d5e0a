// KL(p‖q) a row: Σ p ln(p/q) − p + q.
#include "pairs.h"

#include <cmath>

#include "logarithm.h"

namespace kullback {
namespace {

KULLBACK_INLINE PairSums kl_block_body(const double* p, const double* q, std::size_t count) {
  double value = 0.0, mass_p = 0.0, mass_q = 0.0;
  double least = 1.0;
  KULLBACK_SIMD(reduction(+ : value, mass_p, mass_q) reduction(min : least))
  for (std::size_t i = 0; i < count; ++i) {
    const double x = p[i], y = q[i];
    value += measure_term(x, y);
    mass_p += x;
    mass_q += y;
    least = lesser(least, lesser(not_zero(x), not_zero(y)));
  }
  return {value, mass_p, mass_q, least};
}
KULLBACK_DISPATCH(PairSums, kl_block, (const double* p, const double* q, std::size_t count),
                  (p, q, count))

// For subnormal and enormous numbers, one at a time.
double careful_term(double x, double y) {
  if (x == 0.0) return y;
  if (y == 0.0) return std::numeric_limits<double>::infinity();
  return x * (std::log(x) - std::log(y)) - (x - y);
}

}  // namespace

PairSums kl_sums(const double* p, const double* q, std::size_t count) {
  PairSums sums = kl_block(p, q, count);
  if (sums.ordinary()) return sums;
  sums.value = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const PairSums one = kl_block(p + i, q + i, 1);
    sums.value += one.ordinary() ? one.value : careful_term(p[i], q[i]);
  }
  return sums;
}

void kl(const Rows& p, const Rows& q, double* out, double* facts) {
  reduce_pairs(p, q, kl_sums, 1.0, out, facts);
}

}  // namespace kullback
