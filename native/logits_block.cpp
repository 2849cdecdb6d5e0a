#include "logits_block.h"

#include "logits_pass.h"

namespace kullback {
namespace {

#define KULLBACK_NARROW(name, T, all)                                              \
  KULLBACK_INLINE Sums<double> name##_body(const T* p, const T* q, std::size_t count, \
                                           const Against<T>& a) {                     \
    return narrow_sums<T, all>(p, q, count, a);                                     \
  }                                                                                   \
  KULLBACK_DISPATCH(Sums<double>, name,                                               \
                    (const T* p, const T* q, std::size_t count, const Against<T>& a), \
                    (p, q, count, a))

KULLBACK_NARROW(kl_sums_float, float, false)
KULLBACK_NARROW(kl_sums_double, double, false)
KULLBACK_NARROW(all_sums_float, float, true)
KULLBACK_NARROW(all_sums_double, double, true)

#define KULLBACK_EXTENT(name, T)                                              \
  KULLBACK_INLINE Extent<T> name##_body(const T* x, std::size_t count) {      \
    return extent_of(x, count);                                               \
  }                                                                           \
  KULLBACK_DISPATCH(Extent<T>, name, (const T* x, std::size_t count), (x, count))

KULLBACK_EXTENT(extent_float, float)
KULLBACK_EXTENT(extent_double, double)

KULLBACK_INLINE Sums<double> careful_body(const double* p, const double* q, std::size_t count,
                                          double max_p, double max_q, double scale) {
  return careful_sums(p, q, count, max_p, max_q, scale);
}
KULLBACK_DISPATCH(Sums<double>, careful,
                  (const double* p, const double* q, std::size_t count, double max_p,
                   double max_q, double scale),
                  (p, q, count, max_p, max_q, scale))

Extent<float> extent(const float* x, std::size_t n) { return extent_float(x, n); }
Extent<double> extent(const double* x, std::size_t n) { return extent_double(x, n); }

template <class State, class T>
constexpr auto sums_of() {
  if constexpr (sizeof(State) > sizeof(RowState)) {
    if constexpr (sizeof(T) == sizeof(float)) return [](auto... a) { return all_sums_float(a...); };
    else return [](auto... a) { return all_sums_double(a...); };
  } else {
    if constexpr (sizeof(T) == sizeof(float)) return [](auto... a) { return kl_sums_float(a...); };
    else return [](auto... a) { return kl_sums_double(a...); };
  }
}

template <class State>
State state_of(const Sums<double>& sums, double max_p, double max_q) {
  State state;
  state.max_p = max_p;
  state.max_q = max_q;
  state.weight = sums.weight;
  state.gain = sums.gain;
  state.loss = sums.loss;
  if constexpr (sizeof(State) > sizeof(RowState)) {
    state.reverse_loss = sums.reverse_loss;
    state.surprise = sums.surprise;
    state.below = sums.below;
  }
  return state;
}

template <class State>
State careful_state(const Rows& p, const Rows& q, std::size_t row, std::size_t start,
                    std::size_t count, double scale) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  double p_buffer[kBlock], q_buffer[kBlock];
  const double* x = load(p, row, start, count, p_buffer);
  const double* y = load(q, row, start, count, q_buffer);
  const Extent<double> p_extent = extent(x, count), q_extent = extent(y, count);
  State broken;
  broken.weight = broken.gain = broken.loss = std::numeric_limits<double>::quiet_NaN();
  // NaN stands at either end of the order.
  if (!(p_extent.most < kInfinity && q_extent.most < kInfinity)) return broken;
  if (!(p_extent.least >= -kInfinity && q_extent.least >= -kInfinity)) return broken;
  const bool any_p = possible(p_extent.most), any_q = possible(q_extent.most);
  if (!any_p && !any_q) return State{};
  const double max_p = any_p ? held(p_extent.most, scale) : kNone;
  const double max_q = any_q ? held(q_extent.most, scale) : kNone;
  const Sums<double> sums =
      careful(x, y, count, any_p ? max_p : 0.0, any_q ? max_q : 0.0, scale);
  return state_of<State>(sums, max_p, max_q);
}

template <class State, class T>
State block_of(const Rows& p, const Rows& q, std::size_t row, std::size_t start,
               std::size_t count, double scale) {
  T p_buffer[kBlock], q_buffer[kBlock];
  const T* x = load(p, row, start, count, p_buffer);
  const T* y = load(q, row, start, count, q_buffer);
  const Extent<T> p_extent = extent(x, count), q_extent = extent(y, count);
  const T step = static_cast<T>(scale);
  const bool narrow = p_extent.narrow(step) && q_extent.narrow(step);
  State state;
  if (narrow) {
    const Against<T> a = against(p_extent.most, q_extent.most, step);
    const Sums<double> sums = sums_of<State, T>()(x, y, count, a);
    const double max_p = double{step} * a.max_p, max_q = double{step} * a.max_q;
    state = state_of<State>(sums, max_p, max_q);
    const double rounding = (max_p - max_q) - double{step} * a.shift;
    if (a.shift != T(0) && rounding != 0.0) state.move(max_p, max_q, rounding);
  } else {
    state = careful_state<State>(p, q, row, start, count, double{step});
  }
  if constexpr (sizeof(State) > sizeof(RowState)) {
    state.least_p = p_extent.least;
    state.least_q = q_extent.least;
    state.top_p = p_extent.most;
    state.top_q = q_extent.most;
    state.block_p = state.block_q = start / kBlock;
  }
  return state;
}

}  // namespace

bool needs_double(const Rows& p, const Rows& q) {
  return p.number == Number::kFloat64 || q.number == Number::kFloat64;
}

template <class State>
State logits_block(const Rows& p, const Rows& q, std::size_t row, std::size_t start,
                   std::size_t count, double scale) {
  return needs_double(p, q) ? block_of<State, double>(p, q, row, start, count, scale)
                            : block_of<State, float>(p, q, row, start, count, scale);
}

template RowState logits_block(const Rows&, const Rows&, std::size_t, std::size_t, std::size_t,
                               double);
template FullState logits_block(const Rows&, const Rows&, std::size_t, std::size_t, std::size_t,
                                double);

}  // namespace kullback
