// The rows of a column, counted by cell: those of the fixed grid, or bins between edges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kullback {

struct Column {
  const double* values;
  const bool* absent;  // null where all are there
  std::size_t count;
};

// The cells that hold rows, in order; what is absent, infinite or NaN is in none. Zeros have no sign.
struct Cells {
  std::vector<std::int64_t> numbers, rows;
  std::vector<double> low, high;

  void add(std::int64_t number, std::int64_t some, double least, double greatest) {
    numbers.push_back(number);
    rows.push_back(some);
    low.push_back(least);
    high.push_back(greatest);
  }
};

constexpr int kFinestLevel = 9;

// Cells numbered as `profiles/grid.py` numbers them, of a level up to the finest here.
Cells grid_cells(const Column& column, int level);

// Bins numbered by how many of the edges, which are in order, lie below a value.
Cells bin_cells(const Column& column, const double* edges, std::size_t count);

}  // namespace kullback
