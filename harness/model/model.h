// A model file: its bytes, hash and dimensions.
#ifndef ATOME_HARNESS_MODEL_MODEL_H_
#define ATOME_HARNESS_MODEL_MODEL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/atome.h"
#include "harness/base/result.h"
#include "harness/model/architecture.h"

namespace atome::harness {

// ATOME01 and ATOME02 files do not say their dimensions, so these come from outside; other formats do.
struct Model {
  std::string path;
  std::string bytes;
  std::string sha256;  // lower-case hexadecimal
  ModelConfig config;

  // The last component of the path.
  std::string Name() const;
};

// Reads `path` and finds its dimensions: `config` when given, else the file's own, else the "config" of a
// config.json in the same folder. When max_seq is not given, it is `least_max_seq`, or 64 if that is more. Of
// the file's content only magic and header are checked.
Result<Model> LoadModel(const std::string& path, const std::optional<std::string>& config,
                        uint32_t least_max_seq);

// A message for a status of atome_open: file, offset, tensor, layer, remedy.
std::string DescribeOpenError(const Model& model, atome_status status, const atome_location& where);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_MODEL_H_
