// The C API of each variant as a table of functions of one form, so that what runs any of them is written
// once. The tables are constants: a call through one is direct.
#ifndef ATOME_ENGINE_VARIANTS_H_
#define ATOME_ENGINE_VARIANTS_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/atome.h"
#include "engine/atome_plain.h"
#include "engine/atome_q15.h"

namespace atome {

// Errors are those of the C API's functions.
template <class ConfigType, class EngineType, class LogitType>
struct VariantTable {
  using Config = ConfigType;
  using Engine = EngineType;
  using Logit = LogitType;

  const char* name;
  atome_status (*state_bytes)(const Config* config, size_t* bytes);
  atome_status (*open)(const Config* config, const void* file, size_t file_bytes, void* memory,
                       size_t memory_bytes, Engine** engine, atome_location* where);
  atome_status (*reset)(Engine* engine);
  atome_status (*step)(Engine* engine, uint32_t token, Logit* logits);
  uint32_t (*argmax)(const Engine* engine, const Logit* logits, uint32_t count);
  uint32_t (*logit_bits)(const Engine* engine, Logit logit);  // of the binary32 that a logit stands for
  uint32_t (*position)(const Engine* engine);
  atome_status (*set_tap)(Engine* engine, atome_tap tap, void* context);  // with taps only
};

template <int kCacheBits>
inline constexpr VariantTable<atome_config, atome_engine, int32_t> kF32Of{
    kCacheBits == 16 ? "f32kv16" : "f32",
    [](const atome_config* config, size_t* bytes) {
      return atome_cached_state_bytes(config, kCacheBits, bytes);
    },
    [](const atome_config* config, const void* file, size_t file_bytes, void* memory, size_t memory_bytes,
       atome_engine** engine, atome_location* where) {
      return atome_cached_open(config, kCacheBits, file, file_bytes, memory, memory_bytes, engine, where);
    },
    atome_reset,
    atome_step_sums,
    atome_argmax_sums,
    atome_logit_bits,
    atome_position,
    atome_set_tap};

template <int kCacheBits>
inline constexpr VariantTable<atome_config, atome_q15_engine, int32_t> kQ15Of{
    kCacheBits == 8 ? "q15kv8" : "q15",
    [](const atome_config* config, size_t* bytes) {
      return atome_q15_state_bytes(config, kCacheBits, bytes);
    },
    [](const atome_config* config, const void* file, size_t file_bytes, void* memory, size_t memory_bytes,
       atome_q15_engine** engine, atome_location* where) {
      return atome_q15_open(config, kCacheBits, file, file_bytes, memory, memory_bytes, engine, where);
    },
    atome_q15_reset,
    atome_q15_step,
    [](const atome_q15_engine*, const int32_t* logits, uint32_t count) {
      return atome_q15_argmax(logits, count);
    },
    atome_q15_logit_bits,
    atome_q15_position,
    atome_q15_set_tap};

namespace variant {

inline constexpr auto kF32 = kF32Of<32>;
inline constexpr auto kF32Kv16 = kF32Of<16>;
inline constexpr auto kQ15 = kQ15Of<16>;
inline constexpr auto kQ15Kv8 = kQ15Of<8>;
inline constexpr VariantTable<atome_plain_config, atome_plain_engine, float> kPlain{
    "plain",
    atome_plain_state_bytes,
    atome_plain_open,
    atome_plain_reset,
    atome_plain_step,
    [](const atome_plain_engine*, const float* logits, uint32_t count) {
      return atome_plain_argmax(logits, count);
    },
    [](const atome_plain_engine*, float logit) { return __builtin_bit_cast(uint32_t, logit); },
    atome_plain_position,
    atome_plain_set_tap};

}  // namespace variant
}  // namespace atome

#endif  // ATOME_ENGINE_VARIANTS_H_
