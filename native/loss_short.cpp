// Mixtures of sixteen short rows, each in a lane of its own (see logits_short.h).
#include <algorithm>

#include "loss_terms.h"

namespace kullback {
namespace {

// What LossRow says of one row.
struct ShortKnown {
  Lanes<float> log_z_p, log_z_q, shift;
  float scale, beta, rest;
};

struct ShortSums {
  Lanes<double> value_p, value_q, mean_p, mean_q, mass_p, mass_q;
};

KULLBACK_INLINE void add(Lanes<double>& sum, const Lanes<float>& run) {
  KULLBACK_SIMD()
  for (std::size_t lane = 0; lane < kTogether; ++lane) sum[lane] += double(run[lane]);
}

KULLBACK_INLINE void mixtures_body(const float* p, const float* q, std::size_t outcomes,
                                   const ShortKnown& known, ShortSums& out) {
  constexpr std::size_t kRunOutcomes = kRun / kSumLanes;
  const float scale = known.scale, beta = known.beta, rest = known.rest;
  for (std::size_t start = 0; start < outcomes; start += kRunOutcomes) {
    const std::size_t stop = start + kRunOutcomes < outcomes ? start + kRunOutcomes : outcomes;
    RunMixture<float> run;
    for (std::size_t k = start; k < stop; ++k) {
      KULLBACK_SIMD()
      for (std::size_t lane = 0; lane < kTogether; ++lane) {
        const float x = p[k * kTogether + lane], y = q[k * kTogether + lane];
        const MixtureOutcome<float> one = mixture_outcome(
            x * scale - known.log_z_p[lane], y * scale - known.log_z_q[lane],
            log_ratio(x, y, scale, known.shift[lane]), beta, rest);
        run.value_p[lane] += one.in_p * one.a.term;
        run.value_q[lane] += one.in_q * one.b.term;
        run.mean_p[lane] += one.in_p * one.a.log;
        run.mean_q[lane] += one.in_q * one.b.log;
        run.mass_p[lane] += one.in_p;
        run.mass_q[lane] += one.in_q;
      }
    }
    add(out.value_p, run.value_p);
    add(out.value_q, run.value_q);
    add(out.mean_p, run.mean_p);
    add(out.mean_q, run.mean_q);
    add(out.mass_p, run.mass_p);
    add(out.mass_q, run.mass_q);
  }
}
KULLBACK_DISPATCH(void, mixtures,
                  (const float* p, const float* q, std::size_t outcomes, const ShortKnown& known,
                   ShortSums& out),
                  (p, q, outcomes, known, out))

}  // namespace

void short_mixtures(const ShortRows& rows, const Loss& loss, std::size_t count, double* known) {
  ShortKnown of_rows;
  of_rows.scale = static_cast<float>(loss.scale);
  of_rows.beta = static_cast<float>(loss.beta);
  of_rows.rest = static_cast<float>(1.0 - loss.beta);
  for (std::size_t i = 0; i < kTogether; ++i) {
    const double* own = known + kKnown * std::min(i, count - 1);
    of_rows.log_z_p[i] = static_cast<float>(own[0]);
    of_rows.log_z_q[i] = static_cast<float>(own[1]);
    of_rows.shift[i] = static_cast<float>(own[2]);
  }
  ShortSums sums;
  mixtures(rows.p, rows.q, rows.outcomes, of_rows, sums);
  for (std::size_t i = 0; i < count; ++i) {
    const MixtureSums own{sums.value_p[i], sums.value_q[i], sums.mean_p[i],
                          sums.mean_q[i],  sums.mass_p[i],  sums.mass_q[i]};
    own.write(loss, known + kKnown * i);
  }
}

}  // namespace kullback
