// The closed forms of distributions, pair by pair: large batches in one pass.
#pragma once

#include <array>
#include <cstddef>

namespace kullback {

// KL of `count` pairs: the parameters of P, then those of Q, each `count` numbers or, where
// `single` says so, one.
struct Pairs {
  std::array<const double*, 4> parameters;
  std::array<bool, 4> single;
  std::size_t count;
};

// What was written: the largest finite value, and how many values are NaN or infinite.
struct Written {
  double largest = 0.0;
  std::size_t open = 0;
};

using Block = void (*)(const double* const* parameters, double* out, std::size_t count);

// A family: its name, how many parameters a pair has, and its loop over a block of pairs.
struct Family {
  const char* name;
  std::size_t parameters;
  Block block;
};

// nullptr for a name that has no kernel.
const Family* family_of(const char* name);

Written divergences(const Family& family, const Pairs& pairs, double* out);

}  // namespace kullback
