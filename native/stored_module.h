// The kernels of stored log-probabilities, as Python calls them.
#pragma once

#include <nanobind/nanobind.h>

namespace kullback {

void define_stored(nanobind::module_& m);

}  // namespace kullback
