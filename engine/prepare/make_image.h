// Prepared images of model files (engine/image/image.md), for programs on hosts.
#ifndef ATOME_ENGINE_PREPARE_MAKE_IMAGE_H_
#define ATOME_ENGINE_PREPARE_MAKE_IMAGE_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/atome.h"
#include "engine/image/header.h"

namespace atome::prepare {

struct ImageOrder {
  atome_config config;
  ImageVariant variant;
  ImageLayout layout;
  std::array<uint8_t, 32> source_sha256;  // of the file
};

// Checks a whole file, derives the constants of the variant as its engine does, and writes the image of both.
// `*where`, which may be null, is set as by atome_open. Errors: those of atome_open for a file.
atome_status MakeImage(const ImageOrder& order, std::span<const uint8_t> file, std::vector<uint8_t>* image,
                       atome_location* where);

}  // namespace atome::prepare

#endif  // ATOME_ENGINE_PREPARE_MAKE_IMAGE_H_
