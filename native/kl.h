// KL(p‖q) a row; the twin is `kl` in src/kullback/kernels/reference.py.
#pragma once

#include <cstddef>

namespace kullback {

// p and q are row-major (rows, outcomes); out holds one number a row, in nats.
void kl(const double* p, const double* q, double* out, std::size_t rows, std::size_t outcomes);

}  // namespace kullback
