// The compiled module kullback.kernels._native: a table of contents, nothing else.
// The twins, with the same names and signatures, are in src/kullback/kernels/.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arrays.h"
#include "cells_module.h"
#include "dispatch.h"
#include "divergences.h"
#include "elementwise.h"
#include "logits.h"
#include "loss_module.h"
#include "neighbours_module.h"
#include "pairwise.h"
#include "probabilities.h"
#include "stored_module.h"
#include "threads.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace kullback;

namespace {

using Facts = std::optional<nb::ndarray<double, nb::shape<5>, nb::c_contig, nb::device::cpu>>;

// Runs measure(values, seen) without the interpreter's lock; `facts` receives what was seen.
template <class Measure>
Values measure_rows(std::size_t rows, const Facts& facts, const Measure& measure) {
  nb::capsule owner;
  double* values = new_numbers(rows, owner);
  Seen seen;
  {
    nb::gil_scoped_release released;
    measure(values, seen);
  }
  if (facts) {
    const Extremes &p = seen.mass_p, &q = seen.mass_q;
    const double all[] = {seen.least, p.low, p.high, q.low, q.high};
    std::copy(std::begin(all), std::end(all), facts->data());
  }
  return Values(values, {rows}, owner);
}

template <void (*measure)(const Rows&, const Rows&, double*, Seen&)>
Values of_pair(const Array& p, const Array& q, const Facts& facts) {
  const Rows x = rows_of(p), y = rows_of(q);
  require_same_shape(x, y);
  return measure_rows(x.rows, facts, [&](double* values, Seen& seen) {
    measure(x, y, values, seen);
  });
}

template <void (*measure)(const Rows&, const Rows&, double, double*, Seen&)>
Values of_order(const Array& p, const Array& q, double order, const Facts& facts) {
  const Rows x = rows_of(p), y = rows_of(q);
  require_same_shape(x, y);
  return measure_rows(x.rows, facts, [&](double* values, Seen& seen) {
    measure(x, y, order, values, seen);
  });
}

Values of_one(const Array& p, const Facts& facts) {
  const Rows x = rows_of(p);
  return measure_rows(x.rows, facts, [&](double* values, Seen& seen) {
    entropy(x, values, seen);
  });
}

using Distributions = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

Matrix matrix_of(const Distributions& x) { return {x.data(), x.shape(0), x.shape(1)}; }

template <void (*measure)(const Matrix&, const Matrix&, const Pairing&)>
Table of_all_pairs(const Distributions& p, const Distributions& q) {
  const Matrix x = matrix_of(p), y = matrix_of(q);
  if (x.outcomes != y.outcomes) throw std::invalid_argument("p and q must have as many outcomes");
  nb::capsule owner;
  double* values = new_numbers(x.rows * y.rows, owner);
  {
    nb::gil_scoped_release released;
    measure(x, y, {values, y.rows, false});
  }
  return Table(values, {x.rows, y.rows}, owner);
}

// A symmetric measure of the pairs (i, j), i < j, of the rows of one set.
template <void (*measure)(const Matrix&, const Matrix&, const Pairing&)>
Values of_half_the_pairs(const Distributions& p) {
  const Matrix x = matrix_of(p);
  const std::size_t count = x.rows * (x.rows - (x.rows > 0)) / 2;
  nb::capsule owner;
  double* values = new_numbers(count, owner);
  {
    nb::gil_scoped_release released;
    measure(x, x, {values, x.rows, true});
  }
  return Values(values, {count}, owner);
}

template <void (*measure)(const Matrix&, const Matrix&, const Pairing&)>
void define_symmetric(nb::module_& m, const char* name) {
  m.def(name, &of_all_pairs<measure>, "p"_a, "q"_a);
  m.def(name, &of_half_the_pairs<measure>, "p"_a);
}

template <void (*measure)(const Rows&, const Rows&, double, double*)>
Values of_logits(const Array& p, const Array& q, double scale) {
  const Rows x = rows_of(p), y = rows_of(q);
  require_same_shape(x, y);
  return measure_rows(x.rows, {}, [&](double* values, Seen&) { measure(x, y, scale, values); });
}

template <void (*measure)(const Rows&, const Rows&, double, double*), std::size_t columns>
Table table_of_logits(const Array& p, const Array& q, double scale) {
  const Rows x = rows_of(p), y = rows_of(q);
  require_same_shape(x, y);
  nb::capsule owner;
  double* numbers = new_numbers(x.rows * columns, owner);
  {
    nb::gil_scoped_release released;
    measure(x, y, scale, numbers);
  }
  return Table(numbers, {x.rows, columns}, owner);
}

Values of_one_logits(const Array& p, double scale) {
  const Rows x = rows_of(p);
  return measure_rows(x.rows, {}, [&](double* values, Seen&) {
    logits_entropy(x, scale, values);
  });
}

template <class T>
auto each(void (*function)(const T*, T*, std::size_t)) {
  using In = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
  using Out = nb::ndarray<nb::numpy, T, nb::ndim<1>>;
  return [function](const In& x) {
    T* out = new T[x.shape(0)];
    nb::capsule owner(out, [](void* numbers) noexcept { delete[] static_cast<T*>(numbers); });
    function(x.data(), out, x.shape(0));
    return Out(out, {x.shape(0)}, owner);
  };
}

using Parameter = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Numbers = nb::ndarray<double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// The largest finite value written, and whether each value is finite.
std::pair<double, bool> divergences_into(const std::string& name,
                                         const std::vector<Parameter>& parameters,
                                         const Numbers& out) {
  const Family* family = family_of(name.c_str());
  if (family == nullptr || parameters.size() != family->parameters) {
    throw std::invalid_argument("no kernel for this family and number of parameters");
  }
  Pairs pairs{{}, {}, out.shape(0)};
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    pairs.parameters[k] = parameters[k].data();
    pairs.single[k] = parameters[k].shape(0) == 1;
    if (!pairs.single[k] && parameters[k].shape(0) != pairs.count) {
      throw std::invalid_argument("each parameter must be one number or as long as out");
    }
  }
  nb::gil_scoped_release released;
  const Written written = divergences(*family, pairs, out.data());
  return {written.largest, written.open == 0};
}

}  // namespace

NB_MODULE(_native, m) {
  m.def("kl", &of_pair<kl>, "p"_a, "q"_a, "facts"_a = nb::none());
  m.def("jensen_shannon", &of_pair<jensen_shannon>, "p"_a, "q"_a, "facts"_a = nb::none());
  m.def("cross_entropy", &of_pair<cross_entropy>, "p"_a, "q"_a, "facts"_a = nb::none());
  m.def("hellinger", &of_pair<hellinger>, "p"_a, "q"_a, "facts"_a = nb::none());
  m.def("total_variation", &of_pair<total_variation>, "p"_a, "q"_a, "facts"_a = nb::none());
  m.def("entropy", &of_one, "p"_a, "facts"_a = nb::none());
  m.def("tsallis", &of_order<tsallis>, "p"_a, "q"_a, "order"_a, "facts"_a = nb::none());
  m.def("renyi", &of_order<renyi>, "p"_a, "q"_a, "order"_a, "facts"_a = nb::none());

  m.def("pairwise_kl", &of_all_pairs<pairwise_kl>, "p"_a, "q"_a);
  m.def("pairwise_cross_entropy", &of_all_pairs<pairwise_cross_entropy>, "p"_a, "q"_a);
  define_symmetric<pairwise_hellinger>(m, "pairwise_hellinger");
  define_symmetric<pairwise_jensen_shannon>(m, "pairwise_jensen_shannon");
  define_symmetric<pairwise_total_variation>(m, "pairwise_total_variation");

  m.def("logits_kl", &of_logits<logits_kl>, "p"_a, "q"_a, "scale"_a = 1.0);
  m.def("logits_entropy", &of_one_logits, "p"_a, "scale"_a = 1.0);
  m.def("logits_state", &table_of_logits<logits_state, kStateNumbers>, "p"_a, "q"_a,
        "scale"_a = 1.0);
  m.def("logits_summary", &table_of_logits<logits_summary, kSummaryNumbers>, "p"_a, "q"_a,
        "scale"_a = 1.0);

  m.def("divergences", &divergences_into, "family"_a, "parameters"_a, "out"_a);
  define_stored(m);
  define_loss(m);
  define_neighbours(m);
  define_cells(m);

  m.def("log", each<double>(log_each), "x"_a);
  m.def("log", each<float>(log_each), "x"_a);
  m.def("exp", each<double>(exp_each), "x"_a);
  m.def("exp", each<float>(exp_each), "x"_a);
  m.def("threads", &threads_asked);
  m.def("instructions", [] {
    constexpr const char* kNames[] = {"baseline", "avx2", "avx512"};
    return kNames[static_cast<int>(instructions())];
  });
}
