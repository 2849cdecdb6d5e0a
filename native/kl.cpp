#include "kl.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kullback {
namespace {

constexpr std::size_t kBlock = 4096;  // partial sums per block, added in block order
constexpr double kNear = 1e-2;        // below this |t| the series keeps more digits

// p ln(p/q) − p + q ≥ 0, as gap·t·(1/2 − t/6 + …) near p = q.
inline double term(double p, double q) {
  if (p == 0.0) return q;
  if (q == 0.0) return std::numeric_limits<double>::infinity();
  const double gap = p - q;
  const double t = gap / q;
  if (std::fabs(t) < kNear) {
    const double series =
        0.5 +
        t * (-1.0 / 6 +
             t * (1.0 / 12 +
                  t * (-1.0 / 20 + t * (1.0 / 30 + t * (-1.0 / 42 + t / 56)))));
    return gap * t * series;
  }
  const double ratio = p / q;
  double log_ratio;
  if (!(ratio > 0.0) || !std::isfinite(ratio)) {
    log_ratio = std::log(p) - std::log(q);
  } else {
    log_ratio = t > -0.5 ? std::log1p(t) : std::log(ratio);
  }
  return p * log_ratio - gap;
}

double row(const double* p, const double* q, std::size_t outcomes) {
  double total = 0.0;
  for (std::size_t start = 0; start < outcomes; start += kBlock) {
    const std::size_t stop = std::min(outcomes, start + kBlock);
    double block = 0.0;
    for (std::size_t i = start; i < stop; ++i) block += term(p[i], q[i]);
    total += block;
  }
  return total;
}

}  // namespace

void kl(const double* p, const double* q, double* out, std::size_t rows, std::size_t outcomes) {
  for (std::size_t i = 0; i < rows; ++i) {
    out[i] = row(p + i * outcomes, q + i * outcomes, outcomes);
  }
}

}  // namespace kullback
