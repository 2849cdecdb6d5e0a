// Measures of distributions that are given as logits, one a row, multiplied by `scale` (one
// over the temperature). −∞ is probability zero; a row with NaN, +∞ or no finite logit gives NaN.
#pragma once

#include <functional>

#include "logits_short.h"
#include "row_state.h"
#include "rows.h"

namespace kullback {

// What logits_summary writes a row, in this order.
enum Summary {
  kKl,
  kReverseKl,
  kJensenShannon,
  kTotalVariation,
  kEntropyP,
  kCrossEntropy,
  kSameTop,
  kSummaryNumbers
};

constexpr std::size_t kStateNumbers = 5;

// Calls use(row, state) for every row, on any thread.
void each_state(const Rows& p, const Rows& q, double scale,
                const std::function<void(std::size_t, const RowState&)>& use);
// The same of short rows, for sixteen at a time from `first` on, with their logits.
void each_short(const Rows& p, const Rows& q, double scale,
                const std::function<void(std::size_t first, const RowState*, const ShortRows&)>& use);
void logits_kl(const Rows& p, const Rows& q, double scale, double* out);
void logits_state(const Rows& p, const Rows& q, double scale, double* out);
void logits_summary(const Rows& p, const Rows& q, double scale, double* out);
void logits_entropy(const Rows& p, double scale, double* out);

}  // namespace kullback
