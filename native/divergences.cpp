// KL of two members of a family as sums of terms ≥ 0. A pair that the terms do not reach
// (parameters beyond 2^±500, infinite values) is left open: its value is NaN or infinite.
#include "divergences.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "divergence_terms.h"
#include "threads.h"

namespace kullback {
namespace {

constexpr double kOpen = std::numeric_limits<double>::quiet_NaN();
constexpr double kEuler = 0.57721566490153286;

struct Exponential {
  KULLBACK_INLINE static double kl(double rate, double other) {
    const double value = ratio_term(other - rate, rate, other);
    return ordinary(rate) & ordinary(other) ? value : kOpen;
  }
};

// x·ln(x/y) − x + y, zeros included.
KULLBACK_INLINE double outcome(double x, double y, double gap) {
  const double value = or_limit(kl_term(x, y, gap), x, y);
  return ((x == 0.0) | ordinary(x)) & ((y == 0.0) | ordinary(y)) ? value : kOpen;
}

struct Poisson {
  KULLBACK_INLINE static double kl(double rate, double other) {
    return outcome(rate, other, rate - other);
  }
};

struct Bernoulli {
  KULLBACK_INLINE static double kl(double p, double q) {
    const double gap = p - q;
    return outcome(p, q, gap) + outcome(1.0 - p, 1.0 - q, -gap);
  }
};

struct Geometric {
  KULLBACK_INLINE static double kl(double p, double q) { return Bernoulli::kl(p, q) / p; }
};

struct Normal {
  KULLBACK_INLINE static double kl(double m, double s, double n, double t) {
    const double gap = (t - s) * (t + s);
    const double z = (m - n) / t;
    const double value = 0.5 * (kl_term(t * t, s * s, gap) / (t * t) + z * z);
    return ordinary(s) & ordinary(t) ? value : kOpen;
  }
};

struct Laplace {
  KULLBACK_INLINE static double kl(double m, double s, double n, double t) {
    const double apart = (m > n ? m - n : n - m) / s;
    const double value = s / t * exponential_term(-apart) + ratio_term(s - t, t, s);
    return ordinary(s) & ordinary(t) ? value : kOpen;
  }
};

struct Cauchy {
  KULLBACK_INLINE static double kl(double m, double s, double n, double t) {
    const double scales = (s - t) / s * ((s - t) / t);
    const double places = (m - n) / s * ((m - n) / t);
    const double value = log1p_of(0.25 * (scales + places));
    return ordinary(s) & ordinary(t) ? value : kOpen;
  }
};

// e^−X is Weibull: h(−y) + B(1, r − 1) with r = s/t and y = lnΓ(1 + r) + (n − m)/t.
struct Gumbel {
  KULLBACK_INLINE static double kl(double m, double s, double n, double t) {
    const double excess = (s - t) / t;
    const double r = s / t;
    const double bregman = gamma_term(1.0, excess, r) + kl_term(r, 1.0, excess);
    const double log_gamma = (1.0 - kEuler) * excess + (bregman - ratio_term(excess, 1.0, r));
    const double y = log_gamma + (n - m) / t;
    const double value = exponential_term(y) + bregman;
    return ordinary(s) & ordinary(t) & (y < Format<double>::kNarrow) ? value : kOpen;
  }
};

struct Gamma {
  KULLBACK_INLINE static double kl(double a, double r, double b, double s) {
    const double change = b - a;
    const double x = b * r, y = a * s;
    const bool near = close(change, b) & close(s - r, r);
    const double gap = near ? change * r - a * (s - r) : x - y;
    const double means = kl_term(x, y, gap) / r;
    const double value = gamma_term(a, change, b) + means;
    return ordinary(a) & ordinary(r) & ordinary(b) & ordinary(s) ? value : kOpen;
  }
};

// Where one part outweighs the other, its C and that of the total cancel, and where both are
// large the gap of the means is that of two products. What would keep fewer than 13 digits is
// left open.
struct Beta {
  static constexpr double kCancelled = 0x1p3;
  static constexpr double kRounding = 0x1p-51;
  static constexpr double kDigits = 1e13;

  KULLBACK_INLINE static double kl(double a, double b, double c, double d) {
    const double first = c - a, second = d - b;
    const double sum = a + b, other = c + d, change = first + second;
    const double mean_a = c * sum, mean_b = d * sum, new_a = a * other, new_b = b * other;
    // c·(a + b) − a·(c + d) = −(d·(a + b) − b·(c + d))
    const double from_changes = first * b - a * second;
    const bool near = close(first, c) & close(second, d);
    const double of_a = mean_a + new_a, of_b = mean_b + new_b;
    const double from_products = of_a < of_b ? mean_a - new_a : new_b - mean_b;
    const double gap = near ? from_changes : from_products;
    const double means = (kl_term(mean_a, new_a, gap) + kl_term(mean_b, new_b, -gap)) / sum;
    const double shapes = gamma_term(a, first, c) + gamma_term(b, second, d);
    const double total = gamma_term(sum, change, other);
    const double value = means + (shapes - total);
    // What the rounding of the products does to the gap, and that to the means.
    const double changes = std::fabs(first * b) + std::fabs(a * second);
    const double rounded = kRounding * (near ? changes : of_a < of_b ? of_a : of_b);
    const double least = mean_a < mean_b ? mean_a : mean_b;
    const double lost = rounded * (std::fabs(gap) + rounded) / (least * sum);
    const bool kept = (total <= kCancelled * value) & (kDigits * lost <= value);
    const bool inside = ordinary(a) & ordinary(b) & ordinary(c) & ordinary(d);
    return inside & kept ? value : kOpen;
  }
};

template <class F>
KULLBACK_INLINE void each_of_one(const double* const* x, double* out, std::size_t count) {
  const double *p = x[0], *q = x[1];
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) out[i] = F::kl(p[i], q[i]);
}

template <class F>
KULLBACK_INLINE void each_of_two(const double* const* x, double* out, std::size_t count) {
  const double *a = x[0], *b = x[1], *c = x[2], *d = x[3];
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) out[i] = F::kl(a[i], b[i], c[i], d[i]);
}

#define KULLBACK_FAMILY(name, each, F)                                                      \
  KULLBACK_INLINE void name##_body(const double* const* x, double* out, std::size_t count) { \
    each<F>(x, out, count);                                                                 \
  }                                                                                         \
  KULLBACK_DISPATCH(void, name, (const double* const* x, double* out, std::size_t count),    \
                    (x, out, count))

KULLBACK_FAMILY(exponential, each_of_one, Exponential)
KULLBACK_FAMILY(poisson, each_of_one, Poisson)
KULLBACK_FAMILY(bernoulli, each_of_one, Bernoulli)
KULLBACK_FAMILY(geometric, each_of_one, Geometric)
KULLBACK_FAMILY(normal, each_of_two, Normal)
KULLBACK_FAMILY(laplace, each_of_two, Laplace)
KULLBACK_FAMILY(cauchy, each_of_two, Cauchy)
KULLBACK_FAMILY(gumbel, each_of_two, Gumbel)
KULLBACK_FAMILY(gamma, each_of_two, Gamma)
KULLBACK_FAMILY(beta, each_of_two, Beta)

const Family kFamilies[] = {
    {"Exponential", 2, exponential}, {"Poisson", 2, poisson}, {"Bernoulli", 2, bernoulli},
    {"Geometric", 2, geometric},     {"Normal", 4, normal},   {"Laplace", 4, laplace},
    {"Cauchy", 4, cauchy},           {"Gumbel", 4, gumbel},   {"Gamma", 4, gamma},
    {"Beta", 4, beta},
};

KULLBACK_INLINE Written look_body(const double* values, std::size_t count) {
  double largest = 0.0, open = 0.0;
  KULLBACK_SIMD(reduction(max : largest) reduction(+ : open))
  for (std::size_t i = 0; i < count; ++i) {
    const double v = values[i];
    const bool finite = std::fabs(v) <= std::numeric_limits<double>::max();
    const double seen = finite ? v : 0.0;
    largest = largest > seen ? largest : seen;
    open += finite ? 0.0 : 1.0;
  }
  return {largest, static_cast<std::size_t>(open)};
}
KULLBACK_DISPATCH(Written, look, (const double* values, std::size_t count), (values, count))

constexpr std::size_t kPiece = 2048;    // pairs whose numbers stay in the nearest cache
constexpr std::size_t kTogether = 16;   // pieces that a thread takes at a time

}  // namespace

const Family* family_of(const char* name) {
  for (const Family& family : kFamilies) {
    if (std::strcmp(family.name, name) == 0) return &family;
  }
  return nullptr;
}

Written divergences(const Family& family, const Pairs& pairs, double* out) {
  const std::size_t width = std::min(kPiece, pairs.count);
  std::array<std::vector<double>, 4> repeated;
  for (std::size_t k = 0; k < family.parameters; ++k) {
    if (pairs.single[k]) repeated[k].assign(width, *pairs.parameters[k]);
  }
  const std::size_t stretch = kPiece * kTogether;
  std::vector<Written> written((pairs.count + stretch - 1) / stretch);
  parallel(threads_for(pairs.count), written.size(), [&](std::size_t i) {
    const std::size_t stop = std::min(pairs.count, (i + 1) * stretch);
    Written all;
    for (std::size_t start = i * stretch; start < stop; start += kPiece) {
      const double* at[4] = {};
      for (std::size_t k = 0; k < family.parameters; ++k) {
        at[k] = pairs.single[k] ? repeated[k].data() : pairs.parameters[k] + start;
      }
      const std::size_t count = std::min(kPiece, stop - start);
      family.block(at, out + start, count);
      const Written piece = look(out + start, count);
      all.largest = std::max(all.largest, piece.largest);
      all.open += piece.open;
    }
    written[i] = all;
  });
  Written total;
  for (const Written& part : written) {
    total.largest = std::max(total.largest, part.largest);
    total.open += part.open;
  }
  return total;
}

}  // namespace kullback
