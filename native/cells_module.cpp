#include "cells_module.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>

#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "cells.h"

namespace kullback {
namespace {

namespace nb = nanobind;
using namespace nb::literals;

using Numbers = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Flags = std::optional<nb::ndarray<const bool, nb::ndim<1>, nb::c_contig, nb::device::cpu>>;

Column column_of(const Numbers& values, const Flags& absent) {
  if (absent && absent->shape(0) != values.shape(0)) {
    throw std::invalid_argument("absent must be as long as values");
  }
  return {values.data(), absent ? absent->data() : nullptr, values.shape(0)};
}

template <class T>
nb::object given(std::vector<T>&& numbers) {
  auto* held = new std::vector<T>(std::move(numbers));
  const nb::capsule owner(held, [](void* x) noexcept { delete static_cast<std::vector<T>*>(x); });
  return nb::cast(nb::ndarray<nb::numpy, T, nb::ndim<1>>(held->data(), {held->size()}, owner));
}

nb::tuple in_columns(Cells&& cells) {
  return nb::make_tuple(given(std::move(cells.numbers)), given(std::move(cells.rows)),
                        given(std::move(cells.low)), given(std::move(cells.high)));
}

nb::tuple counted_in_grid(const Numbers& values, const Flags& absent, int level) {
  if (level < 0 || level > kFinestLevel) throw std::invalid_argument("no such level here");
  Cells found;
  {
    const nb::gil_scoped_release released;
    found = grid_cells(column_of(values, absent), level);
  }
  return in_columns(std::move(found));
}

nb::tuple counted_in_bins(const Numbers& values, const Flags& absent, const Numbers& edges) {
  Cells found;
  {
    const nb::gil_scoped_release released;
    found = bin_cells(column_of(values, absent), edges.data(), edges.shape(0));
  }
  return in_columns(std::move(found));
}

}  // namespace

void define_cells(nb::module_& m) {
  m.def("grid_cells", &counted_in_grid, "values"_a, "absent"_a.none(), "level"_a);
  m.def("bin_cells", &counted_in_bins, "values"_a, "absent"_a.none(), "edges"_a);
}

}  // namespace kullback
