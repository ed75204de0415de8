// The check of a whole untrusted model file, whatever its format.
#ifndef ATOME_ENGINE_FILES_CHECK_FILE_H_
#define ATOME_ENGINE_FILES_CHECK_FILE_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "engine/atome.h"
#include "engine/config.h"
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
  return file_bytes >= sizeof(ImageHeader) && SameBytes(file, ImageStart().magic, sizeof ImageStart::magic);
}

// How the image of a shape whose format is its layout begins.
template <class Shape>
constexpr ImageStart WantedStart(const Shape& shape, const ImageNeeds& needs) {
  ImageStart wanted;
  wanted.variant = needs.variant;
  wanted.layout = static_cast<ImageLayout>(shape.format());
  wanted.config = shape.dimensions();
  wanted.bytes = uint32_t{sizeof(ImageHeader)} + needs.constants_bytes +
                 ImageCodes<Shape>(shape).TotalBytes() + ImageStart::kCrcBytes;
  return wanted;
}

// The check of a prepared image: that it was made for this engine, and that nobody changed it since. What the
// maker derived is not looked at again.
[[gnu::always_inline]] inline atome_status CheckImage(const ImageStart& wanted, const uint8_t* file,
                                                      size_t file_bytes) {
  if (file_bytes != wanted.bytes) return ATOME_ERROR_SIZE;
  if (!SameBytes(file, &wanted, sizeof wanted)) return ATOME_ERROR_CONFIG;
  if constexpr (!kImagesAreChecked) return ATOME_OK;
  const uint32_t checked = wanted.bytes - ImageStart::kCrcBytes;
  return Crc32(file, checked) == LoadWord(file + checked) ? ATOME_OK : ATOME_ERROR_CHECKSUM;
}

// The check of a file or of an image, whichever it is, for an engine that says what it needs. An image must
// lie at a multiple of ATOME_ALIGNMENT, which firmware that has its image compiled in sees to.
template <class Engine, class Shape>
atome_status CheckModel(Shape& shape, const uint8_t* file, size_t file_bytes, atome_location* where) {
  if constexpr (IsImageOnly<Shape>) {
    static constexpr ImageStart kWanted = WantedStart(Shape(), Engine::Needs(Shape()));
    return CheckImage(kWanted, file, file_bytes);
  } else if constexpr (!FixedFormat<Shape>) {
    if (HasImageMagic(file, file_bytes)) {
      const Format format = static_cast<Format>(file[offsetof(ImageStart, layout)]);
      const ImageNeeds needs = Engine::Needs(shape);
      if (!IsImage(format) || (IsTiles(format) && !needs.tiles)) return ATOME_ERROR_MAGIC;
      if (reinterpret_cast<uintptr_t>(file) % ATOME_ALIGNMENT != 0) return ATOME_ERROR_MEMORY;
      shape.Set(format);
      ImageStart wanted = WantedStart(shape, needs);
      constexpr uint32_t kMaxSeq = offsetof(ImageStart, config) + offsetof(atome_config, max_seq);
      memcpy(&wanted.config.max_seq, file + kMaxSeq, sizeof wanted.config.max_seq);  // the caller chooses it
      return CheckImage(wanted, file, file_bytes);
    }
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
