// The places of the largest numbers of a row: most stretches hold none, and are only looked
// over for their largest number.
#include <algorithm>
#include <vector>

#include "logits_pass.h"
#include "reduce.h"
#include "stored.h"

namespace kullback {
namespace {

constexpr std::size_t kStride = 512;

template <class T>
KULLBACK_INLINE T largest_of(const T* x, std::size_t count) {
  T most = -std::numeric_limits<T>::infinity();
  KULLBACK_SIMD(reduction(max : most))
  for (std::size_t i = 0; i < count; ++i) most = x[i] > most ? x[i] : most;
  return most;
}

#define KULLBACK_LARGEST(name, T)                                                    \
  KULLBACK_INLINE T name##_body(const T* x, std::size_t n) { return largest_of(x, n); } \
  KULLBACK_DISPATCH(T, name, (const T* x, std::size_t n), (x, n))

KULLBACK_LARGEST(largest_float, float)
KULLBACK_LARGEST(largest_double, double)

float largest(const float* x, std::size_t n) { return largest_float(x, n); }
double largest(const double* x, std::size_t n) { return largest_double(x, n); }

// The k largest so far, in order; of equal ones the first stays first.
template <class T>
struct Best {
  std::vector<T> numbers;
  std::vector<std::int64_t> places;
  std::size_t k;

  explicit Best(std::size_t wanted) : k(wanted) {}

  bool takes(T x) const { return numbers.size() < k || x > numbers.back(); }

  void put(T x, std::int64_t place) {
    const auto behind = std::upper_bound(numbers.begin(), numbers.end(), x,
                                         [](T a, T b) { return a > b; });
    places.insert(places.begin() + (behind - numbers.begin()), place);
    numbers.insert(behind, x);
    if (numbers.size() > k) {
      numbers.pop_back();
      places.pop_back();
    }
  }

  void look(const T* x, std::size_t count, std::size_t start) {
    for (std::size_t i = 0; i < count; ++i) {
      if (takes(x[i])) put(x[i], static_cast<std::int64_t>(start + i));
    }
  }
};

template <class T>
void row_top(const Rows& rows, std::size_t row, std::size_t k, std::int64_t* out) {
  Best<T> best(k);
  T buffer[kBlock];
  for (std::size_t start = 0; start < rows.outcomes; start += kBlock) {
    const std::size_t count = std::min(kBlock, rows.outcomes - start);
    const T* x = load_stored(rows, row, start, count, buffer);
    for (std::size_t i = 0; i < count; i += kStride) {
      const std::size_t length = std::min(kStride, count - i);
      if (best.takes(largest(x + i, length))) best.look(x + i, length, start + i);
    }
  }
  std::copy(best.places.begin(), best.places.end(), out);
}

}  // namespace

void top_k(const Rows& x, std::size_t k, std::int64_t* out) {
  for_rows(x.rows, x.outcomes, [&](std::size_t row, std::size_t) {
    x.number == Number::kFloat64 ? row_top<double>(x, row, k, out + k * row)
                                 : row_top<float>(x, row, k, out + k * row);
  });
}

}  // namespace kullback
