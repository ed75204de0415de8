// The check of a whole untrusted model file, whatever its format.
#ifndef ATOME_ENGINE_FILES_CHECK_FILE_H_
#define ATOME_ENGINE_FILES_CHECK_FILE_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "engine/atome.h"
#include "engine/files/columns_file.h"
#include "engine/files/model_file.h"
#include "engine/image/codes.h"
#include "engine/image/header.h"

namespace atome {

// Settles the shape's format by the file's magic, then checks all of it. On failure `*where`, which may be
// null, says where. MAGIC also for a format other than the one compiled in.
template <class Shape>
atome_status CheckFile(Shape& shape, const uint8_t* file, size_t file_bytes, atome_location* where) {
  if constexpr (FixedFormat<Shape>) {
    if (!IsFormat(file, file_bytes, Shape::format())) return ATOME_ERROR_MAGIC;
  } else {
    Format format;
    if (!ReadMagic(file, file_bytes, &format) || !shape.Set(format)) return ATOME_ERROR_MAGIC;
  }
  if (shape.format() == Format::kColumns) return ColumnsChecker(shape, file, file_bytes).Check(where);
  const uint64_t expected_bytes = FileLayout(shape).FileBytes();
  if (file_bytes != expected_bytes) {
    if (where != nullptr) where->offset = static_cast<uint32_t>(expected_bytes);
    return ATOME_ERROR_SIZE;
  }
  return FileChecker(file, shape.format()).Check(shape, where);
}

// What an engine wants of a prepared image.
struct ImageNeeds {
  ImageVariant variant;
  uint32_t constants_bytes;
  bool tiles;  // whether it multiplies with matrices in tiles
};

inline bool HasImageMagic(const uint8_t* file, size_t file_bytes) {
  return file_bytes >= sizeof(ImageHeader) && SameBytes(file, ImageHeader().magic, sizeof ImageHeader::magic);
}

// The check of a prepared image for a shape whose format is its layout: that nobody changed it since it was
// made, and that it was made for this engine. What the maker derived is not looked at again.
template <class Shape>
atome_status CheckImage(const Shape& shape, const ImageNeeds& needs, const uint8_t* file, size_t file_bytes) {
  ImageHeader wanted;
  wanted.variant = needs.variant;
  wanted.layout = static_cast<ImageLayout>(shape.format());
  wanted.config = shape.dimensions();
  wanted.bytes = uint32_t{sizeof wanted} + needs.constants_bytes + ImageCodes<Shape>(shape).TotalBytes() +
                 ImageHeader::kCrcBytes;
  if (file_bytes != wanted.bytes) return ATOME_ERROR_SIZE;
  constexpr uint32_t kFromMaxSeq = offsetof(ImageHeader, config) + offsetof(atome_config, max_seq);
  if constexpr (!FixedFormat<Shape>) {  // which the caller chooses
    memcpy(&wanted.config.max_seq, file + kFromMaxSeq, sizeof wanted.config.max_seq);
  }
  if (!SameBytes(file, &wanted, offsetof(ImageHeader, source_sha256))) return ATOME_ERROR_CONFIG;
  const uint32_t checked = wanted.bytes - ImageHeader::kCrcBytes;
  return Crc32(file, checked) == LoadWord(file + checked) ? ATOME_OK : ATOME_ERROR_CHECKSUM;
}

// The check of a file or of an image, whichever it is. An image must lie at a multiple of ATOME_ALIGNMENT.
template <class Shape>
atome_status CheckModel(Shape& shape, const ImageNeeds& needs, const uint8_t* file, size_t file_bytes,
                        atome_location* where) {
  if constexpr (FixedFormat<Shape>) {
    if constexpr (IsImage(Shape::format())) return CheckImage(shape, needs, file, file_bytes);
  } else if (HasImageMagic(file, file_bytes)) {
    const Format format = static_cast<Format>(file[offsetof(ImageHeader, layout)]);
    if (!IsImage(format) || (IsTiles(format) && !needs.tiles)) return ATOME_ERROR_MAGIC;
    if (reinterpret_cast<uintptr_t>(file) % ATOME_ALIGNMENT != 0) return ATOME_ERROR_MEMORY;
    shape.Set(format);
    return CheckImage(shape, needs, file, file_bytes);
  }
  return CheckFile(shape, file, file_bytes, where);
}

// RANGE, with where the tensor at fault stands.
inline atome_status OutOfRange(uint32_t offset, uint32_t layer, atome_tensor tensor, atome_location* where) {
  if (where != nullptr) {
    *where = {offset, static_cast<uint16_t>(layer), static_cast<uint16_t>(tensor)};
  }
  return ATOME_ERROR_RANGE;
}

}  // namespace atome

#endif  // ATOME_ENGINE_FILES_CHECK_FILE_H_
