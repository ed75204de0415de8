// A freestanding engine of any variant, with its memory. It hides the differences between the C APIs.
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

  // The bytes that the engine of this model needs. An error can also mean that the dimensions are wrong.
  virtual atome_status StateBytes(size_t* bytes) const = 0;
  // Checks the model and makes the engine; call it first. Throws std::bad_alloc when the host lacks the
  // memory. The engine writes to it only after it has checked the file, so a wrong configuration costs no
  // memory.
  virtual atome_status Open(atome_location* where) = 0;
  virtual void Reset() = 0;
  virtual void SetTap(atome_tap tap, void* context) = 0;
  // `logits` has V elements.
  virtual atome_status Step(uint32_t token, float* logits) = 0;
  // The index of the greatest logit of the last step, the lowest of equal ones. The logits must still stand
  // where Step put them.
  virtual uint32_t Best() const = 0;
};

// `model` must outlive the engine.
std::unique_ptr<VariantEngine> MakeVariantEngine(const Model& model, Variant variant);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_VARIANT_ENGINE_H_
