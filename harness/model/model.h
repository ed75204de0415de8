// A model file as a user names it: its bytes, its hash, its dimensions.
#ifndef ATOME_HARNESS_MODEL_MODEL_H_
#define ATOME_HARNESS_MODEL_MODEL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/atome.h"
#include "harness/model/architecture.h"
#include "harness/base/result.h"

namespace atome::harness {

// ATOME01 and ATOME02 files do not say their dimensions, so they come from outside; the others do.
struct Model {
  std::string path;
  std::string bytes;
  std::string sha256;  // lower-case hexadecimal
  ModelConfig config;

  // The last component of the path.
  std::string Name() const;
};

// The whole file, at most 1 GiB. Missing when it cannot be opened, bad when it cannot be read; with the path.
Result<std::string> ReadFile(const std::string& path);

std::string Sha256Hex(std::string_view bytes);

// Lower-case hexadecimal, two digits a byte.
std::string Hex(std::string_view bytes);

// Reads `path` and settles its dimensions: `config` when given, else the file's own, else the "config" of a
// config.json in the same folder. A max_seq given nowhere becomes `least_max_seq`, or 64 when that is more.
// Of the file's contents only magic and header are looked at.
Result<Model> LoadModel(const std::string& path, const std::optional<std::string>& config,
                        uint32_t least_max_seq);

// A sentence for a status of atome_open: file, offset, tensor, layer, remedy.
std::string DescribeOpenError(const Model& model, atome_status status, const atome_location& where);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_MODEL_H_
