// A matrix of numbers as NumPy or torch holds it: any strides, several number formats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "format.h"

namespace kullback {

enum class Number { kFloat64, kFloat32, kFloat16, kBfloat16 };

struct Rows {
  const char* data;
  Number number;
  std::size_t rows;
  std::size_t outcomes;
  std::ptrdiff_t row_stride;  // in bytes
  std::ptrdiff_t stride;      // in bytes

  const char* at(std::size_t row, std::size_t outcome) const {
    return data + static_cast<std::ptrdiff_t>(row) * row_stride +
           static_cast<std::ptrdiff_t>(outcome) * stride;
  }
};

// IEEE half to float: the exponent is moved by a multiplication, which also normalises
// subnormals; infinities and NaN keep all exponent bits set.
KULLBACK_INLINE float half_to_float(std::uint16_t half) {
  const std::uint32_t magnitude = static_cast<std::uint32_t>(half & 0x7fffu) << 13;
  const float scaled = from_bits<float>(magnitude) * 0x1p112f;
  const std::uint32_t special = magnitude | 0x7f800000u;
  const std::uint32_t bits = magnitude >= 0x0f800000u ? special : bits_of(scaled);
  return from_bits<float>(bits | (static_cast<std::uint32_t>(half & 0x8000u) << 16));
}

KULLBACK_INLINE float bfloat_to_float(std::uint16_t bfloat) {
  return from_bits<float>(static_cast<std::uint32_t>(bfloat) << 16);
}

// Copies `count` numbers of one row into `buffer` as T, or points at them where they lie
// already as T, contiguous and aligned.
template <class T>
const T* load(const Rows& rows, std::size_t row, std::size_t start, std::size_t count, T* buffer);

}  // namespace kullback
