// Trees of points, as Python holds them.
#pragma once

#include <nanobind/nanobind.h>

namespace kullback {

void define_neighbours(nanobind::module_& m);

}  // namespace kullback
