// A freestanding engine of any variant, in memory that it holds: what differs between their C APIs ends here.
#ifndef ATOME_HARNESS_MODEL_VARIANT_ENGINE_H_
#define ATOME_HARNESS_MODEL_VARIANT_ENGINE_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/atome.h"
#include "harness/model/model.h"

namespace atome::harness {

// Not thread-safe. Errors are those of the C API.
class VariantEngine {
 public:
  virtual ~VariantEngine() = default;

  // What the engine of this model needs. Errors also say that the dimensions are wrong.
  virtual atome_status StateBytes(size_t* bytes) const = 0;
  // Checks the model and makes the engine; before the other calls. Throws std::bad_alloc when the host has
  // not the memory, which is not touched before the file is known to be good, so that a wrong configuration
  // costs none.
  virtual atome_status Open(atome_location* where) = 0;
  virtual void Reset() = 0;
  virtual void SetTap(atome_tap tap, void* context) = 0;
  // `logits`: [V].
  virtual atome_status Step(uint32_t token, float* logits) = 0;
  // Index of the greatest logit of the last step, the lowest of equals; its logits must still stand where
  // Step put them.
  virtual uint32_t Best() const = 0;
};

// `model` must outlive the engine.
std::unique_ptr<VariantEngine> MakeVariantEngine(const Model& model, Variant variant);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_VARIANT_ENGINE_H_
