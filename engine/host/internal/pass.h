// What an engine for hosts does, whatever its variant.
#ifndef ATOME_ENGINE_HOST_INTERNAL_PASS_H_
#define ATOME_ENGINE_HOST_INTERNAL_PASS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/atome.h"

namespace atome::host {

class Pass {
 public:
  virtual ~Pass() = default;

  // The functions of HostEngine.
  virtual void Reset() = 0;
  virtual atome_status Evaluate(std::span<const uint32_t> tokens, float* logits) = 0;
  virtual uint64_t position() const = 0;
  virtual size_t bytes() const = 0;
};

}  // namespace atome::host

#endif  // ATOME_ENGINE_HOST_INTERNAL_PASS_H_
