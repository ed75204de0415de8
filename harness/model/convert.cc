#include "harness/model/convert.h"

#include <span>

#include "engine/host/tensor_reader.h"
#include "harness/base/file.h"
#include "harness/base/text.h"

namespace atome::harness {

uint64_t Conversion::Parameters() const { return model.config.Parameters(); }

Result<Conversion> Convert(const Model& source, FileFormat format, bool half_vectors) {
  if (source.config.architecture != Architecture::kTernary)
    return Bad(
        StrCat(source.path,
               ": PLAIN01 has no other format to convert to; give an ATOME01, ATOME02 or ATOME03 file"));
  const std::span<const uint8_t> file(reinterpret_cast<const uint8_t*>(source.bytes.data()),
                                      source.bytes.size());
  atome_location where{};
  const atome_status status = host::CheckFile(source.config.Ternary(), file, &where);
  // A file with only a constant of variant f32 out of range is still valid: another variant may run it.
  if (status != ATOME_OK && status != ATOME_ERROR_RANGE) return Bad(DescribeOpenError(source, status, where));
  Result<std::string> image = WriteModel(source, format, half_vectors);
  if (!image.ok()) return image.error();
  Conversion conversion{
      .before = *FormatOf(source.bytes),
      .after = format,
      .model = {.path = "", .bytes = *std::move(image), .sha256 = "", .config = source.config},
      .sections_before = SectionsOf(source),
      .sections_after = {}};
  conversion.model.sha256 = Sha256Hex(conversion.model.bytes);
  conversion.sections_after = SectionsOf(conversion.model);
  return conversion;
}

}  // namespace atome::harness
