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

template <class T>
using Lanes = T[kSumLanes];

// Several sums, by number.
template <std::size_t kSums>
struct DeepSums {
  Lanes<double> lanes[kSums] = {};

  template <class T>
  KULLBACK_INLINE void add(std::size_t sum, const Lanes<T>& run) {
    KULLBACK_SIMD()
    for (std::size_t lane = 0; lane < kSumLanes; ++lane) lanes[sum][lane] += double(run[lane]);
  }

  KULLBACK_INLINE double total(std::size_t sum) const {
    double all = 0.0;
    for (std::size_t lane = 0; lane < kSumLanes; ++lane) all += lanes[sum][lane];
    return all;
  }
};

}  // namespace kullback
