// Hellinger √(½ Σ (√p − √q)²) and total variation ½ Σ |p − q|, a row.
#include <cmath>

#include "pairs.h"

namespace kullback {
namespace {

// (√x − √y)², from x − y: what is nearly equal keeps its digits.
KULLBACK_INLINE double hellinger_term(double x, double y) {
  const double total = std::sqrt(x) + std::sqrt(y);
  const double gap = (x - y) / (total == 0.0 ? 1.0 : total);
  return gap * gap;
}

KULLBACK_INLINE double variation_term(double x, double y) { return std::fabs(x - y); }

template <double (*term)(double, double)>
KULLBACK_INLINE PairSums sums_of(const double* p, const double* q, std::size_t count) {
  double value = 0.0, mass_p = 0.0, mass_q = 0.0;
  double least = 1.0;
  KULLBACK_SIMD(reduction(+ : value, mass_p, mass_q) reduction(min : least))
  for (std::size_t i = 0; i < count; ++i) {
    const double x = p[i], y = q[i];
    value += term(x, y);
    mass_p += x;
    mass_q += y;
    least = lesser(least, lesser(not_zero(x), not_zero(y)));
  }
  return {value, mass_p, mass_q, least};
}

KULLBACK_INLINE PairSums hellinger_block_body(const double* p, const double* q,
                                              std::size_t count) {
  return sums_of<hellinger_term>(p, q, count);
}
KULLBACK_DISPATCH(PairSums, hellinger_block,
                  (const double* p, const double* q, std::size_t count), (p, q, count))

KULLBACK_INLINE PairSums variation_block_body(const double* p, const double* q,
                                              std::size_t count) {
  return sums_of<variation_term>(p, q, count);
}
KULLBACK_DISPATCH(PairSums, variation_block,
                  (const double* p, const double* q, std::size_t count), (p, q, count))

}  // namespace

PairSums hellinger_sums(const double* p, const double* q, std::size_t count) {
  return hellinger_block(p, q, count);
}

PairSums total_variation_sums(const double* p, const double* q, std::size_t count) {
  return variation_block(p, q, count);
}

void hellinger(const Rows& p, const Rows& q, double* out, double* facts) {
  reduce_pairs(p, q, hellinger_sums, 0.5, out, facts);
  for (std::size_t row = 0; row < p.rows; ++row) out[row] = std::sqrt(out[row]);
}

void total_variation(const Rows& p, const Rows& q, double* out, double* facts) {
  reduce_pairs(p, q, total_variation_sums, 0.5, out, facts);
}

}  // namespace kullback
