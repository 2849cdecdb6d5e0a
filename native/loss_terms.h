// What the losses' passes make of one outcome.
#pragma once

#include "exponential.h"
#include "lanes.h"
#include "logarithm.h"
#include "logits_short.h"
#include "loss.h"

namespace kullback {

// Numbers of one row, in the precision that is worked in.
template <class T>
struct LossRow {
  T scale, log_z_p, log_z_q, shift, value, beta, rest, weight, mean;  // rest: 1 − beta

  LossRow(const Loss& loss, const double* known)
      : scale(static_cast<T>(loss.scale)),
        log_z_p(static_cast<T>(known[0])),
        log_z_q(static_cast<T>(known[1])),
        shift(static_cast<T>(known[2])),
        value(static_cast<T>(known[3])),
        beta(static_cast<T>(loss.beta)),
        rest(static_cast<T>(1.0 - loss.beta)),
        weight(1),
        mean(0) {}
};

// ln(Q/P), −∞ and ∞ too; a finite number where neither is possible.
template <class T>
KULLBACK_INLINE T log_ratio(T x, T y, T scale, T shift) {
  const T d = y - x;
  return (d == d ? d : T(0)) * scale + shift;
}

template <class T>
KULLBACK_INLINE T held(T r) {
  constexpr T kFar = Format<T>::kNarrow;
  return r < -kFar ? -kFar : (r > kFar ? kFar : r);
}

// With y = 1 + u: −ln y, and near·u − ln y, which is ≥ 0 and keeps its digits where near = 1.
template <class T>
struct LogTerm {
  T log;
  T term;
};

template <class T>
KULLBACK_INLINE LogTerm<T> to_mixture(T u, T y, T near) {
  const Octaves<T> o = octaves(T(1), y);
  const T moved = y - o.scaled;
  const T d = moved == T(0) ? -u : T(1) - o.scaled;
  const T s = d / (T(1) + o.scaled);
  const T z = s * s;
  const T tail = z * atanh_tail(z);
  const T turns = o.k * Format<T>::kLn2;
  const T first = near * d + (T(2) - (near + near));
  return {(s + s) * (T(1) + tail) + turns, s * (first + (tail + tail)) + (turns + near * moved)};
}

struct MixtureSums {
  // Σ P·ln(P/M), and of Q; where P ≈ Q, P·ln(P/M) − P + M. Whatever share of M − P and M − Q an
  // outcome adds cancels between the two.
  double value_p = 0.0, value_q = 0.0;
  double mean_p = 0.0, mean_q = 0.0;    // Σ P·ln(P/M), and of Q
  double mass_p = 0.0, mass_q = 0.0;

  void add(const MixtureSums& other) {
    value_p += other.value_p;
    value_q += other.value_q;
    mean_p += other.mean_p;
    mean_q += other.mean_q;
    mass_p += other.mass_p;
    mass_q += other.mass_q;
  }

  void write(const Loss& loss, double* known) const {
    known[3] = value_p / (1.0 - loss.beta) + value_q / loss.beta;
    known[4] = mean_p / mass_p;
    known[5] = mean_q / mass_q;
  }
};

// The sums of a run, lane by lane.
template <class T>
struct RunMixture {
  Lanes<T> value_p, value_q, mean_p, mean_q, mass_p, mass_q;
};

// One outcome of the two, both probabilities and what they are to the mixture.
template <class T>
struct MixtureOutcome {
  T in_p, in_q;
  LogTerm<T> a, b;
};

template <class T>
KULLBACK_INLINE MixtureOutcome<T> mixture_outcome(T log_p, T log_q, T ratio, T beta, T rest) {
  const T r = held(ratio);
  const T up = growth_of(r).gained, down = growth_of(-r).gained;
  const T close = T(2) - (r < T(0) ? -r : r);
  const T lifted = close > T(0) ? close : T(0);
  const T near = lifted < T(1) ? lifted : T(1);
  return {exp_of(log_p), exp_of(log_q), to_mixture(rest * up, beta + rest * (up + T(1)), near),
          to_mixture(beta * down, rest + beta * (down + T(1)), near)};
}

// The same as `mixture_in` in loss.cpp of sixteen short rows, of which `count` are there.
void short_mixtures(const ShortRows& rows, const Loss& loss, std::size_t count, double* known);

}  // namespace kullback
