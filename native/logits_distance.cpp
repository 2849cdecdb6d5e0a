#include "logits_distance.h"

#include "logits_block.h"
#include "logits_pass.h"
#include "mixture.h"

namespace kullback {
namespace {

// What turns logits into log-probabilities: ln p = (logit − max)·scale − log_weight, and
// ln(q/p) is that of the weights and `rest`.
template <class T>
struct Normal {
  Against<T> a;
  T log_weight;
  T rest;
};

template <class T>
Normal<T> normal_of(const FullState& state, double scale) {
  const double gap = state.normalizer_gap();
  Against<T> a = against(static_cast<T>(state.top_p), static_cast<T>(state.top_q),
                         static_cast<T>(scale));
  double rest = gap;
  if (a.shift != T(0)) {
    // The whole gap of the normalisers is so near to the differences that they are exact.
    a.shift = static_cast<T>((state.shift() + gap) / scale);
    rest = (state.shift() + gap) - scale * a.shift;
  }
  return {a, static_cast<T>(std::log(state.weight)), static_cast<T>(rest)};
}

// Every outcome is read from its larger probability; the other one is e^−size of it.
template <class T>
KULLBACK_INLINE void add_distances(const T* p, const T* q, std::size_t lanes, const Normal<T>& n,
                                   Lanes<T>& js, Lanes<T>& tv) {
  KULLBACK_SIMD()
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const T apart = ((q[lane] - n.a.base_q) - (p[lane] - n.a.base_p)) + n.a.shift;
    const T x = apart * n.a.scale + n.rest;
    const T size = std::fabs(x);
    const T log_p = (p[lane] - n.a.max_p) * n.a.scale - n.log_weight;
    const T larger = exp_within(log_p + (x > T(0) ? x : T(0)));
    const Growth<T> falls = growth_of(-size);
    js[lane] += larger * twice_js(size, -falls.gained, falls.excess);
    tv[lane] -= larger * falls.gained;
  }
}

template <class T>
KULLBACK_INLINE Distances narrow_distances(const T* p, const T* q, std::size_t count,
                                           const Normal<T>& n) {
  DeepSums<2> sums;
  for (std::size_t start = 0; start < count; start += kRun) {
    const std::size_t stop = start + kRun < count ? start + kRun : count;
    Lanes<T> js, tv;
    std::size_t at = start;
    for (; at + kSumLanes <= stop; at += kSumLanes) {
      add_distances(p + at, q + at, kSumLanes, n, js, tv);
    }
    add_distances(p + at, q + at, stop - at, n, js, tv);
    sums.add(0, js);
    sums.add(1, tv);
  }
  return {sums.total(0), sums.total(1)};
}

#define KULLBACK_DISTANCES(name, T)                                                          \
  KULLBACK_INLINE Distances name##_body(const T* p, const T* q, std::size_t count,           \
                                        const Normal<T>& normal) {                           \
    return narrow_distances(p, q, count, normal);                                          \
  }                                                                                          \
  KULLBACK_DISPATCH(Distances, name,                                                         \
                    (const T* p, const T* q, std::size_t count, const Normal<T>& normal),    \
                    (p, q, count, normal))

KULLBACK_DISTANCES(distances_float, float)
KULLBACK_DISTANCES(distances_double, double)

// The same for logits of every size, the scaled ones.
KULLBACK_INLINE Distances careful_body(const double* p, const double* q, std::size_t count,
                                       const Normal<double>& n) {
  constexpr double kAbsent = -1e5 * kEnormous;
  constexpr double kWide = 30.0;
  const double log_weight_q = n.log_weight - n.rest;
  double js = 0.0, tv = 0.0;
  KULLBACK_SIMD(reduction(+ : js, tv))
  for (std::size_t i = 0; i < count; ++i) {
    const double logit_p = p[i], logit_q = q[i];
    const double x = possible(logit_p) ? held(logit_p, n.a.scale) : kAbsent;
    const double y = possible(logit_q) ? held(logit_q, n.a.scale) : kAbsent;
    const double log_p = (x - n.a.max_p) - n.log_weight;
    const double log_q = (y - n.a.max_q) - log_weight_q;
    const double apart = ((y - n.a.base_q) - (x - n.a.base_p)) + n.a.shift + n.rest;
    const double size = std::fabs(apart);
    const double larger = weight_or_zero(apart > 0.0 ? log_q : log_p);
    const bool near = size < kWide;
    const double held_size = near ? size : 0.0;
    const Growth<double> falls = growth_of(-held_size);
    const double near_js = twice_js(held_size, -falls.gained, falls.excess);
    js += larger * (near ? near_js : Format<double>::kLn2);
    tv += larger * (near ? -falls.gained : 1.0);
  }
  return {js, tv};
}
KULLBACK_DISPATCH(Distances, careful,
                  (const double* p, const double* q, std::size_t count, const Normal<double>& n),
                  (p, q, count, n))

Distances narrow(const float* p, const float* q, std::size_t n, const Normal<float>& normal) {
  return distances_float(p, q, n, normal);
}
Distances narrow(const double* p, const double* q, std::size_t n, const Normal<double>& normal) {
  return distances_double(p, q, n, normal);
}

template <class T>
Distances by_blocks(const Rows& p, const Rows& q, std::size_t row, double scale,
                    const FullState& state, std::size_t threads) {
  const Normal<T> normal = normal_of<T>(state, scale);
  return reduce_row<Distances>(p.outcomes, threads, [&](std::size_t start, std::size_t count) {
    T p_buffer[kBlock], q_buffer[kBlock];
    return narrow(load(p, row, start, count, p_buffer), load(q, row, start, count, q_buffer),
                  count, normal);
  });
}

Distances by_careful_blocks(const Rows& p, const Rows& q, std::size_t row, double scale,
                            const FullState& state, std::size_t threads) {
  Normal<double> normal{against(state.max_p, state.max_q, 1.0), std::log(state.weight),
                        state.normalizer_gap()};
  normal.a.scale = scale;
  return reduce_row<Distances>(p.outcomes, threads, [&](std::size_t start, std::size_t count) {
    double p_buffer[kBlock], q_buffer[kBlock];
    return careful(load(p, row, start, count, p_buffer), load(q, row, start, count, q_buffer),
                   count, normal);
  });
}

// Whether every probability and every ratio p/q is a normal number, with room for rounding.
bool narrow_row(const FullState& s, double scale, bool wide) {
  const double most = wide ? Format<double>::kNarrow : double{Format<float>::kNarrow};
  const double range = std::max(s.top_p - s.least_p, s.top_q - s.least_q) * scale;
  return range + std::log(s.weight) + std::fabs(s.normalizer_gap()) < most &&
         std::max(std::fabs(s.top_p), std::fabs(s.top_q)) < kEnormous;
}

}  // namespace

Distances logits_distances(const Rows& p, const Rows& q, std::size_t row, double scale,
                           const FullState& state, std::size_t threads) {
  const bool wide = needs_double(p, q);
  const double step = wide ? scale : double{static_cast<float>(scale)};
  if (!narrow_row(state, step, wide)) return by_careful_blocks(p, q, row, step, state, threads);
  return wide ? by_blocks<double>(p, q, row, step, state, threads)
              : by_blocks<float>(p, q, row, step, state, threads);
}

}  // namespace kullback
