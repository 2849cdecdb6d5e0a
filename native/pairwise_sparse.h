// Jensen–Shannon of all pairs of rows that are mostly zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pairwise.h"

namespace kullback {

// What the rows of a matrix hold other than zeros, row after row.
class Filled {
 public:
  explicit Filled(const Matrix& x);

  std::size_t count(std::size_t row) const { return ends_[row + 1] - ends_[row]; }
  const double* values(std::size_t row) const { return values_.data() + ends_[row]; }
  const std::int32_t* places(std::size_t row) const { return places_.data() + ends_[row]; }

 private:
  std::vector<std::size_t> ends_;
  std::vector<double> values_;
  std::vector<std::int32_t> places_;
};

// Whether so few numbers differ from zero that looking them up is the shorter way.
bool mostly_zeros(const Matrix& x);

// Twice the divergence of a row, given by what it holds, and a row of all its numbers, of which
// `held` are not zero. What only the other row has costs ln 2 times its mass, which is found by
// subtraction; `cancels` says that there is some.
struct SparseSum {
  double twice;
  bool cancels;
};
SparseSum sparse_jensen_shannon(const Filled& rows, std::size_t row, const double* other,
                                std::size_t held, double mass);

}  // namespace kullback
