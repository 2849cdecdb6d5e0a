// The logarithm and the exponential of the other kernels, number by number, for their tests.
#pragma once

#include <cstddef>

namespace kullback {

void log_each(const double* x, double* out, std::size_t count);
void log_each(const float* x, float* out, std::size_t count);
void exp_each(const double* x, double* out, std::size_t count);
void exp_each(const float* x, float* out, std::size_t count);

}  // namespace kullback
