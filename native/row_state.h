// What one pass over a stretch of two rows of logits leaves behind, and how two stretches of
// the same row are put together: vocabulary blocks here, tensor-parallel shards elsewhere.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace kullback {

// With w = e^(p − max), d = (p − q) − shift and b = e^(q + shift − max) = w·e^−d, all in units
// of e^max: weight = Σ w, gain = Σ b − w, loss = Σ w·d + b − w ≥ 0. Where P has no weight,
// max − shift is Q's reference alone; where Q has none, gain is −weight. NaN marks a row that
// holds NaN or +∞.
struct RowState {
  double max = 0.0;
  double shift = 0.0;
  double weight = 0.0;
  double gain = 0.0;
  double loss = 0.0;

  double weight_q() const { return weight + gain; }
  bool has_p() const { return weight > 0.0; }
  bool has_q() const { return weight_q() > 0.0; }
  bool broken() const { return std::isnan(weight); }
  bool empty() const { return !has_p() && !has_q() && !broken(); }

  // ln Z_p − ln Z_q.
  double normalizer_gap() const { return shift - std::log1p(gain / weight); }
  double kl() const;
  void add(const RowState& other);
  void move(double new_max, double new_shift);
};

// The same with the sums that the other measures need.
struct FullState : RowState {
  double reverse_loss = 0.0;  // Σ w − b − b·d ≥ 0
  double surprise = 0.0;      // Σ w·(max − p)
  double below = 0.0;         // Σ w of what is below max: weight less a whole number
  double top_p = -std::numeric_limits<double>::infinity();
  double top_q = -std::numeric_limits<double>::infinity();
  std::size_t block_p = 0;  // the first block that holds the largest logit
  std::size_t block_q = 0;
  bool ordinary = true;  // no −∞ and nothing enormous

  double reverse_kl() const;
  double entropy() const;
  void add(const FullState& other);
  void move(double new_max, double new_shift);
};

}  // namespace kullback
