#include "harness/model.h"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/text.h"

namespace atome::harness {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 30;

struct Dimension {
  std::string_view name;
  uint16_t atome_config::*member;
  uint32_t most;  // as in engine/atome.h
};
constexpr std::array<Dimension, 7> kDimensions{{{"vocab_size", &atome_config::vocab_size, 65535},
                                                {"d_model", &atome_config::d_model, 2048},
                                                {"n_layers", &atome_config::n_layers, 64},
                                                {"d_head", &atome_config::d_head, 256},
                                                {"kernel_size", &atome_config::kernel_size, 64},
                                                {"top_k", &atome_config::top_k, 64},
                                                {"max_seq", &atome_config::max_seq, 65535}}};
constexpr std::string_view kExample =
    "as in vocab_size=256,d_model=64,n_layers=4,d_head=16,kernel_size=5,top_k=4,max_seq=64";

Error ConfigError(std::string_view text, std::string_view what) {
  return Bad(StrCat("configuration \"", text, "\": ", what, "; write it ", kExample));
}

// The "config" string of a config.json, or an error that names the file.
Result<std::string> SidecarConfig(const std::string& model_path) {
  const std::filesystem::path sidecar = std::filesystem::path(model_path).parent_path() / "config.json";
  Result<std::string> text = ReadFile(sidecar.string());
  if (!text.ok()) {
    return Bad(StrCat(model_path, ": its format does not carry its dimensions and there is no ",
                      sidecar.string(), "; give --config, ", kExample));
  }
  const nlohmann::json json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("config") || !json["config"].is_string()) {
    return Bad(
        StrCat(sidecar.string(), ": not a JSON object with a string \"config\"; mend it or give --config"));
  }
  return json["config"].get<std::string>();
}

}  // namespace

std::string Model::Name() const { return std::filesystem::path(path).filename().string(); }

Result<std::string> ReadFile(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (file == nullptr) return Missing(StrCat(path, ": cannot open: ", std::strerror(errno)));
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  for (size_t count; (count = std::fread(buffer.data(), 1, buffer.size(), file.get())) > 0;) {
    bytes.append(buffer.data(), count);
    if (bytes.size() > kMaxFileBytes) {
      return Bad(StrCat(path, ": is over ", kMaxFileBytes, " bytes, more than any file this command reads"));
    }
  }
  if (std::ferror(file.get()))
    return Bad(StrCat(path, ": cannot read: ", errno == EISDIR ? "it is a folder" : std::strerror(errno)));
  return bytes;
}

std::string Hex(std::string_view bytes) {
  std::string out;
  for (char byte : bytes) fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(byte));
  return out;
}

std::string Sha256Hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return Hex({reinterpret_cast<const char*>(digest.data()), size});
}

Result<atome_config> ParseConfig(std::string_view text) {
  atome_config config{};
  std::array<bool, kDimensions.size()> given{};
  for (std::string_view item : Split(text, ',')) {
    const std::string_view key = item.substr(0, item.find('='));
    const std::string_view digits = key.size() < item.size() ? item.substr(key.size() + 1) : "";
    size_t which = 0;
    while (which < kDimensions.size() && kDimensions[which].name != key) ++which;
    if (which == kDimensions.size()) return ConfigError(text, StrCat("unknown key \"", key, "\""));
    if (given[which]) return ConfigError(text, StrCat(key, " is given twice"));
    const std::optional<uint32_t> value = Number(digits);
    if (!value || *value < 1 || *value > kDimensions[which].most) {
      return ConfigError(
          text, StrCat(key, " is \"", digits, "\", not a number from 1 to ", kDimensions[which].most));
    }
    config.*kDimensions[which].member = static_cast<uint16_t>(*value);
    given[which] = true;
  }
  for (size_t i = 0; i + 1 < kDimensions.size(); ++i) {  // all but max_seq
    if (!given[i]) return ConfigError(text, StrCat(kDimensions[i].name, " is missing"));
  }
  return config;
}

std::string ConfigToString(const atome_config& config) {
  std::string text;
  for (const Dimension& dimension : kDimensions) {
    StrAppend(&text, text.empty() ? "" : ",", dimension.name, "=", config.*dimension.member);
  }
  return text;
}

Result<Model> LoadModel(const std::string& path, const std::optional<std::string>& config,
                        uint32_t least_max_seq) {
  Model model;
  model.path = path;
  Result<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) return bytes.error();
  model.bytes = *std::move(bytes);
  model.sha256 = Sha256Hex(model.bytes);

  const atome_status described = atome_file_config(model.bytes.data(), model.bytes.size(), &model.config);
  if (config.has_value() || described == ATOME_ERROR_MAGIC) {
    Result<std::string> text = config.has_value() ? Result<std::string>(*config) : SidecarConfig(path);
    if (!text.ok()) return text.error();
    Result<atome_config> parsed = ParseConfig(*text);
    if (!parsed.ok()) return Bad(StrCat(path, ": ", parsed.error().message));
    model.config = *parsed;
  } else if (described != ATOME_OK) {
    return Bad(DescribeOpenError(model, ATOME_ERROR_CHECKSUM, {0, 0, ATOME_TENSOR_HEADER}));
  }
  if (model.config.max_seq == 0) {
    model.config.max_seq = static_cast<uint16_t>(std::clamp<uint32_t>(least_max_seq, 64, 65535));
  }
  return model;
}

std::string DescribeOpenError(const Model& model, atome_status status, const atome_location& where) {
  const bool columns = model.bytes.starts_with("ATOME03");  // which tells apart sections, not tensors
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
    remedy = "fetch or export the model again, it was cut or something was added";
  } else if (status == ATOME_ERROR_CHECKSUM) {
    remedy = "fetch or export the model again";
  } else if (status == ATOME_ERROR_CONFIG && where.tensor == ATOME_TENSOR_HEADER) {
    atome_config own{};
    atome_file_config(model.bytes.data(), model.bytes.size(), &own);
    return StrCat(model.path, ": the file is of ", ConfigToString(own), ", not of ",
                  ConfigToString(model.config), "; give no --config, or only another max_seq");
  } else if (status == ATOME_ERROR_MAGIC) {
    place = StrCat(" at offset 0");
    remedy = "give an ATOME01, ATOME02 or ATOME03 file";
  }
  return StrCat(model.path, ": ", atome_status_text(status), place, "; ", remedy);
}

}  // namespace atome::harness
