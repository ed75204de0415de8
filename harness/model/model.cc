#include "harness/model/model.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/model/prepared_image.h"

namespace atome::harness {
namespace {

// The "config" string of a config.json; the error names the file.
Result<std::string> SidecarConfig(const std::string& model_path) {
  const std::filesystem::path sidecar = std::filesystem::path(model_path).parent_path() / "config.json";
  Result<std::string> text = ReadFile(sidecar.string());
  if (!text.ok()) {
    return Bad(StrCat(model_path, ": the format does not say the dimensions, and there is no file ",
                      sidecar.string(), "; give --config, as in ", TraitsOf(Architecture::kTernary).example));
  }
  const nlohmann::json json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("config") || !json["config"].is_string()) {
    return Bad(StrCat(sidecar.string(),
                      ": not a JSON object with a string \"config\"; correct it or give --config"));
  }
  return json["config"].get<std::string>();
}

// Sets `*config` to the dimensions that the file itself says. Returns ATOME_ERROR_MAGIC when the format does
// not say them, and another error when the header is damaged.
atome_status OwnConfig(const std::string& bytes, ModelConfig* config) {
  atome_plain_config plain{};
  atome_config ternary{};
  const bool is_plain = ArchitectureOf(bytes) == Architecture::kPlain;
  const atome_status status = is_plain ? atome_plain_file_config(bytes.data(), bytes.size(), &plain)
                                       : atome_file_config(bytes.data(), bytes.size(), &ternary);
  if (status == ATOME_OK) *config = is_plain ? ModelConfig(plain) : ModelConfig(ternary);
  return status;
}

}  // namespace

std::string Model::Name() const { return std::filesystem::path(path).filename().string(); }

Result<Model> LoadModel(const std::string& path, const std::optional<std::string>& config,
                        uint32_t least_max_seq) {
  Model model;
  model.path = path;
  Result<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) return bytes.error();
  model.bytes = *std::move(bytes);
  if (const std::optional<Error> image = RefuseImage(path, model.bytes)) return *image;
  model.sha256 = Sha256Hex(model.bytes);

  const Architecture architecture = ArchitectureOf(model.bytes);
  const bool plain = architecture == Architecture::kPlain;
  const atome_status described = OwnConfig(model.bytes, &model.config);
  const bool damaged = described != ATOME_OK && described != ATOME_ERROR_MAGIC;
  if (damaged && (plain || !config.has_value()))
    return Bad(DescribeOpenError(model, ATOME_ERROR_CHECKSUM, {0, 0, ATOME_TENSOR_HEADER}));
  if (config.has_value() || described == ATOME_ERROR_MAGIC) {
    Result<std::string> text = config.has_value() ? Result<std::string>(*config) : SidecarConfig(path);
    if (!text.ok()) return text.error();
    Result<ModelConfig> parsed = ParseConfig(*text, architecture);
    if (!parsed.ok()) return Bad(StrCat(path, ": ", parsed.error().message));
    if (plain) {
      parsed->weights = model.config.weights;
      if (parsed->max_seq == 0) parsed->max_seq = model.config.max_seq;
    }
    model.config = *parsed;
  }
  if (model.config.max_seq == 0) {
    model.config.max_seq = static_cast<uint16_t>(std::clamp<uint32_t>(least_max_seq, 64, 65535));
  }
  return model;
}

std::string DescribeOpenError(const Model& model, atome_status status, const atome_location& where) {
  // These formats locate an error by section, not by tensor.
  const bool columns =
      model.bytes.starts_with("ATOME03") || ArchitectureOf(model.bytes) == Architecture::kPlain;
  const bool in_block = (where.tensor >= ATOME_TENSOR_GAMMA && where.tensor <= ATOME_TENSOR_ROUTER) ||
                        where.tensor == ATOME_TENSOR_BLOCK_VECTORS ||
                        where.tensor == ATOME_TENSOR_BLOCK_WEIGHTS;
  std::string_view name = atome_tensor_name(where.tensor);
  if (name.starts_with("block ")) name.remove_prefix(6);
  std::string place;
  if (where.tensor != ATOME_TENSOR_NONE) {
    place = StrCat(" at offset ", where.offset, " (", in_block ? StrCat("block ", where.layer, " ") : "",
                   name, ")");
  }
  std::string remedy = "export the model again";
  if (status == ATOME_ERROR_SIZE && !columns) {
    place = StrCat(": it has ", model.bytes.size(), " bytes, ", where.offset, " are expected for ",
                   ConfigToString(model.config));
    remedy = "check --config, or export the model again if it was cut";
  } else if (status == ATOME_ERROR_SIZE) {
    StrAppend(&place, ": it has ", model.bytes.size(), " bytes");
    remedy = "fetch or export the model again: bytes are missing or were added";
  } else if (status == ATOME_ERROR_CHECKSUM) {
    remedy = "fetch or export the model again";
  } else if (status == ATOME_ERROR_CONFIG && where.tensor == ATOME_TENSOR_HEADER) {
    ModelConfig own;
    OwnConfig(model.bytes, &own);
    return StrCat(model.path, ": the file has ", ConfigToString(own), ", not ", ConfigToString(model.config),
                  "; leave out --config, or change only max_seq",
                  own.Traits().positions_end ? ", to a smaller value" : "");
  } else if (status == ATOME_ERROR_MAGIC) {
    place = StrCat(" at offset 0");
    remedy = "give an ATOME01, ATOME02 or ATOME03 file";
  }
  return StrCat(model.path, ": ", atome_status_text(status), place, "; ", remedy);
}

}  // namespace atome::harness
