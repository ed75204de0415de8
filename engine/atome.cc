// The C API of variant f32, on the active shape.
#include "engine/atome.h"

#include <stdint.h>

#include "engine/api/calls.h"
#include "engine/cached_shape.h"
#include "engine/config.h"
#include "engine/f32/session.h"

namespace call = atome::call;
using Shape = atome::CachedShape<atome::ActiveShape, atome::ActiveCache<32, 16>>;

struct atome_engine : atome::Session<Shape> {
  using Session::Session;
};

extern "C" {

ATOME_EXPORT atome_status atome_state_bytes(const atome_config* config, size_t* bytes) {
  return atome_cached_state_bytes(config, 32, bytes);
}

ATOME_EXPORT atome_status atome_open(const atome_config* config, const void* file, size_t file_bytes,
                                     void* memory, size_t memory_bytes, atome_engine** engine,
                                     atome_location* where) {
  return atome_cached_open(config, 32, file, file_bytes, memory, memory_bytes, engine, where);
}

ATOME_EXPORT atome_status atome_cached_state_bytes(const atome_config* config, int cache_bits,
                                                   size_t* bytes) {
  if (config == nullptr || bytes == nullptr) return ATOME_ERROR_ARGUMENT;
  Shape shape;
  if (!shape.Set(*config) || !shape.SetCache(cache_bits)) return ATOME_ERROR_CONFIG;
  return atome::StateBytes<atome_engine>(shape, bytes);
}

ATOME_EXPORT atome_status atome_cached_open(const atome_config* config, int cache_bits, const void* file,
                                            size_t file_bytes, void* memory, size_t memory_bytes,
                                            atome_engine** engine, atome_location* where) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  *engine = nullptr;
  if (config == nullptr || file == nullptr || memory == nullptr) return ATOME_ERROR_ARGUMENT;
  if (where != nullptr) *where = {0, 0, ATOME_TENSOR_NONE};
  Shape shape;
  if (!shape.Set(*config) || !shape.SetCache(cache_bits)) return ATOME_ERROR_CONFIG;
  return atome::Open(shape, file, file_bytes, memory, memory_bytes, engine, where);
}

ATOME_EXPORT atome_status atome_file_config(const void* file, size_t file_bytes, atome_config* config) {
  if (file == nullptr || config == nullptr) return ATOME_ERROR_ARGUMENT;
  const uint8_t* bytes = static_cast<const uint8_t*>(file);
  atome::Format format;
  if (!atome::ReadMagic(bytes, file_bytes, &format) || format != atome::Format::kColumns) {
    return ATOME_ERROR_MAGIC;
  }
  return call::FileConfig<atome::ColumnsFile>(bytes, file_bytes, config);
}

ATOME_EXPORT atome_status atome_reset(atome_engine* engine) { return call::Reset(engine); }

ATOME_EXPORT atome_status atome_step(atome_engine* engine, uint32_t token, float* logits) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  return engine->StepLogits(token, logits);
}

ATOME_EXPORT atome_status atome_step_sums(atome_engine* engine, uint32_t token, int32_t* sums) {
  return call::Step(engine, token, sums);
}

ATOME_EXPORT uint32_t atome_logit_bits(const atome_engine* engine, int32_t sum) {
  return engine == nullptr ? 0 : engine->LogitBits(sum);
}

ATOME_EXPORT uint32_t atome_argmax_sums(const atome_engine* engine, const int32_t* sums, uint32_t count) {
  return engine == nullptr || sums == nullptr ? 0 : engine->Best(sums, count);
}

ATOME_EXPORT uint32_t atome_position(const atome_engine* engine) {
  return engine == nullptr ? 0 : engine->position();
}

ATOME_EXPORT uint32_t atome_argmax(const float* values, uint32_t count) {
  return atome::ArgMax(values, count);
}

#if ATOME_TAPS
ATOME_EXPORT atome_status atome_set_tap(atome_engine* engine, atome_tap tap, void* context) {
  return call::SetTap(engine, tap, context);
}
#endif

}  // extern "C"
