// H(p, q) a row: −Σ p ln q, with 0·ln 0 = 0.
#include "pairs.h"

#include "logarithm.h"

namespace kullback {
namespace {

KULLBACK_INLINE PairSums ce_block_body(const double* p, const double* q, std::size_t count) {
  double value = 0.0, mass_p = 0.0, mass_q = 0.0;
  double least = 1.0;
  KULLBACK_SIMD(reduction(+ : value, mass_p, mass_q) reduction(min : least))
  for (std::size_t i = 0; i < count; ++i) {
    const double x = p[i], y = q[i];
    value += x == 0.0 ? 0.0 : -x * log_of(y);
    mass_p += x;
    mass_q += y;
    least = lesser(least, lesser(not_zero(x), not_zero(y)));
  }
  return {value, mass_p, mass_q, least};
}
KULLBACK_DISPATCH(PairSums, ce_block, (const double* p, const double* q, std::size_t count),
                  (p, q, count))

}  // namespace

PairSums cross_entropy_sums(const double* p, const double* q, std::size_t count) {
  return ce_block(p, q, count);
}

void cross_entropy(const Rows& p, const Rows& q, double* out, double* facts) {
  reduce_pairs(p, q, cross_entropy_sums, 1.0, out, facts);
}

}  // namespace kullback
