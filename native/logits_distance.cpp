#include "logits_distance.h"

#include "logarithm.h"
#include "logits_block.h"
#include "logits_pass.h"

namespace kullback {
namespace {

// JS of the weights 1 and `kept`, which differ by `lost`.
template <class T>
KULLBACK_INLINE T js_of_pair(T kept, T lost) {
  const T m = T(0.5) + T(0.5) * kept;
  const T gap = T(0.5) * lost;
  return T(0.5) * (kl_term(T(1), m, gap) + kl_term(kept, m, -gap));
}

// What turns logits into log-probabilities: ln p = (logit − max)·scale − log_weight, and
// ln(p/q) is d as in the first pass, less `rest`.
template <class T>
struct Normal {
  Against<T> a;
  T log_weight_p;
  T log_weight_q;
  T rest;
};

template <class T>
Normal<T> normal_of(const FullState& state, double scale) {
  const double gap = state.normalizer_gap();
  const double log_weight = std::log(state.weight);
  Against<T> a = against(static_cast<T>(state.top_p), static_cast<T>(state.top_q),
                         static_cast<T>(scale));
  double rest = gap;
  if (a.shift != T(0)) {
    // The whole gap of the normalisers is so near to the differences that they are exact.
    a.shift = static_cast<T>((state.shift() + gap) / scale);
    rest = (state.shift() - scale * a.shift) + gap;
  }
  return {a, static_cast<T>(log_weight), static_cast<T>(log_weight - gap),
          static_cast<T>(rest)};
}

template <class T>
KULLBACK_INLINE Distances ordinary_distances(const T* p, const T* q, std::size_t count,
                                             const Normal<T>& n) {
  Distances total;
  for (std::size_t start = 0; start < count; start += kChunk) {
    const std::size_t stop = start + kChunk < count ? start + kChunk : count;
    T js = 0, tv = 0;
    KULLBACK_SIMD(reduction(+ : js, tv))
    for (std::size_t i = start; i < stop; ++i) {
      const T log_p = (p[i] - n.a.max_p) * n.a.scale - n.log_weight_p;
      const T log_q = (q[i] - n.a.max_q) * n.a.scale - n.log_weight_q;
      const T apart = ((p[i] - n.a.base_p) - (q[i] - n.a.base_q)) - n.a.shift;
      const T d = apart * n.a.scale - n.rest;
      const T big = exp_weight(d < T(0) ? log_q : log_p);
      const Decay<T> e = decay_of(d < T(0) ? -d : d);
      js += big * js_of_pair(e.kept, e.lost);
      tv += big * e.lost;
    }
    total.add({js, tv});
  }
  return total;
}

#define KULLBACK_DISTANCES(name, T)                                                          \
  KULLBACK_INLINE Distances name##_body(const T* p, const T* q, std::size_t count,           \
                                        const Normal<T>& normal) {                           \
    return ordinary_distances(p, q, count, normal);                                          \
  }                                                                                          \
  KULLBACK_DISPATCH(Distances, name,                                                         \
                    (const T* p, const T* q, std::size_t count, const Normal<T>& normal),    \
                    (p, q, count, normal))

KULLBACK_DISTANCES(distances_float, float)
KULLBACK_DISTANCES(distances_double, double)

// The same for scaled logits, with −∞ and enormous numbers.
KULLBACK_INLINE Distances careful_body(const double* p, const double* q, std::size_t count,
                                       const Normal<double>& n) {
  constexpr double kAbsent = -1e5 * kEnormous;
  double js = 0.0, tv = 0.0;
  KULLBACK_SIMD(reduction(+ : js, tv))
  for (std::size_t i = 0; i < count; ++i) {
    const double logit_p = p[i], logit_q = q[i];
    const bool in_p = possible(logit_p), in_q = possible(logit_q), in_both = in_p & in_q;
    const double x = in_p ? held(logit_p, n.a.scale) : kAbsent;
    const double y = in_q ? held(logit_q, n.a.scale) : kAbsent;
    const double log_p = (x - n.a.max_p) - n.log_weight_p;
    const double log_q = (y - n.a.max_q) - n.log_weight_q;
    const double d = ((x - n.a.base_p) - (y - n.a.base_q)) - n.a.shift - n.rest;
    const double big = weight_or_zero(d < 0.0 ? log_q : log_p);
    const Decay<double> e = decay_of(d < 0.0 ? -d : d);
    js += big * (in_both ? js_of_pair(e.kept, e.lost) : 0.5 * Format<double>::kLn2);
    tv += big * (in_both ? e.lost : 1.0);
  }
  return {js, tv};
}
KULLBACK_DISPATCH(Distances, careful,
                  (const double* p, const double* q, std::size_t count, const Normal<double>& n),
                  (p, q, count, n))

Distances ordinary(const float* p, const float* q, std::size_t n, const Normal<float>& normal) {
  return distances_float(p, q, n, normal);
}
Distances ordinary(const double* p, const double* q, std::size_t n,
                   const Normal<double>& normal) {
  return distances_double(p, q, n, normal);
}

template <class T>
Distances by_blocks(const Rows& p, const Rows& q, std::size_t row, double scale,
                    const FullState& state, std::size_t threads) {
  const Normal<T> normal = normal_of<T>(state, scale);
  return reduce_row<Distances>(p.outcomes, threads, [&](std::size_t start, std::size_t count) {
    T p_buffer[kBlock], q_buffer[kBlock];
    return ordinary(load(p, row, start, count, p_buffer), load(q, row, start, count, q_buffer),
                    count, normal);
  });
}

Distances by_careful_blocks(const Rows& p, const Rows& q, std::size_t row, double scale,
                            const FullState& state, std::size_t threads) {
  const double gap = state.normalizer_gap();
  const double log_weight = std::log(state.weight);
  Normal<double> normal{against(state.max_p, state.max_q, 1.0), log_weight, log_weight - gap, gap};
  normal.a.scale = scale;
  return reduce_row<Distances>(p.outcomes, threads, [&](std::size_t start, std::size_t count) {
    double p_buffer[kBlock], q_buffer[kBlock];
    return careful(load(p, row, start, count, p_buffer), load(q, row, start, count, q_buffer),
                   count, normal);
  });
}

}  // namespace

Distances logits_distances(const Rows& p, const Rows& q, std::size_t row, double scale,
                           const FullState& state, std::size_t threads) {
  const bool wide = needs_double(p, q);
  const double step = wide ? scale : double{static_cast<float>(scale)};
  if (!state.ordinary) return by_careful_blocks(p, q, row, step, state, threads);
  return wide ? by_blocks<double>(p, q, row, step, state, threads)
              : by_blocks<float>(p, q, row, step, state, threads);
}

}  // namespace kullback
