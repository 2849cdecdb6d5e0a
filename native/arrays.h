// Between Python's arrays and the kernels' rows.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstddef>
#include <stdexcept>

#include "rows.h"

namespace kullback {

using Array = nanobind::ndarray<nanobind::ro, nanobind::ndim<2>, nanobind::device::cpu>;
using Values = nanobind::ndarray<nanobind::numpy, double, nanobind::ndim<1>>;
using Table = nanobind::ndarray<nanobind::numpy, double, nanobind::ndim<2>>;

inline Number number_of(const nanobind::dlpack::dtype& type) {
  using Code = nanobind::dlpack::dtype_code;
  const auto code = static_cast<Code>(type.code);
  if (code == Code::Float && type.bits == 64) return Number::kFloat64;
  if (code == Code::Float && type.bits == 32) return Number::kFloat32;
  if (code == Code::Float && type.bits == 16) return Number::kFloat16;
  // NumPy has no bfloat16; its bits come as uint16.
  if (code == Code::Bfloat && type.bits == 16) return Number::kBfloat16;
  if (code == Code::UInt && type.bits == 16) return Number::kBfloat16;
  throw std::invalid_argument("the kernels take float64, float32, float16 and bfloat16 arrays");
}

inline Rows rows_of(const Array& array) {
  const auto size = static_cast<std::ptrdiff_t>(array.itemsize());
  return {static_cast<const char*>(array.data()),
          number_of(array.dtype()),
          array.shape(0),
          array.shape(1),
          static_cast<std::ptrdiff_t>(array.stride(0)) * size,
          static_cast<std::ptrdiff_t>(array.stride(1)) * size};
}

inline void require_same_shape(const Rows& p, const Rows& q) {
  if (p.rows != q.rows || p.outcomes != q.outcomes) {
    throw std::invalid_argument("p and q must have the same shape");
  }
}

inline double* new_numbers(std::size_t count, nanobind::capsule& owner) {
  double* numbers = new double[count];
  owner = nanobind::capsule(numbers, [](void* x) noexcept { delete[] static_cast<double*>(x); });
  return numbers;
}

}  // namespace kullback
