// The C API of the plain transformer.
#include "engine/atome_plain.h"

#include <stdint.h>

#include "engine/api/calls.h"
#include "engine/config.h"
#include "engine/plain/plain_file.h"
#include "engine/plain/session.h"
#include "engine/plain/shape.h"

namespace call = atome::call;
using Shape = atome::plain::Shape;

struct atome_plain_engine : atome::plain::Session {
  using Session::Session;
};

extern "C" {

atome_status atome_plain_state_bytes(const atome_plain_config* config, size_t* bytes) {
  if (config == nullptr || bytes == nullptr) return ATOME_ERROR_ARGUMENT;
  Shape shape;
  if (!shape.Set(*config)) return ATOME_ERROR_CONFIG;
  return atome::StateBytes<atome_plain_engine>(shape, bytes);
}

atome_status atome_plain_open(const atome_plain_config* config, const void* file, size_t file_bytes,
                              void* memory, size_t memory_bytes, atome_plain_engine** engine,
                              atome_location* where) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  *engine = nullptr;
  if (config == nullptr || file == nullptr || memory == nullptr) return ATOME_ERROR_ARGUMENT;
  if (where != nullptr) *where = {0, 0, ATOME_TENSOR_NONE};
  Shape shape;
  if (!shape.Set(*config)) return ATOME_ERROR_CONFIG;
  return atome::Open(shape, file, file_bytes, memory, memory_bytes, engine, where);
}

atome_status atome_plain_file_config(const void* file, size_t file_bytes, atome_plain_config* config) {
  if (file == nullptr || config == nullptr) return ATOME_ERROR_ARGUMENT;
  const uint8_t* bytes = static_cast<const uint8_t*>(file);
  if (!atome::plain::PlainFile::ReadMagic(bytes, file_bytes)) return ATOME_ERROR_MAGIC;
  return call::FileConfig<atome::plain::PlainFile>(bytes, file_bytes, config);
}

atome_status atome_plain_reset(atome_plain_engine* engine) { return call::Reset(engine); }

atome_status atome_plain_step(atome_plain_engine* engine, uint32_t token, float* logits) {
  return call::Step(engine, token, logits);
}

uint32_t atome_plain_position(const atome_plain_engine* engine) {
  return engine == nullptr ? 0 : engine->position();
}

uint32_t atome_plain_argmax(const float* values, uint32_t count) { return atome::ArgMax(values, count); }

#if ATOME_TAPS
atome_status atome_plain_set_tap(atome_plain_engine* engine, atome_tap tap, void* context) {
  return call::SetTap(engine, tap, context);
}
#endif

}  // extern "C"
