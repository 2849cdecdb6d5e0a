#include "loss_module.h"

#include <stdexcept>
#include <vector>

#include "arrays.h"
#include "loss.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace kullback {
namespace {

using Known = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Weights = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <class T>
using Out = nb::ndarray<T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

Loss loss_of(const Rows& p, const Rows& q, const Known& known, double scale, double beta) {
  require_same_shape(p, q);
  if (known.shape(0) != p.rows || known.shape(1) != kKnown) {
    throw std::invalid_argument("known must have the shape (rows, 4)");
  }
  return {known.data(), scale, beta};
}

Table mixture_table(const Array& p, const Array& q, const Known& known, double scale,
                    double beta) {
  const Rows x = rows_of(p), y = rows_of(q);
  const Loss loss = loss_of(x, y, known, scale, beta);
  nb::capsule owner;
  double* numbers = new_numbers(x.rows * kMixtureNumbers, owner);
  {
    nb::gil_scoped_release released;
    mixture(x, y, loss, numbers);
  }
  return Table(numbers, {x.rows, kMixtureNumbers}, owner);
}

template <class T>
void slopes_into(const Array& p, const Array& q, const Known& known, double scale, double beta,
                 const Weights& weights, bool of_q, const Out<T>& out) {
  const Rows x = rows_of(p), y = rows_of(q);
  const Loss loss = loss_of(x, y, known, scale, beta);
  if (weights.shape(0) != x.rows || out.shape(0) != x.rows || out.shape(1) != x.outcomes) {
    throw std::invalid_argument("weights and out must have the rows of p and q");
  }
  std::vector<double> means(beta > 0.0 ? x.rows * kMixtureNumbers : 0);
  nb::gil_scoped_release released;
  if (beta > 0.0) mixture(x, y, loss, means.data());
  slopes(x, y, loss, {weights.data(), means.data(), of_q}, out.data());
}

}  // namespace

void define_loss(nb::module_& m) {
  m.def("loss_mixture", &mixture_table, "p"_a, "q"_a, "known"_a, "scale"_a, "beta"_a);
  m.def("loss_slopes", &slopes_into<float>, "p"_a, "q"_a, "known"_a, "scale"_a, "beta"_a,
        "weights"_a, "of_q"_a, "out"_a.noconvert());
  m.def("loss_slopes", &slopes_into<double>, "p"_a, "q"_a, "known"_a, "scale"_a, "beta"_a,
        "weights"_a, "of_q"_a, "out"_a.noconvert());
}

}  // namespace kullback
