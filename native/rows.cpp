#include "rows.h"

namespace kullback {
namespace {

KULLBACK_INLINE void widen_half_body(const std::uint16_t* from, float* to, std::size_t count) {
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) to[i] = half_to_float(from[i]);
}
KULLBACK_DISPATCH(void, widen_half, (const std::uint16_t* from, float* to, std::size_t count),
                  (from, to, count))

KULLBACK_INLINE void widen_bfloat_body(const std::uint16_t* from, float* to, std::size_t count) {
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) to[i] = bfloat_to_float(from[i]);
}
KULLBACK_DISPATCH(void, widen_bfloat, (const std::uint16_t* from, float* to, std::size_t count),
                  (from, to, count))

KULLBACK_INLINE void narrow_half_body(const float* from, std::uint16_t* to, std::size_t count) {
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) to[i] = float_to_half(from[i]);
}
KULLBACK_DISPATCH(void, narrow_half, (const float* from, std::uint16_t* to, std::size_t count),
                  (from, to, count))

KULLBACK_INLINE void narrow_bfloat_body(const float* from, std::uint16_t* to, std::size_t count) {
  KULLBACK_SIMD()
  for (std::size_t i = 0; i < count; ++i) to[i] = float_to_bfloat(from[i]);
}
KULLBACK_DISPATCH(void, narrow_bfloat, (const float* from, std::uint16_t* to, std::size_t count),
                  (from, to, count))

template <class From>
From read(const char* from) {
  From value;  // memcpy: strided elements need not be aligned
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <class T, class From, class Convert>
void gather(const Rows& rows, const char* from, std::size_t count, T* buffer, Convert convert) {
  for (std::size_t i = 0; i < count; ++i, from += rows.stride) {
    buffer[i] = static_cast<T>(convert(read<From>(from)));
  }
}

template <class Stored>
bool lies_ready(const Rows& rows, const char* from) {
  return rows.stride == static_cast<std::ptrdiff_t>(sizeof(Stored)) &&
         reinterpret_cast<std::uintptr_t>(from) % alignof(Stored) == 0;
}

// Numbers that are stored as From: in place if that is T, else converted.
template <class T, class From>
const T* load_plain(const Rows& rows, const char* from, std::size_t count, T* buffer) {
  if constexpr (sizeof(T) == sizeof(From)) {
    if (lies_ready<T>(rows, from)) return reinterpret_cast<const T*>(from);
  }
  gather<T, From>(rows, from, count, buffer, [](From x) { return x; });
  return buffer;
}

template <class T>
const T* load_short(const Rows& rows, const char* from, std::size_t count, T* buffer) {
  const bool half = rows.number == Number::kFloat16;
  if constexpr (sizeof(T) == sizeof(float)) {
    if (lies_ready<std::uint16_t>(rows, from)) {
      const auto* shorts = reinterpret_cast<const std::uint16_t*>(from);
      half ? widen_half(shorts, buffer, count) : widen_bfloat(shorts, buffer, count);
      return buffer;
    }
  }
  gather<T, std::uint16_t>(rows, from, count, buffer, half ? half_to_float : bfloat_to_float);
  return buffer;
}

}  // namespace

void narrow(const float* from, std::size_t count, Number number, std::uint16_t* to) {
  number == Number::kFloat16 ? narrow_half(from, to, count) : narrow_bfloat(from, to, count);
}

template <class T>
const T* load(const Rows& rows, std::size_t row, std::size_t start, std::size_t count, T* buffer) {
  const char* from = rows.at(row, start);
  switch (rows.number) {
    case Number::kFloat64: return load_plain<T, double>(rows, from, count, buffer);
    case Number::kFloat32: return load_plain<T, float>(rows, from, count, buffer);
    default: return load_short<T>(rows, from, count, buffer);
  }
}

template const float* load(const Rows&, std::size_t, std::size_t, std::size_t, float*);
template const double* load(const Rows&, std::size_t, std::size_t, std::size_t, double*);

}  // namespace kullback
