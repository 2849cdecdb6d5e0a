// The compiled module kullback.kernels._native: a table of contents, nothing else.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <stdexcept>

#include "kl.h"

namespace nb = nanobind;
using Rows = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Values = nb::ndarray<nb::numpy, double, nb::ndim<1>>;

namespace {

Values kl(Rows p, Rows q) {
  if (p.shape(0) != q.shape(0) || p.shape(1) != q.shape(1)) {
    throw std::invalid_argument("p and q must have the same shape");
  }
  double* out = new double[p.shape(0)];
  nb::capsule owner(out, [](void* x) noexcept { delete[] static_cast<double*>(x); });
  {
    nb::gil_scoped_release released;
    kullback::kl(p.data(), q.data(), out, p.shape(0), p.shape(1));
  }
  return Values(out, {p.shape(0)}, owner);
}

}  // namespace

NB_MODULE(_native, m) {
  m.def("kl", &kl, nb::arg("p"), nb::arg("q"));
}
