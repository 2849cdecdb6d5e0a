#include "neighbours_module.h"

#include <nanobind/stl/pair.h>

#include <stdexcept>
#include <utility>

#include "arrays.h"
#include "neighbours.h"
#include "threads.h"

namespace kullback {
namespace {

namespace nb = nanobind;
using namespace nb::literals;

using Cloud = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Places = nb::ndarray<nb::numpy, std::int64_t, nb::ndim<2>>;

Points points_of(const Cloud& cloud) { return {cloud.data(), cloud.shape(0), cloud.shape(1)}; }

class HeldTree {
 public:
  HeldTree(const Cloud& cloud, bool chebyshev) : dimensions_(cloud.shape(1)) {
    if (dimensions_ == 0) throw std::invalid_argument("points need a coordinate");
    const nb::gil_scoped_release released;
    tree_ = tree_of(points_of(cloud), chebyshev);
  }

  // Without a number of threads, from as many as are asked for in the environment.
  std::pair<Table, Places> nearest(const Cloud& queries, std::size_t k, int threads) const {
    if (queries.shape(1) != dimensions_) throw std::invalid_argument("queries of another width");
    if (k == 0) throw std::invalid_argument("k must be 1 or more");
    const std::size_t rows = queries.shape(0);
    const std::size_t used = threads > 0 ? static_cast<std::size_t>(threads) : threads_asked();
    nb::capsule owner;
    double* distances = new_numbers(rows * k, owner);
    auto* places = new std::int64_t[rows * k];
    nb::capsule keeper(places, [](void* p) noexcept { delete[] static_cast<std::int64_t*>(p); });
    {
      const nb::gil_scoped_release released;
      tree_->nearest(points_of(queries), k, used, distances, places);
    }
    return {Table(distances, {rows, k}, owner), Places(places, {rows, k}, keeper)};
  }

 private:
  std::size_t dimensions_;
  std::unique_ptr<PointTree> tree_;
};

}  // namespace

void define_neighbours(nb::module_& m) {
  nb::class_<HeldTree>(m, "PointTree")
      .def(nb::init<const Cloud&, bool>(), "points"_a, nb::kw_only(), "chebyshev"_a)
      .def("nearest", &HeldTree::nearest, "queries"_a, "k"_a, "threads"_a);
}

}  // namespace kullback
