// What one pass over a stretch of two rows of logits leaves behind, and how two stretches of
// the same row are put together: vocabulary blocks here, tensor-parallel shards elsewhere.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace kullback {

constexpr double kNone = -std::numeric_limits<double>::infinity();

// With shift = max_p − max_q, w = e^(p − max_p), d = (p − q) − shift and b = w·e^−d, which is
// e^(q − max_q): weight = Σ w, gain = Σ b − w, loss = Σ w·d + b − w ≥ 0. A largest logit of −∞
// says that P or Q has no weight here. NaN marks a row that holds NaN or +∞.
struct RowState {
  double max_p = kNone;
  double max_q = kNone;
  double weight = 0.0;
  double gain = 0.0;
  double loss = 0.0;

  bool has_p() const { return max_p > kNone; }
  bool has_q() const { return max_q > kNone; }
  bool broken() const { return std::isnan(weight); }
  bool answers() const { return has_p() && has_q() && !broken(); }

  double weight_q() const { return weight + gain; }
  double shift() const { return has_p() && has_q() ? max_p - max_q : 0.0; }
  // ln Z_p − ln Z_q, beyond shift.
  double normalizer_gap() const { return -std::log1p(gain / weight); }

  double kl() const;
  void add(const RowState& other);
  void move(double new_p, double new_q, double step);
};

// The same with the sums that the other measures need.
struct FullState : RowState {
  double reverse_loss = 0.0;  // Σ w − b − b·d ≥ 0
  double surprise = 0.0;      // Σ w·(max_p − p)
  double below = 0.0;         // Σ w of what is below max_p: weight less a whole number
  double top_p = kNone;       // the largest logits as they were given
  double top_q = kNone;
  std::size_t block_p = 0;    // the first blocks that hold them
  std::size_t block_q = 0;
  double least_p = -kNone;    // and the least ones
  double least_q = -kNone;

  double reverse_kl() const;
  double entropy() const;
  void add(const FullState& other);
  void move(double new_p, double new_q, double step);
};

}  // namespace kullback
