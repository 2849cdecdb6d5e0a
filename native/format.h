// The bits of a float and a double, and the constants that depend on them.
#pragma once

#include <cstdint>
#include <cstring>

#include "dispatch.h"

namespace kullback {

template <class T>
struct Format;

template <>
struct Format<double> {
  using Unsigned = std::uint64_t;
  using Signed = std::int64_t;
  static constexpr int kFraction = 52;                                // bits of the fraction
  static constexpr Unsigned kSign = Unsigned{1} << 63;
  static constexpr Unsigned kExponent = Unsigned{0xfff} << 52;        // with the sign
  static constexpr Unsigned kInteger = Unsigned{0x433} << 52;         // 2^52: an integer's home
  static constexpr double kIntegerBias = 4503599627370496.0 + 2048.0;  // 2^52 + half the range
  static constexpr double kRounder = 6755399441055744.0;              // 1.5·2^52
  static constexpr double kLog2E = 1.4426950408889634;
  static constexpr double kLn2 = 0.6931471805599453;
  static constexpr double kLn2High = 6.93147180369123816490e-01;      // 32 bits: k·high is exact
  static constexpr double kLn2Low = 1.90821492927058770002e-10;
  static constexpr double kNarrow = 700.0;                            // e^x, e^−x are normal within
  static constexpr double kTiny = 0x1p-1020;                          // ratios are safe above
};

template <>
struct Format<float> {
  using Unsigned = std::uint32_t;
  using Signed = std::int32_t;
  static constexpr int kFraction = 23;
  static constexpr Unsigned kSign = Unsigned{1} << 31;
  static constexpr Unsigned kExponent = Unsigned{0x1ff} << 23;
  static constexpr Unsigned kInteger = Unsigned{0x96} << 23;          // 2^23
  static constexpr float kIntegerBias = 8388608.0f + 256.0f;
  static constexpr float kRounder = 12582912.0f;                      // 1.5·2^23
  static constexpr float kLog2E = 1.44269504f;
  static constexpr float kLn2 = 0.693147181f;
  static constexpr float kLn2High = 0.693359375f;
  static constexpr float kLn2Low = -2.12194440e-4f;
  static constexpr float kNarrow = 80.0f;
  static constexpr float kTiny = 0x1p-120f;
};

template <class T>
KULLBACK_INLINE typename Format<T>::Unsigned bits_of(T x) {
  typename Format<T>::Unsigned bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

template <class T>
KULLBACK_INLINE T from_bits(typename Format<T>::Unsigned bits) {
  T x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

}  // namespace kullback
