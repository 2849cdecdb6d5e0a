#include "loss_module.h"

#include <stdexcept>

#include "arrays.h"
#include "loss.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace kullback {
namespace {

using Known = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Weights = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Out = nb::ndarray<nb::ndim<2>, nb::c_contig, nb::device::cpu>;

Table facts_table(const Array& p, const Array& q, double scale, double beta) {
  const Rows x = rows_of(p), y = rows_of(q);
  require_same_shape(x, y);
  nb::capsule owner;
  double* numbers = new_numbers(x.rows * kKnown, owner);
  {
    nb::gil_scoped_release released;
    loss_facts(x, y, {scale, beta}, numbers);
  }
  return Table(numbers, {x.rows, kKnown}, owner);
}

void gradient_into(const Array& p, const Array& q, const Known& known, double scale, double beta,
                   const Weights& weights, bool of_q, const Out& out) {
  const Rows x = rows_of(p), y = rows_of(q);
  require_same_shape(x, y);
  if (known.shape(0) != x.rows || known.shape(1) != kKnown) {
    throw std::invalid_argument("known must have the shape (rows, 6)");
  }
  if (weights.shape(0) != x.rows || out.shape(0) != x.rows || out.shape(1) != x.outcomes) {
    throw std::invalid_argument("weights and out must have the rows of p and q");
  }
  const Number number = number_of(out.dtype());
  nb::gil_scoped_release released;
  slopes(x, y, {scale, beta}, {known.data(), weights.data(), of_q}, number, out.data());
}

}  // namespace

void define_loss(nb::module_& m) {
  m.def("loss_facts", &facts_table, "p"_a, "q"_a, "scale"_a, "beta"_a);
  m.def("loss_gradient", &gradient_into, "p"_a, "q"_a, "known"_a, "scale"_a, "beta"_a,
        "weights"_a, "of_q"_a, "out"_a.noconvert());
}

}  // namespace kullback
