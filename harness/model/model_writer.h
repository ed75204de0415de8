// Writes model files in any of the three formats, with the same bytes as golden/ternary_file.py and
// golden/atome03.py.
#ifndef ATOME_HARNESS_MODEL_MODEL_WRITER_H_
#define ATOME_HARNESS_MODEL_MODEL_WRITER_H_

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/model/model.h"

namespace atome::harness {

enum class FileFormat { kAtome01 = 1, kAtome02 = 2, kAtome03 = 3 };
inline constexpr FileFormat kFileFormats[] = {FileFormat::kAtome01, FileFormat::kAtome02,
                                              FileFormat::kAtome03};

// "ATOME01".
std::string FormatName(FileFormat format);
// The format of a file with these bytes, by its magic.
std::optional<FileFormat> FormatOf(std::string_view bytes);
// The format by the ending of the file name: ".atome01".
std::optional<FileFormat> FormatOfName(std::string_view path);

// The bytes of a file with the weights of `model`, the same to the bit; atome_open must take `model`.
// `half_vectors` first rounds the vectors to FP16, which makes a different model whose vectors take 2 bytes a
// value in ATOME03. Bad when a value has no finite FP16.
Result<std::string> WriteModel(const Model& model, FileFormat format, bool half_vectors);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_MODEL_WRITER_H_
