// The C API of variant q15: checks every argument, then hands over to the session of the active shape.
#include "engine/atome_q15.h"

#include <stdint.h>

#include "engine/api/open.h"
#include "engine/config.h"
#include "engine/q15/session.h"
#include "engine/q15/shape.h"

struct atome_q15_engine : atome::q15::Session<atome::q15::ActiveShape> {
  using Session::Session;
};

extern "C" {

atome_status atome_q15_state_bytes(const atome_config* config, int cache_bits, size_t* bytes) {
  if (config == nullptr || bytes == nullptr) return ATOME_ERROR_ARGUMENT;
  atome::q15::ActiveShape shape;
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

  atome::q15::ActiveShape shape;
  if (!shape.Set(*config) || !shape.SetCache(cache_bits)) return ATOME_ERROR_CONFIG;
  return atome::Open(shape, file, file_bytes, memory, memory_bytes, engine, where);
}

atome_status atome_q15_reset(atome_q15_engine* engine) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  engine->Reset();
  return ATOME_OK;
}

atome_status atome_q15_step(atome_q15_engine* engine, uint32_t token, int32_t* logits) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  return engine->Step(token, logits);
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
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  engine->SetTap(tap, context);
  return ATOME_OK;
}
#endif

}  // extern "C"
