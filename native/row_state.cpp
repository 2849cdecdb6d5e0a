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

struct Reference {
  double max;
  double shift;
};

// Q's largest weight must not stand above P's, else it may overflow: shift = max − max_q.
Reference common(const RowState& a, const RowState& b) {
  constexpr double kNone = -std::numeric_limits<double>::infinity();
  const double p_a = a.has_p() ? a.max : kNone;
  const double p_b = b.has_p() ? b.max : kNone;
  const double q_a = a.has_q() ? a.max - a.shift : kNone;
  const double q_b = b.has_q() ? b.max - b.shift : kNone;
  const double p = std::max(p_a, p_b);
  const double q = std::max(q_a, q_b);
  if (p == kNone) return {q, 0.0};
  if (q == kNone) return {p, 0.0};
  // Where one stretch holds both maxima its shift is exact; a difference may round.
  if (p_a == p && q_a == q) return {p, a.shift};
  if (p_b == p && q_b == q) return {p, b.shift};
  return {p, p - q};
}

// e^x − 1 − x ≥ 0, which is x²/2 + … near 0.
double excess_of(double x) {
  return std::fabs(x) < 0.34 ? x * x * exp_tail(x) : std::expm1(x) - x;
}

// A factor may underflow to 0; an infinite loss stays infinite.
double weighed(double factor, double loss) { return std::isinf(loss) ? loss : factor * loss; }

// How a stretch changes when it is written with another max and shift: w by `p`, b by `q`,
// d by −`step`.
struct Change {
  double step;
  double lower;  // how far max rises
  double p;
  double q;
  double growth;  // e^step − 1
  double excess;  // e^step − 1 − step ≥ 0

  bool small() const { return std::fabs(step) < 1.0; }
};

Change change(const RowState& s, double max, double shift) {
  // Who has no weight has no reference of its own either.
  const double own_shift = s.has_q() ? (s.has_p() ? s.shift : shift) : shift;
  const double own_max = s.has_p() ? s.max : (s.max - s.shift) + shift;
  const double step = shift - own_shift;
  const double lower = max - own_max;
  return {step, lower, std::exp(-lower), std::exp(step - lower), std::expm1(step),
          excess_of(step)};
}

double moved_gain(const RowState& s, const Change& c) {
  if (!s.has_q()) return -c.p * s.weight;
  if (c.small()) return c.p * (s.gain + c.growth * s.weight_q());
  return c.q * s.weight_q() - c.p * s.weight;
}

double moved_loss(const RowState& s, const Change& c, double gain) {
  if (!c.small()) return weighed(c.p, (s.loss - s.gain) - c.step * s.weight) + gain;
  return weighed(c.p, s.loss + c.growth * s.gain + c.excess * s.weight);
}

double moved_reverse_loss(const FullState& s, const Change& c, double gain) {
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

template <class State>
void add_state(State& into, const State& from) {
  if (from.empty() || into.broken()) return;
  if (into.empty() || from.broken()) {
    into = from;
    return;
  }
  State other = from;
  const Reference reference = common(into, other);
  into.move(reference.max, reference.shift);
  other.move(reference.max, reference.shift);
  into.weight += other.weight;
  into.gain += other.gain;
  into.loss += other.loss;
  if constexpr (sizeof(State) > sizeof(RowState)) {
    into.reverse_loss += other.reverse_loss;
    into.surprise += other.surprise;
    into.below += other.below;
  }
}

bool stays(const RowState& s, double max, double shift) {
  return s.has_p() && s.max == max && (s.shift == shift || !s.has_q());
}

}  // namespace

double RowState::kl() const {
  if (!has_p() || !has_q()) return std::numeric_limits<double>::quiet_NaN();
  const double u = gain / weight;
  return std::max(0.0, loss / weight - log1p_remainder(u));
}

double FullState::reverse_kl() const {
  if (!has_p() || !has_q()) return std::numeric_limits<double>::quiet_NaN();
  const double u = -gain / weight_q();
  return std::max(0.0, reverse_loss / weight_q() - log1p_remainder(u));
}

// Where one outcome is largest, weight is 1 + below, and little of it keeps its digits.
double FullState::entropy() const {
  const double log_weight = weight - below < 1.5 ? std::log1p(below) : std::log(weight);
  return surprise / weight + log_weight;
}

void RowState::move(double new_max, double new_shift) {
  if (!stays(*this, new_max, new_shift)) apply(*this, change(*this, new_max, new_shift));
  max = new_max;
  shift = new_shift;
}

void FullState::move(double new_max, double new_shift) {
  if (!stays(*this, new_max, new_shift)) {
    const Change c = change(*this, new_max, new_shift);
    reverse_loss = moved_reverse_loss(*this, c, moved_gain(*this, c));
    surprise = c.p == 0.0 ? 0.0 : c.p * (surprise + c.lower * weight);
    below = c.p * (c.lower > 0.0 ? weight : below);
    apply(*this, c);
  }
  max = new_max;
  shift = new_shift;
}

void RowState::add(const RowState& other) { add_state(*this, other); }

void FullState::add(const FullState& other) {
  const FullState before = *this;
  add_state(*this, other);
  const bool later_p = other.top_p > before.top_p;
  const bool later_q = other.top_q > before.top_q;
  ordinary = before.ordinary && other.ordinary;
  top_p = later_p ? other.top_p : before.top_p;
  block_p = later_p ? other.block_p : before.block_p;
  top_q = later_q ? other.top_q : before.top_q;
  block_q = later_q ? other.block_q : before.block_q;
}

}  // namespace kullback
