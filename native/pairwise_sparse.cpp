#include "pairwise_sparse.h"

#include <limits>

#include "logarithm.h"

namespace kullback {
namespace {

// One number of so many may differ from zero: a number looked up costs about as much as four
// that lie side by side.
constexpr std::size_t kShare = 4;

struct Met {
  double sum;      // of the terms where this row is not zero
  double covered;  // the other row's mass there
  double common;   // how many outcomes both have
};

KULLBACK_INLINE Met meet_body(const double* values, const std::int32_t* places, std::size_t count,
                              const double* other) {
  double sum = 0.0, covered = 0.0, common = 0.0;
  KULLBACK_SIMD(reduction(+ : sum, covered, common))
  for (std::size_t i = 0; i < count; ++i) {
    const double x = values[i], y = other[places[i]];
    sum += js_term(x, y);
    covered += y;
    common += y == 0.0 ? 0.0 : 1.0;
  }
  return {sum, covered, common};
}
KULLBACK_DISPATCH(Met, meet,
                  (const double* values, const std::int32_t* places, std::size_t count,
                   const double* other),
                  (values, places, count, other))

std::size_t filled(const Matrix& x) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < x.rows * x.outcomes; ++i) count += x.data[i] != 0.0;
  return count;
}

}  // namespace

Filled::Filled(const Matrix& x) : ends_{0} {
  const std::size_t count = filled(x);
  values_.reserve(count);
  places_.reserve(count);
  for (std::size_t row = 0; row < x.rows; ++row) {
    const double* from = x.row(row);
    for (std::size_t k = 0; k < x.outcomes; ++k) {
      if (from[k] == 0.0) continue;
      values_.push_back(from[k]);
      places_.push_back(static_cast<std::int32_t>(k));
    }
    ends_.push_back(values_.size());
  }
}

bool mostly_zeros(const Matrix& x) {
  return x.outcomes <= std::numeric_limits<std::int32_t>::max() &&
         filled(x) <= x.rows * x.outcomes / kShare;
}

SparseSum sparse_jensen_shannon(const Filled& rows, std::size_t row, const double* other,
                                std::size_t held, double mass) {
  const Met met = meet(rows.values(row), rows.places(row), rows.count(row), other);
  const bool cancels = met.common != static_cast<double>(held);
  const double alone = cancels ? mass - met.covered : 0.0;
  return {met.sum + alone * Format<double>::kLn2, cancels};
}

}  // namespace kullback
