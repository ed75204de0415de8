// What the C APIs of all variants do alike: check every argument, then hand over to the session. `Engine` is
// a session, constructed from its shape and the model that it checked.
#ifndef ATOME_ENGINE_API_CALLS_H_
#define ATOME_ENGINE_API_CALLS_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/atome.h"
#include "engine/config.h"

namespace atome {

// Placement, without <new>: a freestanding build has no headers but the language's own.
struct Place {
  void* at;
};

}  // namespace atome

inline void* operator new(size_t, atome::Place place) noexcept { return place.at; }

namespace atome {

// The size without the file's format, which does not matter to it.
template <class Engine, class Shape>
atome_status StateBytes(const Shape& shape, size_t* bytes) {
  const uint64_t wanted = Engine::StateBytes(shape);
  if (wanted > SIZE_MAX / 2) return ATOME_ERROR_MEMORY;
  *bytes = static_cast<size_t>(wanted);
  return ATOME_OK;
}

// The rest of an opening, once the shape is settled and no pointer but `where` is null.
template <class Engine, class Shape>
atome_status Open(Shape& shape, const void* file, size_t file_bytes, void* memory, size_t memory_bytes,
                  Engine** engine, atome_location* where) {
  size_t wanted = 0;
  const atome_status sized = StateBytes<Engine>(shape, &wanted);
  if (sized != ATOME_OK) return sized;
  const bool aligned = reinterpret_cast<uintptr_t>(memory) % ATOME_ALIGNMENT == 0;
  if (memory_bytes < wanted || !aligned) return ATOME_ERROR_MEMORY;

  const uint8_t* bytes = static_cast<const uint8_t*>(file);
  const atome_status checked = Engine::Check(shape, bytes, file_bytes, where);
  if (checked != ATOME_OK) return checked;

  Engine* made = new (Place{memory}) Engine(shape, bytes);
  const atome_status prepared = made->Prepare(where);
  if (prepared == ATOME_OK) *engine = made;
  return prepared;
}

// Index of the greatest, the lowest of equals; 0 when there are none.
template <class Value>
uint32_t ArgMax(const Value* values, uint32_t count) {
  uint32_t best = 0;
  if (values == nullptr) return best;
  for (uint32_t i = 1; i < count; ++i) {
    if (values[i] > values[best]) best = i;
  }
  return best;
}

// What functions of a C API begin with. Types are deduced, so that what they call is instantiated where
// it is called.
namespace call {

// The dimensions in the header of a `File`, whose magic was found.
template <class File, class Config>
[[gnu::always_inline]] inline auto FileConfig(const uint8_t* bytes, size_t file_bytes, Config* config) {
  if (file_bytes < File::kHeaderBytes) return ATOME_ERROR_SIZE;
  const File file(bytes);
  if (!file.HeaderIntact(file_bytes)) return ATOME_ERROR_CHECKSUM;
  *config = file.Config();
  return ATOME_OK;
}

template <class Engine>
[[gnu::always_inline]] inline auto Reset(Engine* engine) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  engine->Reset();
  return ATOME_OK;
}

template <class Engine, class Logit>
[[gnu::always_inline]] inline auto Step(Engine* engine, uint32_t token, Logit* logits) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  return engine->Step(token, logits);
}

template <class Engine>
[[gnu::always_inline]] inline auto SetTap(Engine* engine, atome_tap tap, void* context) {
  if (engine == nullptr) return ATOME_ERROR_ARGUMENT;
  engine->SetTap(tap, context);
  return ATOME_OK;
}

}  // namespace call
}  // namespace atome

#endif  // ATOME_ENGINE_API_CALLS_H_
