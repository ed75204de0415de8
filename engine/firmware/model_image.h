// The model as the firmware finds it in flash; protocol.md, "The model image".
#ifndef ATOME_ENGINE_FIRMWARE_MODEL_IMAGE_H_
#define ATOME_ENGINE_FIRMWARE_MODEL_IMAGE_H_

#include <stdint.h>

namespace atome {

struct ModelImage {
  static constexpr uint32_t kMagic = 0x494D5441;  // "ATMI"
  static constexpr uint32_t kVersion = 1;

  uint32_t magic;
  uint32_t version;
  uint32_t dimensions[7];  // V, d, L, h, K, k, S; of a plain transformer V, d, L, H, ff, S, weights
  uint32_t file_bytes;     // of the model file, which follows

  const uint8_t* file() const { return reinterpret_cast<const uint8_t*>(this + 1); }
  bool Valid() const { return magic == kMagic && version == kVersion; }
  // The dimensions as the configuration that an engine takes: seven uint16_t, in this order.
  template <class Config>
  Config As() const {
    struct {
      uint16_t at[7];
    } numbers;
    for (int i = 0; i < 7; ++i) numbers.at[i] = static_cast<uint16_t>(dimensions[i]);
    return __builtin_bit_cast(Config, numbers);
  }
};

}  // namespace atome

#endif  // ATOME_ENGINE_FIRMWARE_MODEL_IMAGE_H_
