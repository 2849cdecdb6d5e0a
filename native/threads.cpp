#include "threads.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <system_error>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#endif

namespace kullback {
namespace {

// Starting a thread costs about as much as this many outcomes.
constexpr std::size_t kWorthAThread = std::size_t{1} << 16;
constexpr long kMostThreads = 1024;

// The leading number of a variable such as OMP_NUM_THREADS=4,2; 0 where there is none.
std::size_t count_in(const char* variable) {
  const char* text = std::getenv(variable);
  const long count = text == nullptr ? 0 : std::strtol(text, nullptr, 10);
  return static_cast<std::size_t>(std::clamp(count, 0L, kMostThreads));
}

std::size_t cores() {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
    return static_cast<std::size_t>(std::max(1, CPU_COUNT(&allowed)));
  }
#endif
  return std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace

std::size_t threads_asked() {
  for (const char* variable : {"KULLBACK_THREADS", "OMP_NUM_THREADS"}) {
    if (const std::size_t count = count_in(variable)) return count;
  }
  return cores();
}

std::size_t threads_for(std::size_t outcomes) {
  if (outcomes < 2 * kWorthAThread) return 1;
  return std::min(threads_asked(), outcomes / kWorthAThread);
}

void parallel(std::size_t threads, std::size_t count,
              const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> team;
  try {
    while (team.size() + 1 < std::min(threads, count)) team.emplace_back(run);
  } catch (const std::system_error&) {
    // No more threads to be had: the ones that started, and this one, do the work.
  }
  run();
  for (std::thread& thread : team) thread.join();
}

}  // namespace kullback
