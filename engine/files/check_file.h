// The check of a whole untrusted model file, whatever its format.
#ifndef ATOME_ENGINE_FILES_CHECK_FILE_H_
#define ATOME_ENGINE_FILES_CHECK_FILE_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/atome.h"
#include "engine/files/columns_file.h"
#include "engine/files/model_file.h"

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

// RANGE, with where the tensor at fault stands.
inline atome_status OutOfRange(uint32_t offset, uint32_t layer, atome_tensor tensor, atome_location* where) {
  if (where != nullptr) {
    *where = {offset, static_cast<uint16_t>(layer), static_cast<uint16_t>(tensor)};
  }
  return ATOME_ERROR_RANGE;
}

}  // namespace atome

#endif  // ATOME_ENGINE_FILES_CHECK_FILE_H_
