// Sums whose digits do not depend on how wide a processor's vectors are, or on what a compiler
// makes of a loop: sixteen lanes, each added in its own precision over a short run of outcomes
// and in double from there on.
#pragma once

#include <cstddef>

#include "dispatch.h"

namespace kullback {

constexpr std::size_t kSumLanes = 16;
// Thirty-two numbers a lane: single precision loses some 1e-7 of their sum.
constexpr std::size_t kRun = 32 * kSumLanes;

// Each cleared by itself: the instruction that clears them together takes its time to start.
template <class T>
struct Lanes {
  alignas(64) T at[kSumLanes];

  KULLBACK_INLINE Lanes() {
    KULLBACK_SIMD()
    for (std::size_t lane = 0; lane < kSumLanes; ++lane) at[lane] = T(0);
  }

  KULLBACK_INLINE T& operator[](std::size_t lane) { return at[lane]; }
  KULLBACK_INLINE const T& operator[](std::size_t lane) const { return at[lane]; }
};

// Several sums, by number.
template <std::size_t kSums>
struct DeepSums {
  Lanes<double> lanes[kSums];

  template <class T>
  KULLBACK_INLINE void add(std::size_t sum, const Lanes<T>& run) {
    KULLBACK_SIMD()
    for (std::size_t lane = 0; lane < kSumLanes; ++lane) lanes[sum][lane] += double(run[lane]);
  }

  // Half of the lanes onto the others, until one is left.
  KULLBACK_INLINE double total(std::size_t sum) const {
    const Lanes<double>& x = lanes[sum];
    double eight[8], four[4];
    KULLBACK_SIMD()
    for (std::size_t lane = 0; lane < 8; ++lane) eight[lane] = x[lane] + x[lane + 8];
    KULLBACK_SIMD()
    for (std::size_t lane = 0; lane < 4; ++lane) four[lane] = eight[lane] + eight[lane + 4];
    return (four[0] + four[2]) + (four[1] + four[3]);
  }
};

}  // namespace kullback
