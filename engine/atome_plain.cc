// The C API of the plain transformer: checks every argument, then hands over to the session.
#include "engine/atome_plain.h"

#include <stdint.h>

#include "engine/config.h"
#include "engine/internal/argmax.h"
#include "engine/plain/plain_file.h"
#include "engine/plain/session.h"
#include "engine/plain/shape.h"

struct atome_plain_engine : atome::plain::Session {
  using Session::Session;
};

namespace {

atome_status StateBytes(const atome_plain_config& config, size_t* bytes) {
  if (!atome::plain::InRange(config)) return ATOME_ERROR_CONFIG;
  const uint64_t wanted = atome_plain_engine::StateBytes(config);
  if (wanted > SIZE_MAX / 2) return ATOME_ERROR_MEMORY;
  *bytes = static_cast<size_t>(wanted);
  return ATOME_OK;
}

bool Aligned(const void* memory, uintptr_t alignment) {
  return reinterpret_cast<uintptr_t>(memory) % alignment == 0;
}

// Placement, without <new>: a freestanding build has no headers but the language's own.
struct PlacePlain {
  void* at;
};

}  // namespace

inline void* operator new(size_t, PlacePlain place) noexcept { return place.at; }

extern "C" {

atome_status atome_plain_state_bytes(const atome_plain_config* config, size_t* bytes) {
  if (config == nullptr || bytes == nullptr) return ATOME_ERROR_ARGUMENT;
  return StateBytes(*config, bytes);
}

atome_status atome_plain_open(const atome_plain_config* config, const void* file, size_t file_bytes,
                              void* memory, size_t memory_bytes, atome_plain_engine** engine,
                              atome_location* where) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  *engine = nullptr;
  if (config == nullptr || file == nullptr || memory == nullptr) return ATOME_ERROR_ARGUMENT;
  if (where != nullptr) *where = {0, 0, ATOME_TENSOR_NONE};

  size_t wanted = 0;
  const atome_status sized = StateBytes(*config, &wanted);
  if (sized != ATOME_OK) return sized;
  if (memory_bytes < wanted || !Aligned(memory, ATOME_ALIGNMENT) || !Aligned(file, 4))
    return ATOME_ERROR_MEMORY;

  const uint8_t* bytes = static_cast<const uint8_t*>(file);
  if (!atome::plain::PlainFile::ReadMagic(bytes, file_bytes)) return ATOME_ERROR_MAGIC;
  const atome_status checked = atome::plain::PlainChecker(*config, bytes, file_bytes).Check(where);
  if (checked == ATOME_OK) *engine = new (PlacePlain{memory}) atome_plain_engine(*config, bytes);
  return checked;
}

atome_status atome_plain_file_config(const void* file, size_t file_bytes, atome_plain_config* config) {
  if (file == nullptr || config == nullptr) return ATOME_ERROR_ARGUMENT;
  const uint8_t* bytes = static_cast<const uint8_t*>(file);
  if (!atome::plain::PlainFile::ReadMagic(bytes, file_bytes)) return ATOME_ERROR_MAGIC;
  if (file_bytes < atome::plain::PlainFile::kHeaderBytes) return ATOME_ERROR_SIZE;
  *config = atome::plain::PlainFile(bytes).Config();
  return ATOME_OK;
}

atome_status atome_plain_reset(atome_plain_engine* engine) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  engine->Reset();
  return ATOME_OK;
}

atome_status atome_plain_step(atome_plain_engine* engine, uint32_t token, float* logits) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  return engine->Step(token, logits);
}

uint32_t atome_plain_position(const atome_plain_engine* engine) {
  return engine == nullptr ? 0 : engine->position();
}

uint32_t atome_plain_argmax(const float* values, uint32_t count) { return atome::Argmax(values, count); }

#if ATOME_TAPS
atome_status atome_plain_set_tap(atome_plain_engine* engine, atome_tap tap, void* context) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  engine->SetTap(tap, context);
  return ATOME_OK;
}
#endif

}  // extern "C"
