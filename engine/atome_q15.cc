// The C API of variant q15: checks every argument, then hands over to the session of the active shape.
#include "engine/atome_q15.h"

#include <stdint.h>

#include "engine/config.h"
#include "engine/internal/argmax.h"
#include "engine/internal/check_file.h"
#include "engine/q15/session.h"
#include "engine/q15/shape.h"

struct atome_q15_engine : atome::q15::Session<atome::q15::ActiveShape> {
  using Session::Session;
};

namespace {

// The size without the file's format, which does not matter to it.
atome_status StateBytes(const atome::q15::ActiveShape& shape, size_t* bytes) {
  const uint64_t wanted = atome_q15_engine::StateBytes(shape);
  if (wanted > SIZE_MAX / 2) return ATOME_ERROR_MEMORY;
  *bytes = static_cast<size_t>(wanted);
  return ATOME_OK;
}

bool Aligned(const void* memory) { return reinterpret_cast<uintptr_t>(memory) % ATOME_ALIGNMENT == 0; }

// Placement, without <new>: a freestanding build has no headers but the language's own.
struct PlaceQ15 {
  void* at;
};

}  // namespace

inline void* operator new(size_t, PlaceQ15 place) noexcept { return place.at; }

extern "C" {

atome_status atome_q15_state_bytes(const atome_config* config, int cache_bits, size_t* bytes) {
  if (config == nullptr || bytes == nullptr) return ATOME_ERROR_ARGUMENT;
  atome::q15::ActiveShape shape;
  if (!shape.Set(*config) || !shape.SetCache(cache_bits)) return ATOME_ERROR_CONFIG;
  return StateBytes(shape, bytes);
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
  size_t wanted = 0;
  const atome_status sized = StateBytes(shape, &wanted);
  if (sized != ATOME_OK) return sized;
  if (memory_bytes < wanted || !Aligned(memory)) return ATOME_ERROR_MEMORY;

  const uint8_t* bytes = static_cast<const uint8_t*>(file);
  const atome_status checked = atome::CheckFile(shape, bytes, file_bytes, where);
  if (checked != ATOME_OK) return checked;

  atome_q15_engine* made = new (PlaceQ15{memory}) atome_q15_engine(shape, bytes);
  const atome_status prepared = made->Prepare(where);
  if (prepared == ATOME_OK) *engine = made;
  return prepared;
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

uint32_t atome_q15_argmax(const int32_t* values, uint32_t count) { return atome::Argmax(values, count); }

#if ATOME_TAPS
atome_status atome_q15_set_tap(atome_q15_engine* engine, atome_tap tap, void* context) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  engine->SetTap(tap, context);
  return ATOME_OK;
}
#endif

}  // extern "C"
