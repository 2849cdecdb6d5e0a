#include "threads.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

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

// Work that threads take piece by piece. Who comes late finds none left and touches nothing
// else, so that nobody waits for a thread that has no core to run on.
class Task {
 public:
  Task(std::size_t count, const std::function<void(std::size_t)>* work)
      : count_(count), work_(work) {}

  void run() {
    for (std::size_t i = next_++; i < count_; i = next_++) {
      (*work_)(i);
      if (++done_ == count_) {
        const std::lock_guard<std::mutex> held(mutex_);
        finished_.notify_one();
      }
    }
  }

  void wait() {
    std::unique_lock<std::mutex> held(mutex_);
    finished_.wait(held, [this] { return done_ == count_; });
  }

 private:
  const std::size_t count_;
  const std::function<void(std::size_t)>* const work_;  // alive until all is done
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> done_{0};
  std::mutex mutex_;
  std::condition_variable finished_;
};

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
  const auto task = std::make_shared<Task>(count, &work);
  try {
    for (std::size_t i = 1; i < std::min(threads, count); ++i) {
      std::thread([task] { task->run(); }).detach();
    }
  } catch (const std::system_error&) {
    // No more threads to be had: the ones that started, and this one, do the work.
  }
  task->run();
  task->wait();
}

}  // namespace kullback
