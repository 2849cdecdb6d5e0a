// The kernels of losses, as Python calls them.
#pragma once

#include <nanobind/nanobind.h>

namespace kullback {

void define_loss(nanobind::module_& m);

}  // namespace kullback
