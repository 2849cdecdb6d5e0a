#pragma once

#include <nanobind/nanobind.h>

namespace kullback {

void define_cells(nanobind::module_& m);

}  // namespace kullback
