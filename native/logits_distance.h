// The second pass over two rows of logits, once both normalisers are known: the
// Jensen–Shannon divergence and the total variation distance.
#pragma once

#include "row_state.h"
#include "rows.h"

namespace kullback {

// Twice the measures: Σ p·ln(p/m) + q·ln(q/m), with m = (p + q)/2, and Σ |p − q|.
struct Distances {
  double jensen_shannon = 0.0;
  double total_variation = 0.0;

  void add(const Distances& other) {
    jensen_shannon += other.jensen_shannon;
    total_variation += other.total_variation;
  }
};

Distances logits_distances(const Rows& p, const Rows& q, std::size_t row, double scale,
                           const FullState& state, std::size_t threads);

}  // namespace kullback
