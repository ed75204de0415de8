// Independent pieces of work on several threads.
#ifndef ATOME_HARNESS_BASE_PARALLEL_H_
#define ATOME_HARNESS_BASE_PARALLEL_H_

#include <atomic>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

namespace atome::harness {

// Calls work(i) once for each i below `count`, up to `jobs` at a time. After each it calls ended(done, i),
// one at a time; `done` is the number of calls that have ended. `work` must not throw.
template <class Work, class Ended>
void ForEachIndex(size_t count, unsigned jobs, const Work& work, const Ended& ended) {
  std::atomic<size_t> next = 0;
  std::mutex ended_mutex;
  size_t done = 0;
  const auto take = [&] {
    for (size_t index; (index = next++) < count;) {
      work(index);
      const std::lock_guard lock(ended_mutex);
      ended(++done, index);
    }
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 1; i < jobs && i < count; ++i) workers.emplace_back(take);
  take();
}

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_PARALLEL_H_
