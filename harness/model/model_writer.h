// Model files written in any of the three formats, byte for byte as golden/ternary_file.py and
// golden/atome03.py write them.
#ifndef ATOME_HARNESS_MODEL_MODEL_WRITER_H_
#define ATOME_HARNESS_MODEL_MODEL_WRITER_H_

#include <optional>
#include <string>
#include <string_view>

#include "harness/model/model.h"
#include "harness/base/result.h"

namespace atome::harness {

enum class FileFormat { kAtome01 = 1, kAtome02 = 2, kAtome03 = 3 };
inline constexpr FileFormat kFileFormats[] = {FileFormat::kAtome01, FileFormat::kAtome02,
                                              FileFormat::kAtome03};

// "ATOME01".
std::string FormatName(FileFormat format);
// Of a file that starts with its magic.
std::optional<FileFormat> FormatOf(std::string_view bytes);
// By the ending of its name: ".atome01".
std::optional<FileFormat> FormatOfName(std::string_view path);

// The file image with the weights of `model`, which atome_open must take, to the bit. `half_vectors` first
// rounds vectors to FP16: another model, whose vectors take 2 bytes a value in ATOME03. Bad when one has no
// finite FP16.
Result<std::string> WriteModel(const Model& model, FileFormat format, bool half_vectors);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_MODEL_WRITER_H_
