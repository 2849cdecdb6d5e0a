#include "logits_short.h"

#include <algorithm>
#include <cmath>

#include "lanes.h"
#include "logits_block.h"
#include "logits_pass.h"

namespace kullback {
namespace {

static_assert(kTogether == kSumLanes, "a row is a lane");

// Of sixteen rows: the least and the largest logit, and their sum, which NaN and ∞ show in.
struct Extents {
  Lanes<float> least, most, sum;
};

struct ShortSums {
  Lanes<double> weight, gain, loss;
};

// What the rows are read against, as Against says.
struct ShortAgainst {
  Lanes<float> max_p, base_p, base_q, shift;
};

KULLBACK_INLINE void extents_body(const float* panel, std::size_t outcomes, Extents& out) {
  Extents e;
  for (std::size_t lane = 0; lane < kTogether; ++lane) e.least[lane] = e.most[lane] = panel[lane];
  for (std::size_t start = 0; start < kTogether * outcomes; start += kTogether) {
    KULLBACK_SIMD()
    for (std::size_t lane = 0; lane < kTogether; ++lane) {
      const float x = panel[start + lane];
      e.least[lane] = x < e.least[lane] ? x : e.least[lane];
      e.most[lane] = x > e.most[lane] ? x : e.most[lane];
      e.sum[lane] += x;
    }
  }
  out = e;
}
KULLBACK_DISPATCH(void, extents, (const float* panel, std::size_t outcomes, Extents& out),
                  (panel, outcomes, out))

KULLBACK_INLINE void sums_body(const float* p, const float* q, std::size_t outcomes, float scale,
                               const ShortAgainst& a, ShortSums& out) {
  constexpr std::size_t kRunOutcomes = kRun / kSumLanes;
  for (std::size_t start = 0; start < outcomes; start += kRunOutcomes) {
    const std::size_t stop = start + kRunOutcomes < outcomes ? start + kRunOutcomes : outcomes;
    Lanes<float> weight, gain, loss;
    for (std::size_t k = start; k < stop; ++k) {
      KULLBACK_SIMD()
      for (std::size_t lane = 0; lane < kTogether; ++lane) {
        const float x = p[k * kTogether + lane], y = q[k * kTogether + lane];
        const float log_w = (x - a.max_p[lane]) * scale;
        const float apart = ((y - a.base_q[lane]) - (x - a.base_p[lane])) + a.shift[lane];
        const Growth<float> e = growth_of(apart * scale);
        const float w = exp_within(log_w);
        weight[lane] += w;
        gain[lane] += w * e.gained;
        loss[lane] += w * e.excess;
      }
    }
    KULLBACK_SIMD()
    for (std::size_t lane = 0; lane < kTogether; ++lane) {
      out.weight[lane] += double(weight[lane]);
      out.gain[lane] += double(gain[lane]);
      out.loss[lane] += double(loss[lane]);
    }
  }
}
KULLBACK_DISPATCH(void, sums,
                  (const float* p, const float* q, std::size_t outcomes, float scale,
                   const ShortAgainst& a, ShortSums& out),
                  (p, q, outcomes, scale, a, out))

// Sixteen rows one behind the other, r·n + k, become outcomes with their rows side by side, 16·k + r:
// interleaving the halves turns the bits of every index round by one, and r has four.
KULLBACK_INLINE void interleave(const float* from, std::size_t half, float* to) {
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < half; ++i) {
    to[2 * i] = from[i];
    to[2 * i + 1] = from[half + i];
  }
}

KULLBACK_INLINE void turn_body(const float* rows, std::size_t outcomes, float* to) {
  static_assert(kTogether == 16, "four bits");
  alignas(64) Panel between;
  const std::size_t half = kTogether / 2 * outcomes;
  interleave(rows, half, between);
  interleave(between, half, to);
  interleave(to, half, between);
  interleave(between, half, to);
}
KULLBACK_DISPATCH(void, turn, (const float* rows, std::size_t outcomes, float* to),
                  (rows, outcomes, to))

// Behind the last row it is repeated.
void side_by_side(const Rows& x, std::size_t first, float* to) {
  alignas(64) Panel copied;
  const std::size_t size = x.outcomes;
  if (x.dense() && first + kTogether <= x.rows) {
    turn(load(x, first, 0, kTogether * size, copied), size, to);
    return;
  }
  for (std::size_t lane = 0; lane < kTogether; ++lane) {
    float* place = copied + lane * size;
    const float* from = load(x, std::min(first + lane, x.rows - 1), 0, size, place);
    if (from != place) std::copy(from, from + size, place);
  }
  turn(copied, size, to);
}

bool narrow(const Extents& e, std::size_t lane, float scale) {
  return std::isfinite(e.sum[lane]) && Extent<float>{e.least[lane], e.most[lane]}.narrow(scale);
}

}  // namespace

bool are_short(const Rows& p, const Rows& q) {
  return p.outcomes > 0 && p.outcomes <= kShortLogits && !needs_double(p, q);
}

ShortRows::ShortRows(const Rows& x, const Rows& y, std::size_t first) : outcomes(x.outcomes) {
  side_by_side(x, first, p);
  side_by_side(y, first, q);
}

unsigned short_states(const ShortRows& rows, double scale, RowState* states) {
  Extents of_p, of_q;
  extents(rows.p, rows.outcomes, of_p);
  extents(rows.q, rows.outcomes, of_q);
  const float step = static_cast<float>(scale);
  unsigned left = 0;
  ShortAgainst all;
  for (std::size_t i = 0; i < kTogether; ++i) {
    if (!narrow(of_p, i, step) || !narrow(of_q, i, step)) left |= 1u << i;
    const Against<float> a = against(of_p.most[i], of_q.most[i], step);
    all.max_p[i] = a.max_p;
    all.base_p[i] = a.base_p;
    all.base_q[i] = a.base_q;
    all.shift[i] = a.shift;
  }
  ShortSums sum;
  sums(rows.p, rows.q, rows.outcomes, step, all, sum);
  for (std::size_t i = 0; i < kTogether; ++i) {
    RowState& s = states[i];
    s.max_p = double{step} * of_p.most[i];
    s.max_q = double{step} * of_q.most[i];
    s.weight = sum.weight[i];
    s.gain = sum.gain[i];
    s.loss = sum.loss[i];
    const double rounding = (s.max_p - s.max_q) - double{step} * all.shift[i];
    if (all.shift[i] != 0.0f && rounding != 0.0) s.move(s.max_p, s.max_q, rounding);
  }
  return left;
}

}  // namespace kullback
