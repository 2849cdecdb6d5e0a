// Rows are cut into blocks of fixed size, each block gives a State, and a row's states are
// added in block order, whoever computed them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "threads.h"

namespace kullback {

constexpr std::size_t kBlock = 4096;
// Blocks that one thread takes at a time.
constexpr std::size_t kStretch = 16;

// Adds block(start, count) over one row. State is its own neutral element when made.
template <class State, class Block>
State reduce_row(std::size_t outcomes, std::size_t threads, const Block& block) {
  const std::size_t blocks = (outcomes + kBlock - 1) / kBlock;
  const auto compute = [&](std::size_t i) {
    return block(i * kBlock, std::min(kBlock, outcomes - i * kBlock));
  };
  State total;
  if (threads <= 1 || blocks <= 1) {
    for (std::size_t i = 0; i < blocks; ++i) total.add(compute(i));
    return total;
  }
  std::vector<State> states(blocks);
  parallel(threads, (blocks + kStretch - 1) / kStretch, [&](std::size_t stretch) {
    const std::size_t stop = std::min(blocks, (stretch + 1) * kStretch);
    for (std::size_t i = stretch * kStretch; i < stop; ++i) states[i] = compute(i);
  });
  for (const State& state : states) total.add(state);
  return total;
}

// Calls some(start, stop, threads) for stretches of rows: the threads share the rows where there
// are enough of them, else all work on one row at a time.
template <class Some>
void for_stretches(std::size_t rows, std::size_t outcomes, const Some& some) {
  const std::size_t threads = threads_for(rows * outcomes);
  if (threads <= 1 || rows < 2 * threads) {
    some(std::size_t{0}, rows, threads);
    return;
  }
  const std::size_t together =
      std::max<std::size_t>(1, std::min(rows / (4 * threads), kStretch * kBlock / outcomes));
  parallel(threads, (rows + together - 1) / together, [&](std::size_t part) {
    some(part * together, std::min(rows, (part + 1) * together), std::size_t{1});
  });
}

// Calls row(i, threads) for every row.
template <class Row>
void for_rows(std::size_t rows, std::size_t outcomes, const Row& row) {
  for_stretches(rows, outcomes, [&](std::size_t start, std::size_t stop, std::size_t threads) {
    for (std::size_t i = start; i < stop; ++i) row(i, threads);
  });
}

}  // namespace kullback
