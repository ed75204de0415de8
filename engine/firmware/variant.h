// The engine of the variant that is compiled in, behind one set of names.
#ifndef ATOME_ENGINE_FIRMWARE_VARIANT_H_
#define ATOME_ENGINE_FIRMWARE_VARIANT_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/atome.h"
#include "engine/config.h"

#if ATOME_VARIANT_Q15

#include "engine/atome_q15.h"

namespace atome::variant {

inline constexpr const char* kName = ATOME_CACHE_BITS == 8 ? "q15kv8" : "q15";
inline constexpr size_t kCommandLineBytes =
    kSmall || ATOME_CACHE_BITS == 8 ? 512 : 2048;  // protocol.md gives the sizes

using Config = atome_config;
using Engine = atome_q15_engine;
using Logit = int32_t;

inline atome_status StateBytes(const Config* config, size_t* bytes) {
  return atome_q15_state_bytes(config, ATOME_CACHE_BITS, bytes);
}
inline atome_status Open(const Config* config, const void* file, size_t file_bytes, void* memory,
                         size_t memory_bytes, Engine** engine) {
  return atome_q15_open(config, ATOME_CACHE_BITS, file, file_bytes, memory, memory_bytes, engine, nullptr);
}
inline void Reset(Engine* engine) { atome_q15_reset(engine); }
inline atome_status Step(Engine* engine, uint32_t token, Logit* logits) {
  return atome_q15_step(engine, token, logits);
}
inline uint32_t Argmax(const Logit* logits, uint32_t count) { return atome_q15_argmax(logits, count); }
inline uint32_t Bits(const Engine* engine, Logit logit) { return atome_q15_logit_bits(engine, logit); }
inline void SetTap(Engine* engine, atome_tap tap) { atome_q15_set_tap(engine, tap, nullptr); }

}  // namespace atome::variant

#elif ATOME_VARIANT_PLAIN

#include "engine/atome_plain.h"

namespace atome::variant {

inline constexpr const char* kName = "plain";
inline constexpr size_t kCommandLineBytes = 2048;

using Config = atome_plain_config;
using Engine = atome_plain_engine;
using Logit = float;

inline atome_status StateBytes(const Config* config, size_t* bytes) {
  return atome_plain_state_bytes(config, bytes);
}
inline atome_status Open(const Config* config, const void* file, size_t file_bytes, void* memory,
                         size_t memory_bytes, Engine** engine) {
  return atome_plain_open(config, file, file_bytes, memory, memory_bytes, engine, nullptr);
}
inline void Reset(Engine* engine) { atome_plain_reset(engine); }
inline atome_status Step(Engine* engine, uint32_t token, Logit* logits) {
  return atome_plain_step(engine, token, logits);
}
inline uint32_t Argmax(const Logit* logits, uint32_t count) { return atome_plain_argmax(logits, count); }
inline uint32_t Bits(const Engine*, Logit logit) { return __builtin_bit_cast(uint32_t, logit); }
inline void SetTap(Engine* engine, atome_tap tap) { atome_plain_set_tap(engine, tap, nullptr); }

}  // namespace atome::variant

#else

namespace atome::variant {

inline constexpr const char* kName = "f32";
inline constexpr size_t kCommandLineBytes = kSmall ? 512 : 2048;  // protocol.md gives the sizes

using Config = atome_config;
using Engine = atome_engine;
using Logit = float;

inline atome_status StateBytes(const Config* config, size_t* bytes) {
  return atome_state_bytes(config, bytes);
}
inline atome_status Open(const Config* config, const void* file, size_t file_bytes, void* memory,
                         size_t memory_bytes, Engine** engine) {
  return atome_open(config, file, file_bytes, memory, memory_bytes, engine, nullptr);
}
inline void Reset(Engine* engine) { atome_reset(engine); }
inline atome_status Step(Engine* engine, uint32_t token, Logit* logits) {
  return atome_step(engine, token, logits);
}
inline uint32_t Argmax(const Logit* logits, uint32_t count) { return atome_argmax(logits, count); }
inline uint32_t Bits(const Engine*, Logit logit) { return __builtin_bit_cast(uint32_t, logit); }
inline void SetTap(Engine* engine, atome_tap tap) { atome_set_tap(engine, tap, nullptr); }

}  // namespace atome::variant

#endif

#endif  // ATOME_ENGINE_FIRMWARE_VARIANT_H_
