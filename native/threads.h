// Threads change the speed, never a digit: work is cut by position alone, and what the pieces
// give is put together in order.
#pragma once

#include <cstddef>
#include <functional>

namespace kullback {

// KULLBACK_THREADS, else OMP_NUM_THREADS, else the cores that this process may use.
std::size_t threads_asked();

// How many threads are worth starting for so many outcomes.
std::size_t threads_for(std::size_t outcomes);

// Calls work(i) for every i below `count`, from up to `threads` threads.
void parallel(std::size_t threads, std::size_t count,
              const std::function<void(std::size_t)>& work);

}  // namespace kullback
