#include "loss.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "logits.h"
#include "loss_terms.h"
#include "reduce.h"

namespace kullback {
namespace {

template <class T>
KULLBACK_INLINE void add_mixture(const T* p, const T* q, std::size_t lanes, const LossRow<T>& row,
                                 RunMixture<T>& run) {
  const T scale = row.scale, log_z_p = row.log_z_p, log_z_q = row.log_z_q, shift = row.shift;
  const T beta = row.beta, rest = row.rest;
  KULLBACK_SIMD()
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const T x = p[lane], y = q[lane];
    const MixtureOutcome<T> one = mixture_outcome(
        x * scale - log_z_p, y * scale - log_z_q, log_ratio(x, y, scale, shift), beta, rest);
    run.value_p[lane] += one.in_p * one.a.term;
    run.value_q[lane] += one.in_q * one.b.term;
    run.mean_p[lane] += one.in_p * one.a.log;
    run.mean_q[lane] += one.in_q * one.b.log;
    run.mass_p[lane] += one.in_p;
    run.mass_q[lane] += one.in_q;
  }
}

template <class T>
KULLBACK_INLINE MixtureSums mixture_of(const T* p, const T* q, std::size_t count,
                                       const LossRow<T>& row) {
  DeepSums<6> sums;
  for (std::size_t start = 0; start < count; start += kRun) {
    const std::size_t stop = start + kRun < count ? start + kRun : count;
    RunMixture<T> run;
    std::size_t at = start;
    for (; at + kSumLanes <= stop; at += kSumLanes) {
      add_mixture(p + at, q + at, kSumLanes, row, run);
    }
    add_mixture(p + at, q + at, stop - at, row, run);
    sums.add(0, run.value_p);
    sums.add(1, run.value_q);
    sums.add(2, run.mean_p);
    sums.add(3, run.mean_q);
    sums.add(4, run.mass_p);
    sums.add(5, run.mass_q);
  }
  return {sums.total(0), sums.total(1), sums.total(2),
          sums.total(3), sums.total(4), sums.total(5)};
}

template <class T>
KULLBACK_INLINE void mixture_slopes_of(const T* p, const T* q, std::size_t count,
                                       const LossRow<T>& row, T* out) {
  const T scale = row.scale, log_z_p = row.log_z_p, shift = row.shift;
  const T beta = row.beta, rest = row.rest, mean = row.mean, factor = row.weight / rest;
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) {
    const T x = p[i], y = q[i];
    const T up = growth_of(held(log_ratio(x, y, scale, shift))).gained;
    const T a = to_mixture(rest * up, beta + rest * (up + T(1)), T(0)).log;
    out[i] = factor * ((a - mean) * exp_of(x * scale - log_z_p));
  }
}

// −P·(ln(Q/P) + KL)
template <class T>
KULLBACK_INLINE void first_slopes_of(const T* p, const T* q, std::size_t count,
                                     const LossRow<T>& row, T* out) {
  constexpr T kMost = std::numeric_limits<T>::max() / T(4);
  const T scale = row.scale, log_z_p = row.log_z_p, shift = row.shift;
  const T value = row.value, weight = row.weight;
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) {
    const T x = p[i];
    const T r = log_ratio(x, q[i], scale, shift);
    const T below = r > kMost ? kMost : r;
    out[i] = weight * ((-value - below) * exp_of(x * scale - log_z_p));
  }
}

// Q − P = max(P, Q)·(1 − e^−|r|)·sign r
template <class T>
KULLBACK_INLINE void second_slopes_of(const T* p, const T* q, std::size_t count,
                                      const LossRow<T>& row, T* out) {
  const T scale = row.scale, log_z_p = row.log_z_p, log_z_q = row.log_z_q, shift = row.shift;
  const T weight = row.weight;
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) {
    const T x = p[i], y = q[i];
    const T r = held(log_ratio(x, y, scale, shift));
    const T log_p = x * scale - log_z_p, log_q = y * scale - log_z_q;
    const T log = log_p < log_q ? log_q : log_p;
    const T larger = log < -Format<T>::kNarrow ? T(0) : exp_within(held(log));
    const T apart = growth_of(r < T(0) ? r : -r).gained;
    out[i] = weight * (larger * (r < T(0) ? apart : -apart));
  }
}

#define KULLBACK_LOSS(T, sums, mixed, first, second)                                             \
  KULLBACK_INLINE MixtureSums sums##_body(const T* p, const T* q, std::size_t count,             \
                                          const LossRow<T>& row) {                               \
    return mixture_of<T>(p, q, count, row);                                                      \
  }                                                                                              \
  KULLBACK_DISPATCH(MixtureSums, sums,                                                           \
                    (const T* p, const T* q, std::size_t count, const LossRow<T>& row),          \
                    (p, q, count, row))                                                          \
  KULLBACK_LOSS_SLOPES(T, mixed, mixture_slopes_of)                                              \
  KULLBACK_LOSS_SLOPES(T, first, first_slopes_of)                                                \
  KULLBACK_LOSS_SLOPES(T, second, second_slopes_of)

#define KULLBACK_LOSS_SLOPES(T, name, body)                                                      \
  KULLBACK_INLINE void name##_body(const T* p, const T* q, std::size_t count,                    \
                                   const LossRow<T>& row, T* out) {                              \
    const std::size_t whole = count / kSumLanes * kSumLanes, end = count - kSumLanes;            \
    body<T>(p, q, whole, row, out);                                                              \
    if (whole == count) return;                                                                  \
    if (whole == 0) {                                                                            \
      body<T>(p, q, count, row, out);                                                            \
    } else { /* the rest, and once more some before it: a whole number of vectors */             \
      body<T>(p + end, q + end, kSumLanes, row, out + end);                                      \
    }                                                                                            \
  }                                                                                              \
  KULLBACK_DISPATCH(void, name,                                                                  \
                    (const T* p, const T* q, std::size_t count, const LossRow<T>& row, T* out),  \
                    (p, q, count, row, out))

KULLBACK_LOSS(float, mixture_float, mixed_float, first_float, second_float)
KULLBACK_LOSS(double, mixture_double, mixed_double, first_double, second_double)

MixtureSums mixture_block(const float* p, const float* q, std::size_t n, const LossRow<float>& r) {
  return mixture_float(p, q, n, r);
}
MixtureSums mixture_block(const double* p, const double* q, std::size_t n,
                          const LossRow<double>& r) {
  return mixture_double(p, q, n, r);
}

template <class T>
using SlopeBlock = void (*)(const T* p, const T* q, std::size_t count, const LossRow<T>& row,
                            T* out);

void choose(SlopeBlock<float>& block, bool mixed, bool of_q) {
  block = mixed ? mixed_float : of_q ? second_float : first_float;
}
void choose(SlopeBlock<double>& block, bool mixed, bool of_q) {
  block = mixed ? mixed_double : of_q ? second_double : first_double;
}

template <class T>
void mixture_in(const Rows& p, const Rows& q, const Loss& loss, double* known) {
  for_rows(p.rows, p.outcomes, [&](std::size_t row, std::size_t threads) {
    double* own = known + kKnown * row;
    const LossRow<T> numbers(loss, own);
    const auto sums =
        reduce_row<MixtureSums>(p.outcomes, threads, [&](std::size_t start, std::size_t count) {
          T p_buffer[kBlock];
          T q_buffer[kBlock];
          return mixture_block(load(p, row, start, count, p_buffer),
                               load(q, row, start, count, q_buffer), count, numbers);
        });
    sums.write(loss, own);
  });
}

// Rows at a time.
constexpr std::size_t kRows = 16;

// From max_p, max_q, weight, gain and loss to what is known of a row, with u = gain/weight,
// ln Z_q − ln Z_p = max_q − max_p + ln(1 + u)  and  KL = loss/weight − (u − ln(1 + u)).
KULLBACK_INLINE void know_body(double* known) {
  double max_p[kRows], max_q[kRows], weight[kRows], u[kRows], value[kRows], shift[kRows];
  for (std::size_t i = 0; i < kRows; ++i) {
    const double* own = known + kKnown * i;
    max_p[i] = own[0];
    max_q[i] = own[1];
    weight[i] = own[2];
    u[i] = own[3];
    value[i] = own[4];
  }
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < kRows; ++i) {
    u[i] /= weight[i];
    value[i] /= weight[i];
    const double y = 1.0 + u[i], log_weight = log_within(weight[i]);
    const Octaves<double> o = octaves(y, 1.0);
    const bool near = o.scaled == 1.0;
    const double d = near ? u[i] : y - o.scaled;
    const double s = d / (y + o.scaled);
    const double z = s * s;
    const double tail = z * atanh_tail(z);
    const double change = (s + s) * (1.0 + tail) + o.k * Format<double>::kLn2;
    const double found = value[i] - (near ? s * (d - (tail + tail)) : u[i] - change);
    shift[i] = (max_p[i] - max_q[i]) - change;
    value[i] = found < 0.0 ? 0.0 : found;
    max_p[i] += log_weight;
    max_q[i] += log_weight + change;
  }
  for (std::size_t i = 0; i < kRows; ++i) {
    double* own = known + kKnown * i;
    const bool answers = shift[i] - shift[i] == 0.0;
    own[0] = max_p[i];
    own[1] = max_q[i];
    own[2] = shift[i];
    own[3] = answers ? value[i] : std::numeric_limits<double>::quiet_NaN();
    own[4] = 0.0;
  }
}
KULLBACK_DISPATCH(void, know, (double* known), (known))

void know_all(double* known, std::size_t rows) {
  std::size_t row = 0;
  for (; row + kRows <= rows; row += kRows) know(known + kKnown * row);
  if (row == rows) return;
  double last[kKnown * kRows] = {};
  double* from = known + kKnown * row;
  std::copy(from, from + kKnown * (rows - row), last);
  know(last);
  std::copy(last, last + kKnown * (rows - row), from);
}

}  // namespace

void loss_facts(const Rows& p, const Rows& q, const Loss& loss, double* known) {
  const auto note = [&](std::size_t row, const RowState& s) {
    const double numbers[kKnown] = {s.max_p, s.max_q, s.weight, s.gain, s.loss, 0.0};
    std::copy(numbers, numbers + kKnown, known + kKnown * row);
  };
  if (are_short(p, q)) {
    each_short(p, q, loss.scale,
               [&](std::size_t first, const RowState* states, const ShortRows& rows) {
                 const std::size_t count = std::min(kTogether, p.rows - first);
                 double* own = known + kKnown * first;
                 for (std::size_t i = 0; i < count; ++i) note(first + i, states[i]);
                 know_all(own, count);
                 if (loss.beta != 0.0) short_mixtures(rows, loss, count, own);
               });
    return;
  }
  each_state(p, q, loss.scale, note);
  know_all(known, p.rows);
  if (loss.beta == 0.0) return;
  const bool wide = p.number == Number::kFloat64 || q.number == Number::kFloat64;
  wide ? mixture_in<double>(p, q, loss, known) : mixture_in<float>(p, q, loss, known);
}

namespace {

// Stretches of rows that are read and written together: several short ones, or a part of one.
struct Stretches {
  std::size_t rows, blocks, outcomes;

  Stretches(const Rows& p, const Rows& q)
      : rows(p.dense() && q.dense() ? kBlock / std::clamp<std::size_t>(p.outcomes, 1, kBlock) : 1),
        blocks((p.outcomes + kBlock - 1) / kBlock),
        outcomes(std::min(kBlock, p.outcomes)) {}
};

// What is known of a row, with the roles of p and q exchanged where they are `turned`.
template <class T>
LossRow<T> known_of(const Loss& loss, const Slopes& of, std::size_t row, bool turned) {
  const double* own = of.known + kKnown * row;
  LossRow<T> known(loss, own);
  known.weight = static_cast<T>(of.weights[row]);
  known.mean = static_cast<T>(own[turned ? 5 : 4]);
  if (turned) {
    std::swap(known.log_z_p, known.log_z_q);
    known.shift = -known.shift;
    std::swap(known.beta, known.rest);
  }
  return known;
}

// As T, or from single precision as the 16 bits of a `number`.
template <class T>
void slopes_in(const Rows& p, const Rows& q, const Loss& loss, const Slopes& of, Number number,
               void* out) {
  SlopeBlock<T> block;
  const bool mixed = loss.beta > 0.0;
  choose(block, mixed, of.of_q);
  const bool turned = mixed && of.of_q;  // the same of the other side
  const bool narrowed = number == Number::kFloat16 || number == Number::kBfloat16;
  const Stretches stretches(p, q);
  const auto some = [&](std::size_t row, std::size_t start) {
    T x_buffer[kBlock];
    T y_buffer[kBlock];
    T wide[kBlock];
    const std::size_t rows = std::min(stretches.rows, p.rows - row);
    const std::size_t count = std::min(kBlock, p.outcomes - start), all = rows * count;
    const std::size_t place = row * p.outcomes + start;
    const T* x = load(turned ? q : p, row, start, all, x_buffer);
    const T* y = load(turned ? p : q, row, start, all, y_buffer);
    T* to = narrowed ? wide : static_cast<T*>(out) + place;
    for (std::size_t i = 0; i < rows; ++i) {
      const LossRow<T> known = known_of<T>(loss, of, row + i, turned);
      block(x + i * count, y + i * count, count, known, to + i * count);
    }
    if constexpr (sizeof(T) == sizeof(float)) {
      if (narrowed) narrow(wide, all, number, static_cast<std::uint16_t*>(out) + place);
    }
  };
  const std::size_t groups = (p.rows + stretches.rows - 1) / stretches.rows;
  const std::size_t blocks = stretches.blocks;
  for_rows(groups * blocks, stretches.rows * stretches.outcomes, [&](std::size_t i, std::size_t) {
    some(i / blocks * stretches.rows, i % blocks * kBlock);
  });
}

}  // namespace

void slopes(const Rows& p, const Rows& q, const Loss& loss, const Slopes& of, Number number,
            void* out) {
  const auto in = number == Number::kFloat64 ? slopes_in<double> : slopes_in<float>;
  in(p, q, loss, of, number, out);
}

}  // namespace kullback
