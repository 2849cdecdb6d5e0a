// One source, several instruction sets: the widest one that this processor has is chosen
// once, when the module loads. KULLBACK_INSTRUCTIONS=baseline|avx2 lowers the choice (tests).
// Other processors have one set, which the compiler knows: on arm64 that is NEON with fused
// multiply-add, two doubles wide; `native/emulate` builds it and compares every number.
//
// The loops are plain C++ that GCC vectorises; `-fopt-info-vec` says which. What stops it, seen
// with GCC 12: a struct passed by reference into an inlined function, a constant that reaches a
// branch of `?:` (jump threading), an array element that is read twice.
#pragma once

#include <cstdlib>
#include <cstring>

#if defined(_MSC_VER) && !defined(__clang__)
#define KULLBACK_INLINE __forceinline
#else
#define KULLBACK_INLINE inline __attribute__((always_inline))
#endif

#if defined(_OPENMP) || defined(KULLBACK_OPENMP_SIMD)
#define KULLBACK_PRAGMA(text) _Pragma(#text)
#else
#define KULLBACK_PRAGMA(text)
#endif
#define KULLBACK_SIMD(...) KULLBACK_PRAGMA(omp simd __VA_ARGS__)

#if (defined(__x86_64__) || defined(__i386__)) && (defined(__GNUC__) || defined(__clang__))
#define KULLBACK_X86 1
#else
#define KULLBACK_X86 0
#endif

namespace kullback {

enum class Instructions { kBaseline, kAvx2, kAvx512 };

inline Instructions best_instructions() {
#if KULLBACK_X86
  const char* asked = std::getenv("KULLBACK_INSTRUCTIONS");
  if (asked != nullptr && std::strcmp(asked, "baseline") == 0) return Instructions::kBaseline;
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) {
    return Instructions::kBaseline;
  }
  if (asked != nullptr && std::strcmp(asked, "avx2") == 0) return Instructions::kAvx2;
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  return wide ? Instructions::kAvx512 : Instructions::kAvx2;
#else
  return Instructions::kBaseline;
#endif
}

inline Instructions instructions() {
  static const Instructions chosen = best_instructions();
  return chosen;
}

}  // namespace kullback

// KULLBACK_DISPATCH(result, name, (parameters), (arguments)) makes the function pointer `name`
// from the always-inlined `name_body`, compiled once for each instruction set.
#if KULLBACK_X86
#define KULLBACK_DISPATCH(result, name, parameters, arguments)                                 \
  __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma,prefer-vector-width=512")))    \
  static result name##_avx512 parameters { return name##_body arguments; }                     \
  __attribute__((target("avx2,fma")))                                                          \
  static result name##_avx2 parameters { return name##_body arguments; }                       \
  static result name##_baseline parameters { return name##_body arguments; }                   \
  static result(*const name) parameters =                                                      \
      instructions() == Instructions::kAvx512 ? name##_avx512                                  \
      : instructions() == Instructions::kAvx2 ? name##_avx2                                    \
                                              : name##_baseline;
#else
#define KULLBACK_DISPATCH(result, name, parameters, arguments) \
  static result name parameters { return name##_body arguments; }
#endif
