// The greedy choice.
#ifndef ATOME_ENGINE_INTERNAL_ARGMAX_H_
#define ATOME_ENGINE_INTERNAL_ARGMAX_H_

#include <stdint.h>

namespace atome {

// Index of the greatest of `count` values, the lowest of equals; 0 when there are none.
template <class Value>
uint32_t Argmax(const Value* values, uint32_t count) {
  uint32_t best = 0;
  if (values == nullptr) return best;
  for (uint32_t i = 1; i < count; ++i) {
    if (values[i] > values[best]) best = i;
  }
  return best;
}

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_ARGMAX_H_
