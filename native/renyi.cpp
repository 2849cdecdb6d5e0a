// Of a row: Tsallis' relative entropy T = (Σ p^a·q^(1−a) − a·p − (1−a)·q)/(a − 1), each term ≥ 0,
// and the Rényi divergence ln(1 + (a − 1)·T)/(a − 1), for the order a, 0 < a < ∞, a ≠ 1.
//
// With r = ln(p/q) and x = (a − 1)·r a term is  p·(e^x − 1)/(a − 1) − p + q,  which is
// p·r − p + q  plus  p·(e^x − 1 − x)/(a − 1):  near p = q, and for a near 1, both keep their digits.
// Below a = ½ they would cancel, and  (1 − a)·T_a(p‖q) = a·T_(1−a)(q‖p)  is used.
#include <algorithm>
#include <cmath>
#include <utility>

#include "exponential.h"
#include "logarithm.h"
#include "pairs.h"

namespace kullback {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// e^x is a normal number for |x| up to it.
constexpr double kReach = Format<double>::kNarrow;
// Up to it what is plain loses at most a few bits.
constexpr double kNearby = 32.0;
// Below it Σ p^a·q^(1−a) is summed by itself.
constexpr double kLittle = 0.25;

struct PowerSums {
  double value = 0.0;
  double power = 0.0;     // Σ p^a·q^(1−a)
  double exponent = 0.0;  // the largest x
  PairSums seen;          // without a value

  void add(const PowerSums& other) {
    value += other.value;
    power += other.power;
    exponent = std::max(exponent, other.exponent);
    seen.add(other.seen);
  }

  bool ordinary() const { return seen.ordinary() && exponent <= kReach; }
};

// Where no number is zero and no ratio enormous; else `least` and `exponent` say so.
KULLBACK_INLINE PowerSums plain_powers_body(const double* p, const double* q, std::size_t count,
                                            double excess) {
  const double inverse = 1.0 / excess;
  double value = 0.0, mass_p = 0.0, mass_q = 0.0, exponent = 0.0, least = 1.0;
  KULLBACK_SIMD(reduction(+ : value, mass_p, mass_q) reduction(min : least) \
                reduction(max : exponent))
  for (std::size_t i = 0; i < count; ++i) {
    const double x = p[i], y = q[i];
    const Octaves<double> o = octaves(x, y);
    const double moved = y + o.minus, d = x + o.minus, turns = o.k * Format<double>::kLn2;
    const double s = d / (x - o.minus);
    const double z = s * s;
    const double tail = z * atanh_tail(z);
    const double kl = s * (d + (x + x) * tail) + (x * turns + moved);
    const double raised = excess * (turns + ((s + s) + (s + s) * tail));
    const double size = std::fabs(raised);
    value += kl + x * (growth_of(raised).excess * inverse);
    exponent = size > exponent ? size : exponent;
    mass_p += x;
    mass_q += y;
    least = lesser(least, lesser(x, y));
  }
  return {value, excess * (value + mass_p - mass_q) + mass_p, exponent,
          {0.0, mass_p, mass_q, least}};
}
KULLBACK_DISPATCH(PowerSums, plain_powers,
                  (const double* p, const double* q, std::size_t count, double excess),
                  (p, q, count, excess))

// Orders that are functions of p and q without a logarithm.
KULLBACK_INLINE double half_term(double x, double y) {
  const double gap = x - y;
  return gap * gap / ((x + y) + 2.0 * std::sqrt(x * y));  // (√x − √y)²
}
// With t = p/q and a whole:  (t^a − 1 − a·(t − 1))/(a − 1) = (t − 1)²·Σ (a − 1 − j)·t^j/(a − 1),
// j from 0 to a − 2, where nothing cancels.
template <int order>
KULLBACK_INLINE double whole_term(double x, double y) {
  const double gap = x - y, inverse = 1.0 / y, ratio = x * inverse;
  double sum = 1.0;
  for (int next = 2; next < order; ++next) sum = sum * ratio + next;
  return gap * gap * inverse * (sum * (1.0 / (order - 1)));
}
KULLBACK_PAIR_BLOCK(half_block, half_term, all_of)
KULLBACK_PAIR_BLOCK(second_block, whole_term<2>, all_of)
KULLBACK_PAIR_BLOCK(third_block, whole_term<3>, all_of)
KULLBACK_PAIR_BLOCK(fourth_block, whole_term<4>, all_of)
KULLBACK_PAIR_BLOCK(fifth_block, whole_term<5>, all_of)
KULLBACK_PAIR_BLOCK(sixth_block, whole_term<6>, all_of)

// The block of an order, where it has one.
PairBlock simple_block(double order) {
  const PairBlock whole[] = {second_block, third_block, fourth_block, fifth_block, sixth_block};
  for (int i = 0; i < 5; ++i) {
    if (order == i + 2.0) return whole[i];
  }
  return order == 0.5 ? half_block : nullptr;
}

// The same sums by such a block; its squares and powers stay in the range of a double only so far.
PowerSums simple_powers(const double* p, const double* q, std::size_t count, double excess,
                        PairBlock block) {
  const PairSums s = block(p, q, count);
  const bool within = s.least >= 0x1p-500 && s.mass_p + s.mass_q <= 0x1p500 &&
                      s.value <= std::numeric_limits<double>::max();
  return {s.value, excess * (s.value + s.mass_p - s.mass_q) + s.mass_p,
          within ? 0.0 : kInfinity, {0.0, s.mass_p, s.mass_q, s.least}};
}

KULLBACK_INLINE PowerSums powers_body(const double* p, const double* q, std::size_t count,
                                      double excess, double alone, double power_alone) {
  const double inverse = 1.0 / excess;
  double value = 0.0, power = 0.0, mass_p = 0.0, mass_q = 0.0, exponent = 0.0, least = 1.0;
  KULLBACK_SIMD(reduction(+ : value, power, mass_p, mass_q) reduction(min : least) \
                reduction(max : exponent))
  for (std::size_t i = 0; i < count; ++i) {
    const double of_p = p[i], of_q = q[i];
    const double x = of_p == 0.0 ? of_q : of_p, y = of_q == 0.0 ? of_p : of_q;
    const Octaves<double> o = octaves(x, y);
    const double moved = y + o.minus, d = x + o.minus, turns = o.k * Format<double>::kLn2;
    const double s = d / (x - o.minus);
    const double z = s * s;
    const double tail = z * atanh_tail(z);
    const double kl = s * (d + (x + x) * tail) + (x * turns + moved);
    const double r = turns + ((s + s) + (s + s) * tail);
    const double far = excess * r;
    const double above = far < -kReach ? -kReach : far;
    const double within = above > kReach ? kReach : above;
    const Growth<double> e = growth_of(within);
    const bool near = std::fabs(r) < 1.0;
    const double both = near ? kl + x * (e.excess * inverse) : x * (e.gained * inverse) - (x - y);
    const double raised = x * exp_within(within);
    const double term = of_q == 0.0 ? of_p * alone : both;
    const double raised_term = of_q == 0.0 ? power_alone : raised;
    value += of_p == 0.0 ? of_q : term;
    power += of_p == 0.0 ? 0.0 : raised_term;
    exponent = far > exponent ? far : exponent;
    mass_p += of_p;
    mass_q += of_q;
    least = lesser(least, lesser(not_zero(of_p), not_zero(of_q)));
  }
  return {value, power, exponent, {0.0, mass_p, mass_q, least}};
}
KULLBACK_DISPATCH(PowerSums, powers,
                  (const double* p, const double* q, std::size_t count, double excess,
                   double alone, double power_alone),
                  (p, q, count, excess, alone, power_alone))

// How the sums are made for an order; below ½ with p and q exchanged.
struct Order {
  double order;
  double excess;  // order − 1, without a rounding
  bool turned;

  explicit Order(double asked)
      : order(asked < 0.5 ? 1.0 - asked : asked),
        excess(asked < 0.5 ? -asked : asked - 1.0),
        turned(asked < 0.5) {}

  // What is plain knows Σ p^a·q^(1−a) from the rest, so that it is wrong by a rounding of 1.
  PowerSums plain(const double* p, const double* q, std::size_t count) const {
    const PairBlock simple = simple_block(order);
    if (simple != nullptr) return simple_powers(p, q, count, excess, simple);
    return plain_powers(p, q, count, excess);
  }

  PowerSums sums(const double* p, const double* q, std::size_t count) const {
    const double alone = excess > 0.0 ? kInfinity : -order / excess;  // of p where q = 0
    return powers(p, q, count, excess, alone, excess > 0.0 ? kInfinity : 0.0);
  }
};

// Of one pair of any size: brought to the size of 1, which scales the term.
PowerSums careful_powers(double p, double q, const Order& order) {
  const double larger = std::max(p, q), smaller = std::min(p, q);
  PowerSums sums = order.sums(&p, &q, 1);
  if (smaller == 0.0 || sums.ordinary()) return sums;
  const double ratio = smaller / larger;
  const double a = p < q ? ratio : 1.0, b = p < q ? 1.0 : ratio;
  const PowerSums scaled = order.sums(&a, &b, 1);
  if (ratio >= 0x1p-1000 && scaled.ordinary()) {
    sums.value = larger * scaled.value;
    sums.power = larger * scaled.power;
  } else {
    const double r = std::log(p) - std::log(q), x = order.excess * r;
    sums.power = std::exp(x + std::log(p));
    sums.value = (x < kReach ? p * std::expm1(x) : sums.power - p) / order.excess - (p - q);
  }
  sums.exponent = 0.0;
  return sums;
}

// By what is plain, and from the first stretch that is not on by what is careful.
PowerSums block_powers(const double* p, const double* q, std::size_t count, const Order& order,
                       bool plain) {
  PowerSums total;
  for (std::size_t start = 0; start < count; start += kTaken) {
    const std::size_t size = std::min(kTaken, count - start);
    if (size == kTaken) {
      ask_ahead(p + start);
      ask_ahead(q + start);
    }
    PowerSums sums;
    if (plain) {
      sums = order.plain(p + start, q + start, size);
      plain = sums.seen.ordinary() && sums.exponent <= kNearby;
    }
    if (!plain) sums = order.sums(p + start, q + start, size);
    if (!sums.ordinary()) {
      const PairSums seen = sums.seen;
      sums = {};
      for (std::size_t i = start; i < start + size; ++i) {
        sums.add(careful_powers(p[i], q[i], order));
      }
      sums.seen = seen;
    }
    total.add(sums);
  }
  return total;
}

PowerSums row_powers(const Rows& p, const Rows& q, std::size_t row, std::size_t threads,
                     const Order& order, bool plain) {
  return reduce_row<PowerSums>(p.outcomes, threads, [&](std::size_t start, std::size_t count) {
    double p_buffer[kBlock], q_buffer[kBlock];
    return block_powers(load(p, row, start, count, p_buffer), load(q, row, start, count, q_buffer),
                        count, order, plain);
  });
}

// ln Σ p^a·q^(1−a) where the sum itself leaves the range of a double.
double log_power(const Rows& p, const Rows& q, std::size_t row, const Order& order) {
  double top = -kInfinity, sum = 0.0;
  for (std::size_t start = 0; start < p.outcomes; start += kBlock) {
    double p_buffer[kBlock], q_buffer[kBlock];
    const std::size_t count = std::min(kBlock, p.outcomes - start);
    const double* x = load(p, row, start, count, p_buffer);
    const double* y = load(q, row, start, count, q_buffer);
    for (std::size_t i = 0; i < count; ++i) {
      if (x[i] > 0.0 && y[i] == 0.0 && order.excess > 0.0) return kInfinity;
      if (x[i] == 0.0 || y[i] == 0.0) continue;
      const double log = order.order * std::log(x[i]) - order.excess * std::log(y[i]);
      const double higher = std::max(top, log);
      sum = sum * std::exp(top - higher) + std::exp(log - higher);
      top = higher;
    }
  }
  return top + std::log(sum);
}

double tsallis_of(const Order& order, const PowerSums& sums) {
  return order.turned ? sums.value * (-order.excess / order.order) : sums.value;
}

double renyi_of(const Rows& p, const Rows& q, std::size_t row, const Order& order,
                const PowerSums& sums) {
  const double moved = order.excess * sums.value;
  const double divisor = order.turned ? -order.order : order.excess;  // a − 1
  if (std::fabs(moved) < 0.5) return std::log1p(moved) / divisor;
  if (sums.power > 0x1p-900 && sums.power < 0x1p900) return std::log(sums.power) / divisor;
  return log_power(p, q, row, order) / divisor;
}

// Calls value(p, q, row, order, sums) for every row, p and q exchanged where the order says so.
template <class Value>
void each_row(const Rows& p, const Rows& q, double asked, double* out, Seen& all,
              const Value& value) {
  const Order order(asked);
  const Rows& x = order.turned ? q : p;
  const Rows& y = order.turned ? p : q;
  see_rows(p.rows, p.outcomes, all, [&](std::size_t row, std::size_t threads) {
    PowerSums sums = row_powers(x, y, row, threads, order, true);
    if (sums.power < kLittle) sums = row_powers(x, y, row, threads, order, false);
    PairSums seen = sums.seen;
    if (order.turned) std::swap(seen.mass_p, seen.mass_q);
    out[row] = value(x, y, row, order, sums);
    return seen.seen();
  });
}

}  // namespace

void tsallis(const Rows& p, const Rows& q, double order, double* out, Seen& all) {
  each_row(p, q, order, out, all,
           [](const Rows&, const Rows&, std::size_t, const Order& by, const PowerSums& sums) {
             return tsallis_of(by, sums);
           });
}

void renyi(const Rows& p, const Rows& q, double order, double* out, Seen& all) {
  each_row(p, q, order, out, all, renyi_of);
}

}  // namespace kullback
