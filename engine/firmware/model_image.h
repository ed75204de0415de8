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
  // Sets the configuration that an engine takes: seven uint16_t, in this order.
  template <class Config>
  void Set(Config* config) const {
    static_assert(sizeof *config == 7 * sizeof(uint16_t));
    uint8_t* to = reinterpret_cast<uint8_t*>(config);
    for (const uint32_t dimension : dimensions) {
      *to++ = static_cast<uint8_t>(dimension);
      *to++ = static_cast<uint8_t>(dimension >> 8);
    }
  }
};

}  // namespace atome

#endif  // ATOME_ENGINE_FIRMWARE_MODEL_IMAGE_H_
