#include "neighbours.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "format.h"
#include "threads.h"

namespace kullback {
namespace {

constexpr std::size_t kLeaf = 24;
constexpr std::size_t kQueries = 1024;  // taken by a thread at once
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Of a sum of squares that is kept up to date from node to node, rounding may add this share.
constexpr double kRounding = 0x1p-42;

struct Euclidean {
  static KULLBACK_INLINE double with(double sum, double gap) { return sum + gap * gap; }
  // The sum where a gap has grown.
  static KULLBACK_INLINE double moved(double sum, double from, double to) {
    return sum + (to * to - from * from);
  }
  static double distance(double sum) { return std::sqrt(sum); }
};

struct Chebyshev {
  static KULLBACK_INLINE double with(double sum, double gap) {
    return std::max(sum, std::fabs(gap));
  }
  static KULLBACK_INLINE double moved(double sum, double, double to) { return with(sum, to); }
  static double distance(double sum) { return sum; }
};

// The nearest so far, nearest first.
struct Found {
  std::size_t k;
  double* sums;
  std::int64_t* places;

  double worst() const { return sums[k - 1]; }

  void add(double sum, std::int64_t place) {
    std::size_t at = k - 1;
    for (; at > 0 && sums[at - 1] > sum; --at) {
      sums[at] = sums[at - 1];
      places[at] = places[at - 1];
    }
    sums[at] = sum;
    places[at] = place;
  }
};

// Points [begin, end) of the tree's order. The left child is the next node.
struct Node {
  std::size_t begin, end;
  std::size_t right;      // 0 for a leaf
  std::size_t widest;     // the coordinate that is cut,
  double below, above;    // and the nearest to the cut on both sides
};

// `fixed` coordinates, or as many as there are where it is 0.
template <class Norm, std::size_t fixed>
class Tree final : public PointTree {
 public:
  explicit Tree(const Points& points)
      : dimensions_(points.dimensions), count_(points.count), places_(points.count) {
    std::iota(places_.begin(), places_.end(), std::int64_t{0});
    nodes_.reserve(4 * (count_ / kLeaf + 1));
    grow(points.numbers, 0, count_);
    lay_out(points.numbers);
  }

  void nearest(const Points& queries, std::size_t k, std::size_t threads, double* distances,
               std::int64_t* places) const override {
    const std::size_t pieces = (queries.count + kQueries - 1) / kQueries;
    parallel(threads, pieces, [&](std::size_t piece) {
      std::vector<double> gaps(dimensions());
      const std::size_t stop = std::min(queries.count, (piece + 1) * kQueries);
      for (std::size_t i = piece * kQueries; i < stop; ++i) {
        Found found{k, distances + i * k, places + i * k};
        std::fill_n(found.sums, k, kInfinity);
        std::fill_n(found.places, k, static_cast<std::int64_t>(count_));
        std::fill(gaps.begin(), gaps.end(), 0.0);
        if (count_ > 0) search(0, queries.numbers + i * dimensions(), 0.0, gaps.data(), found);
        std::transform(found.sums, found.sums + k, found.sums, Norm::distance);
      }
    });
  }

 private:
  std::size_t dimensions() const { return fixed > 0 ? fixed : dimensions_; }

  std::size_t grow(const double* numbers, std::size_t begin, std::size_t end) {
    const std::size_t here = nodes_.size();
    nodes_.push_back({begin, end, 0, 0, 0.0, 0.0});
    if (end - begin <= kLeaf) return here;
    const std::size_t widest = widest_of(numbers, begin, end), step = dimensions();
    const auto first = places_.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto middle = first + static_cast<std::ptrdiff_t>((end - begin) / 2);
    const auto last = places_.begin() + static_cast<std::ptrdiff_t>(end);
    const double* column = numbers + widest;
    const auto at = [=](std::int64_t i) { return column[static_cast<std::size_t>(i) * step]; };
    std::nth_element(first, middle, last, [=](auto a, auto b) { return at(a) < at(b); });
    double below = -kInfinity;
    for (auto i = first; i < middle; ++i) below = std::max(below, at(*i));
    const double above = at(*middle);
    grow(numbers, begin, begin + (end - begin) / 2);
    const std::size_t right = grow(numbers, begin + (end - begin) / 2, end);
    nodes_[here] = {begin, end, right, widest, below, above};
    return here;
  }

  std::size_t widest_of(const double* numbers, std::size_t begin, std::size_t end) const {
    std::vector<double> low(dimensions(), kInfinity), high(dimensions(), -kInfinity);
    for (std::size_t i = begin; i < end; ++i) {
      const double* point = numbers + static_cast<std::size_t>(places_[i]) * dimensions();
      for (std::size_t d = 0; d < dimensions(); ++d) {
        low[d] = std::min(low[d], point[d]);
        high[d] = std::max(high[d], point[d]);
      }
    }
    std::size_t widest = 0;
    for (std::size_t d = 1; d < dimensions(); ++d) {
      if (high[d] - low[d] > high[widest] - low[widest]) widest = d;
    }
    return widest;
  }

  // A leaf's points, coordinate after coordinate.
  void lay_out(const double* numbers) {
    numbers_.resize(count_ * dimensions());
    for (const Node& node : nodes_) {
      if (node.right != 0) continue;
      double* out = numbers_.data() + node.begin * dimensions();
      for (std::size_t d = 0; d < dimensions(); ++d) {
        for (std::size_t i = node.begin; i < node.end; ++i) {
          *out++ = numbers[static_cast<std::size_t>(places_[i]) * dimensions() + d];
        }
      }
    }
  }

  void look(const Node& leaf, const double* query, Found& found) const {
    const std::size_t size = leaf.end - leaf.begin;
    const double* column = numbers_.data() + leaf.begin * dimensions();
    double sums[kLeaf] = {};
    for (std::size_t d = 0; d < dimensions(); ++d, column += size) {
      for (std::size_t i = 0; i < size; ++i) sums[i] = Norm::with(sums[i], column[i] - query[d]);
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (sums[i] < found.worst()) found.add(sums[i], places_[leaf.begin + i]);
    }
  }

  // `gaps` are the distances of the query from the node, a coordinate each; `least` is their sum.
  void search(std::size_t at, const double* query, double least, double* gaps,
              Found& found) const {
    const Node& node = nodes_[at];
    if (node.right == 0) return look(node, query, found);
    const double past_below = query[node.widest] - node.below;
    const double past_above = query[node.widest] - node.above;
    const bool left = past_below + past_above < 0.0;
    search(left ? at + 1 : node.right, query, least, gaps, found);
    const double gap = gaps[node.widest], wider = left ? past_above : past_below;
    const double further = Norm::moved(least, gap, wider);
    if (further * (1.0 - kRounding) >= found.worst()) return;
    gaps[node.widest] = wider;
    search(left ? node.right : at + 1, query, further, gaps, found);
    gaps[node.widest] = gap;
  }

  const std::size_t dimensions_, count_;
  std::vector<std::int64_t> places_;
  std::vector<Node> nodes_;
  std::vector<double> numbers_;
};

template <class Norm>
std::unique_ptr<PointTree> tree_by(const Points& points) {
  switch (points.dimensions) {
    case 2: return std::make_unique<Tree<Norm, 2>>(points);
    case 3: return std::make_unique<Tree<Norm, 3>>(points);
    case 4: return std::make_unique<Tree<Norm, 4>>(points);
    case 5: return std::make_unique<Tree<Norm, 5>>(points);
    default: return std::make_unique<Tree<Norm, 0>>(points);
  }
}

}  // namespace

std::unique_ptr<PointTree> tree_of(const Points& points, bool chebyshev) {
  return chebyshev ? tree_by<Chebyshev>(points) : tree_by<Euclidean>(points);
}

}  // namespace kullback
