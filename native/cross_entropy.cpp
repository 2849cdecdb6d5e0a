// H(p, q) a row: −Σ p ln q, with 0·ln 0 = 0.
#include "pairs.h"

#include "logarithm.h"

namespace kullback {
namespace {

KULLBACK_INLINE double plain_term(double x, double y) { return -x * log_within(y); }
KULLBACK_INLINE double any_term(double x, double y) { return x == 0.0 ? 0.0 : -x * log_of(y); }

KULLBACK_PAIR_BLOCK(ce_plain, plain_term, all_of)
KULLBACK_PAIR_BLOCK(ce_careful, any_term, not_zero)
KULLBACK_PAIR_ROWS(ce_rows, any_term, not_zero)

}  // namespace

PairSums cross_entropy_sums(const double* p, const double* q, std::size_t count) {
  return by_stretches(p, q, count, ce_plain, ce_careful);
}

void cross_entropy(const Rows& p, const Rows& q, double* out, Seen& seen) {
  reduce_pairs(p, q, {cross_entropy_sums, ce_rows, ce_rows}, out, seen);
}

}  // namespace kullback
