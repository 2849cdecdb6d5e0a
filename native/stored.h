// Rows of stored log-probabilities: what their twins in kernels/token_reference.py say.
#pragma once

#include <cstdint>

#include "rows.h"

namespace kullback {

// What stored_measures writes a row, in this order.
enum Stored {
  kStoredKl,
  kStoredReverseKl,
  kStoredJensenShannon,
  kStoredTotalVariation,
  kKeptP,
  kKeptQ,
  kClampedP,
  kClampedQ,
  kNearKl,
  kNearReverseKl,
  kNearJensenShannon,
  kNearTotalVariation,
  kNearMass,
  kTailKl,
  kStoredNumbers
};

// Scale, minimum and clamped (0 or 1) of p, then of q.
constexpr std::size_t kAffineNumbers = 6;
constexpr std::size_t kNormalizerNumbers = 2;

// 16-bit numbers are codes here: a format of logits is read as float32 before.
void stored_measures(const Rows& p, const Rows& q, const double* affine, double* out);
void normalizers(const Rows& x, double* out);
void top_k(const Rows& x, std::size_t k, std::int64_t* out);

// Reads like `load`, and 16-bit codes as the integers that they are.
template <class T>
const T* load_stored(const Rows& rows, std::size_t row, std::size_t start, std::size_t count,
                     T* buffer);

}  // namespace kullback
