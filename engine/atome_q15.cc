// The C API of variant q15, on the active shape.
#include "engine/atome_q15.h"

#include <stdint.h>

#include "engine/api/calls.h"
#include "engine/config.h"
#include "engine/q15/session.h"
#include "engine/q15/shape.h"

namespace call = atome::call;
using Shape = atome::q15::ActiveShape;

struct atome_q15_engine : atome::q15::Session<Shape> {
  using Session::Session;
};

extern "C" {

atome_status atome_q15_state_bytes(const atome_config* config, int cache_bits, size_t* bytes) {
  if (config == nullptr || bytes == nullptr) return ATOME_ERROR_ARGUMENT;
  Shape shape;
  if (!shape.Set(*config) || !shape.SetCache(cache_bits)) return ATOME_ERROR_CONFIG;
  return atome::StateBytes<atome_q15_engine>(shape, bytes);
}

atome_status atome_q15_open(const atome_config* config, int cache_bits, const void* file, size_t file_bytes,
                            void* memory, size_t memory_bytes, atome_q15_engine** engine,
                            atome_location* where) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  *engine = nullptr;
  if (config == nullptr || file == nullptr || memory == nullptr) return ATOME_ERROR_ARGUMENT;
  if (where != nullptr) *where = {0, 0, ATOME_TENSOR_NONE};
  Shape shape;
  if (!shape.Set(*config) || !shape.SetCache(cache_bits)) return ATOME_ERROR_CONFIG;
  return atome::Open(shape, file, file_bytes, memory, memory_bytes, engine, where);
}

atome_status atome_q15_reset(atome_q15_engine* engine) { return call::Reset(engine); }

atome_status atome_q15_step(atome_q15_engine* engine, uint32_t token, int32_t* logits) {
  return call::Step(engine, token, logits);
}

uint32_t atome_q15_logit_bits(const atome_q15_engine* engine, int32_t logit) {
  return engine == nullptr ? 0 : engine->LogitBits(logit);
}

uint32_t atome_q15_position(const atome_q15_engine* engine) {
  return engine == nullptr ? 0 : engine->position();
}

uint32_t atome_q15_argmax(const int32_t* values, uint32_t count) { return atome::ArgMax(values, count); }

#if ATOME_TAPS
atome_status atome_q15_set_tap(atome_q15_engine* engine, atome_tap tap, void* context) {
  return call::SetTap(engine, tap, context);
}
#endif

}  // extern "C"
