#include "row_state.h"

#include "exponential.h"
#include "logarithm.h"

namespace kullback {
namespace {

// u − ln(1 + u) ≥ 0, which is u²/2 − … near 0.
double log1p_remainder(double u) {
  const double s = u / (2.0 + u);
  const double z = s * s;
  if (std::fabs(u) < 0.25) return s * (u - 2.0 * z * atanh_tail(z));
  return u - std::log1p(u);
}

// e^x − 1 − x ≥ 0, which is x²/2 + … near 0.
double excess_of(double x) {
  return std::fabs(x) < 0.34 ? x * x * exp_tail(x) : std::expm1(x) - x;
}

// A factor may underflow to 0; an infinite loss stays infinite.
double weighed(double factor, double loss) { return std::isinf(loss) ? loss : factor * loss; }

// How a stretch changes with its largest logits: w by the factor `p`, b by `q`, d by −`step`.
struct Change {
  double step;
  double lower_p;  // how far max_p rises
  double p;
  double q;
  double growth;   // e^step − 1
  double excess;   // e^step − 1 − step

  bool small() const { return std::fabs(step) < 1.0; }
};

Change change(const RowState& s, double new_p, double new_q, double step) {
  const double lower_p = s.has_p() ? new_p - s.max_p : 0.0;
  const double lower_q = s.has_q() ? new_q - s.max_q : 0.0;
  const double own_step = s.has_p() && s.has_q() ? step : 0.0;
  return {own_step,           lower_p, std::exp(-lower_p), std::exp(-lower_q),
          std::expm1(own_step), excess_of(own_step)};
}

double moved_gain(const RowState& s, const Change& c) {
  if (!s.has_q()) return -c.p * s.weight;
  if (!s.has_p() || !c.small()) return c.q * s.weight_q() - c.p * s.weight;
  return c.p * (s.gain + c.growth * s.weight_q());
}

double moved_loss(const RowState& s, const Change& c, double gain) {
  if (!s.has_p()) return gain;
  if (!c.small()) return weighed(c.p, (s.loss - s.gain) - c.step * s.weight) + gain;
  return weighed(c.p, s.loss + c.growth * s.gain + c.excess * s.weight);
}

double moved_reverse_loss(const FullState& s, const Change& c, double gain) {
  if (!s.has_q()) return -gain;
  if (!c.small()) {
    return weighed(c.q, s.reverse_loss + s.gain + c.step * s.weight_q()) - gain;
  }
  const double grown = (1.0 + c.growth) * (s.reverse_loss + c.step * s.gain);
  const double excess = c.step * c.step + (c.step - 1.0) * c.excess;
  return weighed(c.p, grown + excess * s.weight);
}

void apply(RowState& s, const Change& c) {
  const double gain = moved_gain(s, c);
  s.loss = moved_loss(s, c, gain);
  s.gain = gain;
  s.weight *= c.p;
}

// Writes a stretch with other largest logits.
template <class State>
void rebase(State& s, double new_p, double new_q) {
  const bool stays = s.max_p == new_p && s.max_q == new_q;
  if (!stays) s.move(new_p, new_q, (new_p - new_q) - s.shift());
}

template <class State>
void add_state(State& into, State other) {
  if (into.broken() || (!other.has_p() && !other.has_q() && !other.broken())) return;
  if (other.broken() || (!into.has_p() && !into.has_q())) {
    into = other;
    return;
  }
  const double new_p = std::max(into.max_p, other.max_p);
  const double new_q = std::max(into.max_q, other.max_q);
  rebase(into, new_p, new_q);
  rebase(other, new_p, new_q);
  into.weight += other.weight;
  into.gain += other.gain;
  into.loss += other.loss;
  if constexpr (sizeof(State) > sizeof(RowState)) {
    into.reverse_loss += other.reverse_loss;
    into.surprise += other.surprise;
    into.below += other.below;
  }
}

}  // namespace

double RowState::kl() const {
  if (!answers()) return std::numeric_limits<double>::quiet_NaN();
  return std::max(0.0, loss / weight - log1p_remainder(gain / weight));
}

double FullState::reverse_kl() const {
  return std::max(0.0, reverse_loss / weight_q() - log1p_remainder(-gain / weight_q()));
}

// Where one outcome is largest, weight is 1 + below, and little of it keeps its digits.
double FullState::entropy() const {
  const double log_weight = weight - below < 1.5 ? std::log1p(below) : std::log(weight);
  return surprise / weight + log_weight;
}

void RowState::move(double new_p, double new_q, double step) {
  apply(*this, change(*this, new_p, new_q, step));
  max_p = new_p;
  max_q = new_q;
}

void FullState::move(double new_p, double new_q, double step) {
  const Change c = change(*this, new_p, new_q, step);
  reverse_loss = has_p() ? moved_reverse_loss(*this, c, moved_gain(*this, c)) : reverse_loss;
  surprise = c.p == 0.0 ? 0.0 : c.p * (surprise + c.lower_p * weight);
  below = c.p * (c.lower_p > 0.0 ? weight : below);
  apply(*this, c);
  max_p = new_p;
  max_q = new_q;
}

void RowState::add(const RowState& other) { add_state(*this, other); }

void FullState::add(const FullState& other) {
  const FullState before = *this;
  add_state(*this, other);
  const bool later_p = other.top_p > before.top_p;
  const bool later_q = other.top_q > before.top_q;
  least_p = std::min(before.least_p, other.least_p);
  least_q = std::min(before.least_q, other.least_q);
  top_p = later_p ? other.top_p : before.top_p;
  block_p = later_p ? other.block_p : before.block_p;
  top_q = later_q ? other.top_q : before.top_q;
  block_q = later_q ? other.block_q : before.block_q;
}

}  // namespace kullback
