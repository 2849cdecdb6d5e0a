#include "stored_module.h"

#include <stdexcept>

#include "arrays.h"
#include "stored.h"

namespace kullback {
namespace {

namespace nb = nanobind;
using namespace nb::literals;

using Affine = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Places = nb::ndarray<nb::numpy, std::int64_t, nb::ndim<2>>;

Table stored_measures_of(const Array& p, const Array& q, const Affine& affine) {
  const Rows x = rows_of(p), y = rows_of(q);
  require_same_shape(x, y);
  if (affine.shape(0) != x.rows || affine.shape(1) != kAffineNumbers) {
    throw std::invalid_argument("affine must have the shape (rows, 6)");
  }
  nb::capsule owner;
  double* numbers = new_numbers(x.rows * kStoredNumbers, owner);
  {
    nb::gil_scoped_release released;
    stored_measures(x, y, affine.data(), numbers);
  }
  return Table(numbers, {x.rows, kStoredNumbers}, owner);
}

Table normalizers_of(const Array& logits) {
  const Rows x = rows_of(logits);
  nb::capsule owner;
  double* numbers = new_numbers(x.rows * kNormalizerNumbers, owner);
  {
    nb::gil_scoped_release released;
    normalizers(x, numbers);
  }
  return Table(numbers, {x.rows, kNormalizerNumbers}, owner);
}

Places top_k_of(const Array& numbers, std::size_t k) {
  const Rows x = rows_of(numbers);
  if (k < 1 || k > x.outcomes) throw std::invalid_argument("k must be from 1 to the outcomes");
  auto* places = new std::int64_t[x.rows * k];
  nb::capsule owner(places, [](void* p) noexcept { delete[] static_cast<std::int64_t*>(p); });
  {
    nb::gil_scoped_release released;
    top_k(x, k, places);
  }
  return Places(places, {x.rows, k}, owner);
}

}  // namespace

void define_stored(nb::module_& m) {
  m.def("stored_measures", &stored_measures_of, "p"_a, "q"_a, "affine"_a);
  m.def("normalizers", &normalizers_of, "x"_a);
  m.def("top_k", &top_k_of, "x"_a, "k"_a);
}

}  // namespace kullback
