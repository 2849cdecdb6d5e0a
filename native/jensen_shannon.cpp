// JS(p, q) a row: ½ KL(p‖m) + ½ KL(q‖m), m = (p + q)/2.
#include "pairs.h"

#include <cmath>

#include "logarithm.h"

namespace kullback {
namespace {

// Of two numbers other than zero.
KULLBACK_INLINE double plain_term(double x, double y) {
  const double larger = x < y ? y : x, smaller = x < y ? x : y;
  const Halves of = js_halves(larger, smaller, smaller);
  return of.of_larger + of.of_smaller;
}

KULLBACK_PAIR_BLOCK(js_plain, plain_term, all_of)
KULLBACK_PAIR_BLOCK(js_block, js_term, not_zero)
KULLBACK_PAIR_ROWS(js_plain_rows, plain_term, all_of)
KULLBACK_PAIR_ROWS(js_rows, js_term, not_zero)

// For subnormal and enormous numbers: brought to the size of 1, which scales the term.
double careful_term(double x, double y) {
  const double larger = std::fmax(x, y);
  if (larger == 0.0) return 0.0;
  const double ratio = std::fmin(x, y) / larger;
  if (ratio < 0x1p-1000) return larger * Format<double>::kLn2;  // the limit
  return larger * js_term(ratio, 1.0);
}

PairSums js_careful(const double* p, const double* q, std::size_t count) {
  PairSums sums = js_block(p, q, count);
  if (sums.ordinary()) return sums;
  sums.value = 0.0;
  for (std::size_t i = 0; i < count; ++i) sums.value += careful_term(p[i], q[i]);
  return sums;
}

}  // namespace

PairSums jensen_shannon_sums(const double* p, const double* q, std::size_t count) {
  return by_stretches(p, q, count, js_plain, js_careful);
}

void jensen_shannon(const Rows& p, const Rows& q, double* out, Seen& seen) {
  reduce_pairs(p, q, {jensen_shannon_sums, js_plain_rows, js_rows, 0.5}, out, seen);
}

}  // namespace kullback
