// All pairs of rows. Sixteen rows of Q lie side by side in a panel, so that each lane of an
// instruction is a pair of its own. A few rows of P meet a few panels, some outcomes of each at a
// time, so that they come from the nearest caches.
//
// What is a sum of products (cross-entropy, and with it KL; the affinity Σ √p√q, and with it
// Hellinger) costs one multiplication an outcome and loses digits where two rows nearly agree:
// those pairs are summed anew as the measure itself does. The others are summed term by term.
#include "pairwise.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "logarithm.h"
#include "pairs.h"
#include "pairwise_sparse.h"
#include "threads.h"

namespace kullback {
namespace {

constexpr std::size_t kLanes = 16;      // rows of Q in a panel
constexpr std::size_t kTogether = 4;    // rows of P that meet it at a time
constexpr std::size_t kPanels = 4;      // panels that they meet
constexpr std::size_t kChunk = 128;     // outcomes at a time
constexpr std::size_t kPiece = 128;     // rows of P in one piece of work
constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Below this share of what cancelled, a sum of products is not trusted: 1e-16/share is lost.
constexpr double kNear = 0x1p-7;

using Lines = const double*[kTogether];

struct Totals {
  alignas(64) double of[kTogether][kLanes];
};

// So many lanes at a time that their sums stay in registers: each lane's is the same for all.
template <std::size_t kTile>
KULLBACK_INLINE void product_of(Lines x, const double* panel, std::size_t count,
                                Totals& totals) {
  for (std::size_t tile = 0; tile < kLanes; tile += kTile) {
    double sums[kTogether][kTile] = {};
    for (std::size_t k = 0; k < count; ++k) {
      const double* y = panel + k * kLanes + tile;
      for (std::size_t i = 0; i < kTogether; ++i) {
        KULLBACK_SIMD()
        for (std::size_t lane = 0; lane < kTile; ++lane) sums[i][lane] += x[i][k] * y[lane];
      }
    }
    for (std::size_t i = 0; i < kTogether; ++i) {
      for (std::size_t lane = 0; lane < kTile; ++lane) totals.of[i][tile + lane] += sums[i][lane];
    }
  }
}

KULLBACK_INLINE void product_by_8_body(Lines x, const double* panel, std::size_t count,
                                       Totals& totals) {
  product_of<8>(x, panel, count, totals);
}
KULLBACK_DISPATCH(void, product_by_8,
                  (Lines x, const double* panel, std::size_t count, Totals& totals),
                  (x, panel, count, totals))

KULLBACK_INLINE void product_by_16_body(Lines x, const double* panel, std::size_t count,
                                        Totals& totals) {
  product_of<16>(x, panel, count, totals);
}
KULLBACK_DISPATCH(void, product_by_16,
                  (Lines x, const double* panel, std::size_t count, Totals& totals),
                  (x, panel, count, totals))

void product(Lines x, const double* panel, std::size_t count, Totals& totals) {
  instructions() == Instructions::kAvx512 ? product_by_16(x, panel, count, totals)
                                          : product_by_8(x, panel, count, totals);
}

template <double (*term)(double, double)>
KULLBACK_INLINE void terms_of(Lines x, const double* panel, std::size_t count,
                              Totals& totals) {
  for (std::size_t i = 0; i < kTogether; ++i) {
    double sums[kLanes] = {};
    for (std::size_t k = 0; k < count; ++k) {
      const double at = x[i][k];
      KULLBACK_SIMD()
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        sums[lane] += term(at, panel[k * kLanes + lane]);
      }
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) totals.of[i][lane] += sums[lane];
  }
}

KULLBACK_INLINE double variation_term(double x, double y) { return std::fabs(x - y); }

KULLBACK_INLINE void js_terms_body(Lines x, const double* panel, std::size_t count,
                                   Totals& totals) {
  terms_of<js_term>(x, panel, count, totals);
}
KULLBACK_DISPATCH(void, js_terms,
                  (Lines x, const double* panel, std::size_t count, Totals& totals),
                  (x, panel, count, totals))

KULLBACK_INLINE void variation_terms_body(Lines x, const double* panel, std::size_t count,
                                          Totals& totals) {
  terms_of<variation_term>(x, panel, count, totals);
}
KULLBACK_DISPATCH(void, variation_terms,
                  (Lines x, const double* panel, std::size_t count, Totals& totals),
                  (x, panel, count, totals))

KULLBACK_INLINE void surprisals_body(double* x, std::size_t count) {
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) x[i] = x[i] == 0.0 ? 0.0 : -log_of(x[i]);
}
KULLBACK_DISPATCH(void, surprisals, (double* x, std::size_t count), (x, count))

KULLBACK_INLINE void roots_body(double* x, std::size_t count) {
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) x[i] = std::sqrt(x[i]);
}
KULLBACK_DISPATCH(void, roots, (double* x, std::size_t count), (x, count))

// How a measure is summed: what P's and Q's numbers are made into, if anything, and a chunk of them.
struct Summing {
  void (*of_p)(double* x, std::size_t count);
  void (*of_q)(double* x, std::size_t count);
  void (*chunk)(Lines x, const double* panel, std::size_t count, Totals& totals);
};

// Q in panels, one behind the other, each number changed; lanes without a row hold zeros.
class Panels {
 public:
  Panels(const Matrix& q, void (*change)(double* x, std::size_t count))
      : count_((q.rows + kLanes - 1) / kLanes),
        size_(q.outcomes * kLanes),
        numbers_(count_ * size_) {
    for_rows(count_, size_, [&](std::size_t panel, std::size_t) {
      double* to = numbers_.data() + panel * size_;
      const std::size_t rows = std::min(kLanes, q.rows - panel * kLanes);
      for (std::size_t lane = 0; lane < rows; ++lane) {
        const double* from = q.row(panel * kLanes + lane);
        for (std::size_t k = 0; k < q.outcomes; ++k) to[k * kLanes + lane] = from[k];
      }
      if (change) change(to, size_);
    });
  }

  std::size_t count() const { return count_; }
  const double* at(std::size_t panel, std::size_t outcome) const {
    return numbers_.data() + panel * size_ + outcome * kLanes;
  }

 private:
  std::size_t count_, size_;
  std::vector<double> numbers_;
};

// The rows with each number changed, once for all the pairs that they are in.
std::vector<double> changed(const Matrix& x, void (*change)(double* x, std::size_t count)) {
  std::vector<double> numbers(x.data, x.data + x.rows * x.outcomes);
  for_rows(x.rows, x.outcomes, [&](std::size_t row, std::size_t) {
    change(numbers.data() + row * x.outcomes, x.outcomes);
  });
  return numbers;
}

// Rows [top, bottom) of P and panels [first, last) of Q.
struct Piece {
  std::size_t top, bottom, first, last;

  std::size_t groups() const { return (bottom - top + kTogether - 1) / kTogether; }
};

// The sums of all pairs of a piece, panel by panel; of a half, those that hold no pair stay out.
std::vector<Totals> sums_of(const Matrix& p, const Panels& q, const Summing& summing,
                            const Piece& piece, bool half) {
  std::vector<Totals> sums((piece.last - piece.first) * piece.groups());
  for (std::size_t start = 0; start < p.outcomes; start += kChunk) {
    const std::size_t count = std::min(kChunk, p.outcomes - start);
    for (std::size_t group = 0; group < piece.groups(); ++group) {
      const std::size_t row = piece.top + group * kTogether;
      const double* lines[kTogether];
      for (std::size_t k = 0; k < kTogether; ++k) {
        lines[k] = p.row(std::min(row + k, p.rows - 1)) + start;
      }
      for (std::size_t panel = piece.first; panel < piece.last; ++panel) {
        if (half && row + 1 >= (panel + 1) * kLanes) continue;
        Totals& totals = sums[(panel - piece.first) * piece.groups() + group];
        summing.chunk(lines, q.at(panel, start), count, totals);
      }
    }
  }
  return sums;
}

// Calls finish(i, first, count, sums, out), which writes the measures of row i with the rows of Q
// from `first` on, for all pairs, up to sixteen at a time.
template <class Finish>
void walk(const Matrix& given, const Matrix& q, const Pairing& pairing, const Summing& summing,
          const Finish& finish) {
  std::vector<double> made;
  Matrix p = given;
  if (summing.of_p) {
    made = changed(given, summing.of_p);
    p.data = made.data();
  }
  const Panels panels(q, summing.of_q);
  const std::size_t across = (panels.count() + kPanels - 1) / kPanels;
  const std::size_t down = (p.rows + kPiece - 1) / kPiece;
  const std::size_t threads = threads_for(p.rows * q.rows * (p.outcomes + 1));
  parallel(threads, across * down, [&](std::size_t work) {
    const std::size_t top = work / across * kPiece, left = work % across * kPanels;
    const Piece piece = {top, std::min(top + kPiece, p.rows), left,
                         std::min(left + kPanels, panels.count())};
    if (pairing.half && top + 1 >= piece.last * kLanes) return;
    const std::vector<Totals> sums = sums_of(p, panels, summing, piece, pairing.half);
    for (std::size_t i = top; i < piece.bottom; ++i) {
      for (std::size_t panel = left; panel < piece.last; ++panel) {
        const std::size_t first = panel * kLanes, last = std::min(first + kLanes, q.rows);
        const std::size_t j = pairing.half ? std::max(first, i + 1) : first;
        if (j >= last) continue;
        const std::size_t at = (panel - left) * piece.groups() + (i - top) / kTogether;
        const double* of_row = sums[at].of[(i - top) % kTogether];
        finish(i, j, last - j, of_row + (j - first), &pairing.at(i, j));
      }
    }
  });
}

// Calls value(i, j) for every pair, a few rows of P at a time, and writes what it gives.
template <class Value>
void visit(const Matrix& p, const Matrix& q, const Pairing& pairing, const Value& value) {
  const std::size_t pieces = (p.rows + kTogether - 1) / kTogether;
  parallel(threads_for(p.rows * q.rows * (p.outcomes + 1)), pieces, [&](std::size_t piece) {
    const std::size_t top = piece * kTogether, bottom = std::min(top + kTogether, p.rows);
    for (std::size_t j = pairing.half ? top + 1 : 0; j < q.rows; ++j) {
      const std::size_t last = pairing.half ? std::min(bottom, j) : bottom;
      for (std::size_t i = top; i < last; ++i) pairing.at(i, j) = value(i, j);
    }
  });
}

// The measure of one pair, block by block, as it is taken of one pair alone.
double alone(const Matrix& p, const Matrix& q, std::size_t i, std::size_t j, PairBlock block) {
  if (p.row(i) == q.row(j)) return 0.0;
  return reduce_row<PairSums>(p.outcomes, 1, [&](std::size_t start, std::size_t count) {
           return block(p.row(i) + start, q.row(j) + start, count);
         }).value;
}

// What is known of P and of Q, found once where they are the same rows.
template <class Known>
class OfBoth {
 public:
  OfBoth(const Matrix& of_p, const Matrix& of_q) : p(of_p) {
    if (of_p.data != of_q.data || of_p.rows != of_q.rows) own_.emplace(of_q);
  }

  const Known p;
  const Known& q() const { return own_ ? *own_ : p; }

 private:
  std::optional<Known> own_;
};

// Of each row −Σ p ln p, its mass and its least number other than 0.
struct Facts {
  std::vector<double> entropy, mass, least;

  explicit Facts(const Matrix& x) : entropy(x.rows), mass(x.rows), least(x.rows) {
    for_rows(x.rows, x.outcomes, [&](std::size_t row, std::size_t) {
      const double* from = x.row(row);
      const auto sums =
          reduce_row<PairSums>(x.outcomes, 1, [&](std::size_t start, std::size_t count) {
            return cross_entropy_sums(from + start, from + start, count);
          });
      entropy[row] = sums.value;
      mass[row] = sums.mass_p;
      least[row] = sums.least;
    });
  }

  // Whether no number of row i, nor of row j there, needs care.
  bool ordinary(std::size_t i, const Facts& there, std::size_t j) const {
    return PairSums{0.0, mass[i], there.mass[j], std::min(least[i], there.least[j])}.ordinary();
  }
};

// Which outcomes a row gives more than nothing, in words of 64.
class Supports {
 public:
  explicit Supports(const Matrix& x) : words_((x.outcomes + 63) / 64), bits_(x.rows * words_) {
    for_rows(x.rows, x.outcomes, [&](std::size_t row, std::size_t) {
      const double* from = x.row(row);
      std::uint64_t* to = bits_.data() + row * words_;
      for (std::size_t k = 0; k < x.outcomes; ++k) {
        to[k / 64] |= std::uint64_t{from[k] != 0.0} << (k % 64);
      }
    });
    const double* end = x.row(x.rows);
    whole_ = std::find(x.data, end, 0.0) == end;
  }

  // Whether every row has every outcome.
  bool whole() const { return whole_; }

  // Whether row i here has an outcome that row j there lacks.
  bool leaves(std::size_t i, const Supports& there, std::size_t j) const {
    const std::uint64_t* mine = bits_.data() + i * words_;
    const std::uint64_t* theirs = there.bits_.data() + j * words_;
    for (std::size_t k = 0; k < words_; ++k) {
      if ((mine[k] & ~theirs[k]) != 0) return true;
    }
    return false;
  }

 private:
  std::size_t words_;
  std::vector<std::uint64_t> bits_;
  bool whole_;
};

KULLBACK_INLINE bool trusted(double value, double cancelled) {
  return value >= kNear * cancelled && cancelled <= std::numeric_limits<double>::max();
}

const Summing kSurprisal = {nullptr, surprisals, product};
const Summing kAffinity = {roots, roots, product};
const Summing kJensenShannon = {nullptr, nullptr, js_terms};
const Summing kVariation = {nullptr, nullptr, variation_terms};

}  // namespace

void pairwise_kl(const Matrix& p, const Matrix& q, const Pairing& pairing) {
  const OfBoth<Facts> facts(p, q);
  const Facts &of_p = facts.p, &of_q = facts.q();
  const OfBoth<Supports> supports(p, q);
  const Supports &in_p = supports.p, &in_q = supports.q();
  walk(p, q, pairing, kSurprisal, [&](std::size_t i, std::size_t first, std::size_t count,
                                      const double* sums, double* out) {
    const double entropy = of_p.entropy[i], mass = of_p.mass[i];
    const double* masses = of_q.mass.data() + first;
    const auto cancelled = [=](std::size_t k) {
      return std::fabs(sums[k]) + std::fabs(entropy) + masses[k];
    };
    double near = 0.0;
    KULLBACK_SIMD(reduction(+ : near))
    for (std::size_t k = 0; k < count; ++k) {
      out[k] = (sums[k] - entropy) + (masses[k] - mass);
      near += trusted(out[k], cancelled(k)) ? 0.0 : 1.0;
    }
    if (in_q.whole() && near == 0.0) return;
    for (std::size_t k = 0; k < count; ++k) {
      if (in_p.leaves(i, in_q, first + k)) {
        out[k] = kInfinity;
      } else if (!trusted(out[k], cancelled(k))) {
        out[k] = alone(p, q, i, first + k, kl_sums);
      }
    }
  });
}

void pairwise_cross_entropy(const Matrix& p, const Matrix& q, const Pairing& pairing) {
  const OfBoth<Supports> supports(p, q);
  const Supports &in_p = supports.p, &in_q = supports.q();
  walk(p, q, pairing, kSurprisal, [&](std::size_t i, std::size_t first, std::size_t count,
                                      const double* sums, double* out) {
    std::copy(sums, sums + count, out);
    if (in_q.whole()) return;
    for (std::size_t k = 0; k < count; ++k) {
      if (in_p.leaves(i, in_q, first + k)) out[k] = kInfinity;
    }
  });
}

void pairwise_hellinger(const Matrix& p, const Matrix& q, const Pairing& pairing) {
  const OfBoth<Facts> facts(p, q);
  const Facts &of_p = facts.p, &of_q = facts.q();
  walk(p, q, pairing, kAffinity, [&](std::size_t i, std::size_t first, std::size_t count,
                                     const double* sums, double* out) {
    for (std::size_t k = 0; k < count; ++k) {
      const double mass = of_p.mass[i] + of_q.mass[first + k];
      const double twice = mass - 2.0 * sums[k];
      out[k] = trusted(twice, mass) ? twice : alone(p, q, i, first + k, hellinger_sums);
    }
    for (std::size_t k = 0; k < count; ++k) out[k] = std::sqrt(0.5 * out[k]);
  });
}

void pairwise_total_variation(const Matrix& p, const Matrix& q, const Pairing& pairing) {
  walk(p, q, pairing, kVariation, [](std::size_t, std::size_t, std::size_t count,
                                     const double* sums, double* out) {
    for (std::size_t k = 0; k < count; ++k) out[k] = 0.5 * sums[k];
  });
}

void pairwise_jensen_shannon(const Matrix& p, const Matrix& q, const Pairing& pairing) {
  const OfBoth<Facts> facts(p, q);
  const Facts &of_p = facts.p, &of_q = facts.q();
  if (mostly_zeros(p) && mostly_zeros(q)) {
    const Filled in_p(p), in_q(q);
    visit(p, q, pairing, [&](std::size_t i, std::size_t j) {
      const SparseSum sum =
          in_p.count(i) < in_q.count(j)
              ? sparse_jensen_shannon(in_p, i, q.row(j), in_q.count(j), of_q.mass[j])
              : sparse_jensen_shannon(in_q, j, p.row(i), in_p.count(i), of_p.mass[i]);
      const bool kept = !sum.cancels || trusted(sum.twice, of_p.mass[i] + of_q.mass[j]);
      return 0.5 * (kept && of_p.ordinary(i, of_q, j)
                        ? sum.twice
                        : alone(p, q, i, j, jensen_shannon_sums));
    });
    return;
  }
  walk(p, q, pairing, kJensenShannon, [&](std::size_t i, std::size_t first, std::size_t count,
                                          const double* sums, double* out) {
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t j = first + k;
      out[k] = 0.5 * (of_p.ordinary(i, of_q, j) ? sums[k]
                                                : alone(p, q, i, j, jensen_shannon_sums));
    }
  });
}

}  // namespace kullback
