// JS(p, q) a row: ½ KL(p‖m) + ½ KL(q‖m), m = (p + q)/2.
#include "pairs.h"

#include <cmath>

#include "logarithm.h"

namespace kullback {
namespace {

KULLBACK_INLINE PairSums js_block_body(const double* p, const double* q, std::size_t count) {
  double value = 0.0, mass_p = 0.0, mass_q = 0.0;
  double least = 1.0;
  KULLBACK_SIMD(reduction(+ : value, mass_p, mass_q) reduction(min : least))
  for (std::size_t i = 0; i < count; ++i) {
    const double x = p[i], y = q[i];
    value += js_term(x, y);
    mass_p += x;
    mass_q += y;
    least = lesser(least, lesser(not_zero(x), not_zero(y)));
  }
  return {value, mass_p, mass_q, least};
}
KULLBACK_DISPATCH(PairSums, js_block, (const double* p, const double* q, std::size_t count),
                  (p, q, count))

// For subnormal and enormous numbers: brought to the size of 1, which scales the term.
double careful_term(double x, double y) {
  const double larger = std::fmax(x, y);
  if (larger == 0.0) return 0.0;
  const double ratio = std::fmin(x, y) / larger;
  if (ratio < 0x1p-1000) return larger * Format<double>::kLn2;  // the limit
  return larger * js_term(ratio, 1.0);
}

}  // namespace

PairSums jensen_shannon_sums(const double* p, const double* q, std::size_t count) {
  PairSums sums = js_block(p, q, count);
  if (sums.ordinary()) return sums;
  sums.value = 0.0;
  for (std::size_t i = 0; i < count; ++i) sums.value += careful_term(p[i], q[i]);
  return sums;
}

void jensen_shannon(const Rows& p, const Rows& q, double* out, double* facts) {
  reduce_pairs(p, q, jensen_shannon_sums, 0.5, out, facts);
}

}  // namespace kullback
