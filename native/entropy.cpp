// H(p) a row: −Σ p ln p. A probability above one half is weighed as −p·ln(1 − rest), so that
// the entropy of a nearly certain distribution keeps its digits.
#include "pairs.h"

#include <cmath>

#include "logarithm.h"

namespace kullback {
namespace {

// `value` and `rest` leave out what is above one half; `largest` is 0 if nothing is.
struct EntropySums {
  double value = 0.0;
  double rest = 0.0;
  double mass = 0.0;
  double largest = 0.0;
  double least = 1.0;

  void add(const EntropySums& other) {
    value += other.value;
    rest += other.rest;
    mass += other.mass;
    largest = std::max(largest, other.largest);
    least = std::min(least, other.least);
  }
};

KULLBACK_INLINE EntropySums entropy_block_body(const double* p, std::size_t count) {
  double value = 0.0, rest = 0.0, mass = 0.0, largest = 0.0;
  double least = 1.0;
  KULLBACK_SIMD(reduction(+ : value, rest, mass) reduction(min : least) reduction(max : largest))
  for (std::size_t i = 0; i < count; ++i) {
    const double x = p[i];
    const bool above = x > 0.5;
    const double term = x == 0.0 ? 0.0 : -x * log_of(x);
    value += above ? 0.0 : term;
    rest += above ? 0.0 : x;
    mass += x;
    largest = above && x > largest ? x : largest;
    least = lesser(least, not_zero(x));
  }
  return {value, rest, mass, largest, least};
}
KULLBACK_DISPATCH(EntropySums, entropy_block, (const double* p, std::size_t count), (p, count))

// Where no probability is above one half, and each is ordinary and other than zero; else `least`
// or `largest` says so.
KULLBACK_INLINE EntropySums entropy_plain_body(const double* p, std::size_t count) {
  double value = 0.0, mass = 0.0, largest = 0.0;
  double least = 1.0;
  KULLBACK_SIMD(reduction(+ : value, mass) reduction(min : least) reduction(max : largest))
  for (std::size_t i = 0; i < count; ++i) {
    const double x = p[i];
    value -= x * log_within(x);
    mass += x;
    largest = x > largest ? x : largest;
    least = lesser(least, x);
  }
  return {value, mass, mass, largest, least};
}
KULLBACK_DISPATCH(EntropySums, entropy_plain, (const double* p, std::size_t count), (p, count))

EntropySums entropy_sums(const double* p, std::size_t count) {
  EntropySums total;
  bool plain = true;
  for (std::size_t start = 0; start < count; start += kTaken) {
    const std::size_t size = std::min(kTaken, count - start);
    if (size == kTaken) ask_ahead(p + start);
    EntropySums sums;
    if (plain) {
      sums = entropy_plain(p + start, size);
      plain = sums.least >= Format<double>::kTiny && sums.largest <= 0.5 && sums.mass >= 0.0;
      sums.largest = 0.0;
    }
    total.add(plain ? sums : entropy_block(p + start, size));
  }
  return total;
}

}  // namespace

void entropy(const Rows& p, double* out, Seen& seen) {
  see_rows(p.rows, p.outcomes, seen, [&](std::size_t row, std::size_t threads) {
    const auto sums = reduce_row<EntropySums>(
        p.outcomes, threads, [&](std::size_t start, std::size_t count) {
          double buffer[kBlock];
          return entropy_sums(load(p, row, start, count, buffer), count);
        });
    const double top = sums.largest;
    out[row] = sums.value + (top > 0.0 ? -top * std::log1p(-sums.rest) : 0.0);
    return Seen{sums.least, {sums.mass, sums.mass}, {sums.mass, sums.mass}};
  });
}

}  // namespace kullback
