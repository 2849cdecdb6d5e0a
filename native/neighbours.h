// The k nearest points, exactly: a k-d tree whose leaves are looked at as a whole.
//
// A node is halved at the median of its widest coordinate until a leaf holds two dozen points or fewer.
// A query goes down to its leaf and comes back into those nodes only that may hold a nearer point
// (Friedman, Bentley and Finkel 1977, ACM TOMS 3), with room for rounding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace kullback {

struct Points {
  const double* numbers;  // point after point
  std::size_t count, dimensions;
};

class PointTree {
 public:
  virtual ~PointTree() = default;

  // Distances and places of the k nearest points of each query, nearest first; ∞ and the number of
  // points where there are fewer.
  virtual void nearest(const Points& queries, std::size_t k, std::size_t threads,
                       double* distances, std::int64_t* places) const = 0;
};

// By Euclidean distance, or by the largest difference of a coordinate.
std::unique_ptr<PointTree> tree_of(const Points& points, bool chebyshev);

}  // namespace kullback
