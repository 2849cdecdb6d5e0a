#include "cells.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>

#include "format.h"

namespace kullback {
namespace {

using Double = Format<double>;

constexpr std::size_t kOctaves = 4096;      // of both signs, as the first twelve bits number them
constexpr std::size_t kOffset = 1025;       // from there to the numbers of profiles/grid.py
constexpr double kTiny = 0x1p-900;          // what is nearer to zero shares a cell,
constexpr std::uint64_t kTinyOctave = 23;   // of this octave
constexpr std::size_t kBlock = 1024;        // values that are numbered before they are counted
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Cell {
  std::int64_t rows;
  double low, high;
};

KULLBACK_INLINE void count(Cell& cell, double x) {
  cell.low = cell.rows == 0 || x < cell.low ? x : cell.low;
  cell.high = cell.rows == 0 || x > cell.high ? x : cell.high;
  ++cell.rows;
}

KULLBACK_INLINE bool is_there(const Column& column, std::size_t i) {
  return (column.absent == nullptr || !column.absent[i]) && std::isfinite(column.values[i]);
}

// The cells of a grid, by the first bits of a value: its sign, its octave, its place there.
class GridTable {
 public:
  explicit GridTable(int level)
      : level_(level),
        cells_(static_cast<Cell*>(std::calloc(std::size_t{kOctaves} << level, sizeof(Cell)))) {
    if (!cells_) throw std::bad_alloc();
  }

  void count(double x) {
    const double size = std::fabs(x);
    if (size == 0.0) {
      ++zeros_;
      return;
    }
    const std::uint64_t bits = size < kTiny ? tiny(x) : bits_of(x);
    seen_[bits >> Double::kFraction] = true;
    kullback::count(cells_[bits >> (Double::kFraction - level_)], x);
  }

  Cells in_order() const {
    Cells found;
    for (std::size_t octave = kOctaves; octave-- > kOctaves / 2;) {
      for (std::size_t i = std::size_t{1} << level_; seen_[octave] && i-- > 0;) {
        put(octave, i, -1, found);
      }
    }
    if (zeros_ > 0) found.add(0, zeros_, 0.0, 0.0);
    for (std::size_t octave = 0; octave < kOctaves / 2; ++octave) {
      for (std::size_t i = 0; seen_[octave] && i < std::size_t{1} << level_; ++i) {
        put(octave, i, 1, found);
      }
    }
    return found;
  }

 private:
  static std::uint64_t tiny(double x) {
    return (bits_of(x) & Double::kSign) | std::uint64_t{kTinyOctave} << Double::kFraction;
  }

  void put(std::size_t octave, std::size_t place, std::int64_t sign, Cells& found) const {
    const Cell& cell = cells_[(octave << level_) + place];
    const auto number = static_cast<std::int64_t>(octave % (kOctaves / 2) + kOffset);
    if (cell.rows == 0) return;
    found.add(sign * ((number << level_) + static_cast<std::int64_t>(place)), cell.rows, cell.low,
              cell.high);
  }

  struct Free {
    void operator()(Cell* cells) const { std::free(cells); }
  };

  const int level_;
  const std::unique_ptr<Cell[], Free> cells_;  // what holds no rows takes no memory
  bool seen_[kOctaves] = {};
  std::int64_t zeros_ = 0;
};

// How many edges lie below each value of a block; their number is one less than a power of two.
KULLBACK_INLINE void bins_of_body(const double* x, const double* edges, std::int64_t size,
                                  std::int64_t* bins) {
  std::fill_n(bins, kBlock, std::int64_t{0});
  for (std::int64_t step = (size + 1) / 2; step > 0; step /= 2) {
    const double* middle = edges + step - 1;
    KULLBACK_SIMD()
    for (std::size_t i = 0; i < kBlock; ++i) bins[i] += middle[bins[i]] < x[i] ? step : 0;
  }
}

KULLBACK_DISPATCH(void, bins_of,
                  (const double* x, const double* edges, std::int64_t size, std::int64_t* bins),
                  (x, edges, size, bins))

}  // namespace

Cells grid_cells(const Column& column, int level) {
  GridTable table(level);
  for (std::size_t i = 0; i < column.count; ++i) {
    if (is_there(column, i)) table.count(column.values[i]);
  }
  return table.in_order();
}

Cells bin_cells(const Column& column, const double* edges, std::size_t count) {
  std::int64_t size = 1;
  while (static_cast<std::size_t>(size) < count) size = 2 * size + 1;
  std::vector<double> filled(edges, edges + count);
  filled.resize(static_cast<std::size_t>(size), kInfinity);
  std::vector<Cell> cells(count + 1, Cell{});
  double block[kBlock] = {};
  std::int64_t bins[kBlock];
  std::size_t at = 0;
  const auto empty = [&] {
    bins_of(block, filled.data(), size, bins);
    for (std::size_t i = 0; i < at; ++i) {
      kullback::count(cells[static_cast<std::size_t>(bins[i])], block[i]);
    }
    at = 0;
  };
  for (std::size_t i = 0; i < column.count; ++i) {
    if (!is_there(column, i)) continue;
    block[at++] = column.values[i] + 0.0;  // −0 is 0
    if (at == kBlock) empty();
  }
  empty();
  Cells found;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].rows == 0) continue;
    found.add(static_cast<std::int64_t>(i), cells[i].rows, cells[i].low, cells[i].high);
  }
  return found;
}

}  // namespace kullback
