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

  // Whether each row stands right behind the one before: several can be loaded as one.
  bool dense() const { return row_stride == static_cast<std::ptrdiff_t>(outcomes) * stride; }

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

// Rounded to nearest, ties to even.
KULLBACK_INLINE std::uint16_t float_to_bfloat(float x) {
  const std::uint32_t bits = bits_of(x);
  const std::uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  return static_cast<std::uint16_t>(x == x ? rounded : 0x7fc0u);
}

// The same; what is subnormal as a half is rounded by adding a number whose last bit is a half's.
KULLBACK_INLINE std::uint16_t float_to_half(float x) {
  const std::uint32_t bits = bits_of(x), size = bits & 0x7fffffffu;
  const std::uint32_t small = bits_of(from_bits<float>(size) + 0.5f) - 0x3f000000u;
  const std::uint32_t moved = (size - 0x38000000u + 0xfffu + ((size >> 13) & 1u)) >> 13;
  const std::uint32_t finite = size < 0x38800000u ? small : moved;
  const std::uint32_t held = size >= 0x47800000u ? 0x7c00u : finite;
  const std::uint32_t number = size > 0x7f800000u ? 0x7e00u : held;
  return static_cast<std::uint16_t>(number | ((bits >> 16) & 0x8000u));
}

// Numbers as float16 or bfloat16.
void narrow(const float* from, std::size_t count, Number number, std::uint16_t* to);

// Copies `count` numbers of one row into `buffer` as T, or points at them where they lie
// already as T, contiguous and aligned.
template <class T>
const T* load(const Rows& rows, std::size_t row, std::size_t start, std::size_t count, T* buffer);

}  // namespace kullback
