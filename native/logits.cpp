#include "logits.h"

#include "exponential.h"
#include "logits_block.h"
#include "logits_distance.h"
#include "logits_short.h"
#include "reduce.h"

namespace kullback {
namespace {

template <class State>
State reduce_logits(const Rows& p, const Rows& q, std::size_t row, double scale,
                    std::size_t threads) {
  return reduce_row<State>(p.outcomes, threads, [&](std::size_t start, std::size_t count) {
    return logits_block<State>(p, q, row, start, count, scale);
  });
}

// The first place of the largest logit, which lies in this block.
std::size_t place_in_block(const Rows& rows, std::size_t row, std::size_t block, double top) {
  double buffer[kBlock];
  const std::size_t start = block * kBlock;
  const std::size_t count = std::min(kBlock, rows.outcomes - start);
  const double* x = load(rows, row, start, count, buffer);
  return static_cast<std::size_t>(std::find(x, x + count, top) - x);
}

bool same_top(const Rows& p, const Rows& q, std::size_t row, const FullState& s) {
  return s.block_p == s.block_q && place_in_block(p, row, s.block_p, s.top_p) ==
                                       place_in_block(q, row, s.block_q, s.top_q);
}

void summarize(const Rows& p, const Rows& q, std::size_t row, double scale, std::size_t threads,
               double* out) {
  const auto state = reduce_logits<FullState>(p, q, row, scale, threads);
  if (!state.answers()) {
    std::fill(out, out + kSummaryNumbers, std::numeric_limits<double>::quiet_NaN());
    return;
  }
  const Distances distances = logits_distances(p, q, row, scale, state, threads);
  out[kKl] = state.kl();
  out[kReverseKl] = state.reverse_kl();
  out[kJensenShannon] = std::min(distances.jensen_shannon / 2.0, Format<double>::kLn2);
  out[kTotalVariation] = std::min(distances.total_variation / 2.0, 1.0);
  out[kEntropyP] = state.entropy();
  out[kCrossEntropy] = state.entropy() + state.kl();
  out[kSameTop] = same_top(p, q, row, state) ? 1.0 : 0.0;
}

}  // namespace

void each_short(const Rows& p, const Rows& q, double scale,
                const std::function<void(std::size_t, const RowState*, const ShortRows&)>& use) {
  const std::size_t groups = (p.rows + kTogether - 1) / kTogether;
  for_rows(groups, kTogether * p.outcomes, [&](std::size_t group, std::size_t) {
    const std::size_t first = group * kTogether;
    const ShortRows rows(p, q, first);
    RowState states[kTogether];
    const unsigned left = short_states(rows, scale, states);
    for (std::size_t i = 0; left >> i != 0; ++i) {
      if ((left >> i & 1u) == 0) continue;
      states[i] = reduce_logits<RowState>(p, q, std::min(first + i, p.rows - 1), scale, 1);
    }
    use(first, states, rows);
  });
}

void each_state(const Rows& p, const Rows& q, double scale,
                const std::function<void(std::size_t, const RowState&)>& use) {
  if (are_short(p, q)) {
    each_short(p, q, scale, [&](std::size_t first, const RowState* states, const ShortRows&) {
      const std::size_t count = std::min(kTogether, p.rows - first);
      for (std::size_t i = 0; i < count; ++i) use(first + i, states[i]);
    });
    return;
  }
  for_rows(p.rows, p.outcomes, [&](std::size_t row, std::size_t threads) {
    use(row, reduce_logits<RowState>(p, q, row, scale, threads));
  });
}

void logits_kl(const Rows& p, const Rows& q, double scale, double* out) {
  each_state(p, q, scale, [&](std::size_t row, const RowState& s) { out[row] = s.kl(); });
}

void logits_state(const Rows& p, const Rows& q, double scale, double* out) {
  each_state(p, q, scale, [&](std::size_t row, const RowState& s) {
    const double numbers[kStateNumbers] = {s.max_p, s.max_q, s.weight, s.gain, s.loss};
    std::copy(numbers, numbers + kStateNumbers, out + kStateNumbers * row);
  });
}

void logits_summary(const Rows& p, const Rows& q, double scale, double* out) {
  for_rows(p.rows, p.outcomes, [&](std::size_t row, std::size_t threads) {
    summarize(p, q, row, scale, threads, out + kSummaryNumbers * row);
  });
}

// The entropy of P is what its row says beside itself: every difference is 0.
void logits_entropy(const Rows& p, double scale, double* out) {
  for_rows(p.rows, p.outcomes, [&](std::size_t row, std::size_t threads) {
    const auto state = reduce_logits<FullState>(p, p, row, scale, threads);
    out[row] = state.answers() ? state.entropy() : std::numeric_limits<double>::quiet_NaN();
  });
}

}  // namespace kullback
