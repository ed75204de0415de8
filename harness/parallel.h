// Independent pieces of work on several threads.
#ifndef ATOME_HARNESS_PARALLEL_H_
#define ATOME_HARNESS_PARALLEL_H_

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace atome::harness {

// Calls work(i) once for each i below `count`, up to `jobs` at a time. `work` must not throw.
template <class Work>
void ForEachIndex(size_t count, unsigned jobs, const Work& work) {
  std::atomic<size_t> next = 0;
  const auto take = [&] {
    for (size_t index; (index = next++) < count;) work(index);
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 1; i < jobs && i < count; ++i) workers.emplace_back(take);
  take();
}

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PARALLEL_H_
