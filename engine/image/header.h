// The beginning of a prepared image; image.md.
#ifndef ATOME_ENGINE_IMAGE_HEADER_H_
#define ATOME_ENGINE_IMAGE_HEADER_H_

#include <stdint.h>

#include "engine/atome.h"

namespace atome {

// Whose constants an image holds.
enum class ImageVariant : uint8_t { kF32 = 1, kF32Kv16 = 2, kQ15 = 3, kQ15Kv8 = 4 };

// How the codes of its matrices stand; as the formats of engine/shape.h.
enum class ImageLayout : uint8_t { kColumns = 4, kTiles = 5 };

// All that an engine compares.
struct ImageStart {
  static constexpr uint16_t kVersion = 1;   // of what follows the header
  static constexpr uint32_t kCrcBytes = 4;  // the last of an image

  char magic[8] = {'A', 'T', 'O', 'M', 'E', 'I', 'M', 'G'};
  uint16_t version = kVersion;
  ImageVariant variant{};
  ImageLayout layout{};
  atome_config config{};
  uint16_t zero = 0;
  uint32_t bytes = 0;  // of the whole image
};
static_assert(sizeof(ImageStart) == 32);

struct ImageHeader {
  ImageStart start;
  uint8_t source_sha256[32] = {};  // of the model file that it was made of
};
static_assert(sizeof(ImageHeader) == 64);

}  // namespace atome

#endif  // ATOME_ENGINE_IMAGE_HEADER_H_
