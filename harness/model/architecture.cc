#include "harness/model/architecture.h"

#include <algorithm>
#include <optional>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

const ArchitectureTraits& Ternary() {
  static const auto& traits = *new ArchitectureTraits{
      .title = "three-pathway ternary model",
      .dimensions = {{{"vocab_size", &ModelConfig::vocab_size, 65535},
                      {"d_model", &ModelConfig::d_model, 2048},
                      {"n_layers", &ModelConfig::n_layers, 64},
                      {"d_head", &ModelConfig::d_head, 256},
                      {"kernel_size", &ModelConfig::kernel_size, 64},
                      {"top_k", &ModelConfig::top_k, 64},
                      {"max_seq", &ModelConfig::max_seq, 65535}}},
      .example = "vocab_size=256,d_model=64,n_layers=4,d_head=16,kernel_size=5,top_k=4,max_seq=64",
      .variants = {Variant::kF32, Variant::kF32Kv16, Variant::kQ15, Variant::kQ15Kv8},
      .ops = {"embed", "norm", "router", "local", "state", "sparse", "mix", "unembed"},
      .positions_end = false};
  return traits;
}

const ArchitectureTraits& Plain() {
  static const auto& traits =
      *new ArchitectureTraits{.title = "plain transformer",
                              .dimensions = {{{"vocab_size", &ModelConfig::vocab_size, 65535},
                                              {"d_model", &ModelConfig::d_model, 2048},
                                              {"n_layers", &ModelConfig::n_layers, 64},
                                              {"n_heads", &ModelConfig::n_heads, 64},
                                              {"d_ff", &ModelConfig::d_ff, 8192},
                                              {"max_seq", &ModelConfig::max_seq, 65535},
                                              {"weights", &ModelConfig::weights, 1, false}}},
                              .example = "vocab_size=256,d_model=44,n_layers=3,n_heads=4,d_ff=44,max_seq=64",
                              .variants = {Variant::kPlain},
                              .ops = {"embed", "norm", "attention", "feed", "unembed"},
                              .positions_end = true};
  return traits;
}

Error ConfigError(std::string_view text, const ArchitectureTraits& traits, std::string_view what) {
  return Bad(StrCat("configuration \"", text, "\": ", what, "; write it as in ", traits.example));
}

}  // namespace

const ArchitectureTraits& TraitsOf(Architecture architecture) {
  return architecture == Architecture::kPlain ? Plain() : Ternary();
}

Architecture ArchitectureOf(std::string_view file) {
  return file.starts_with(std::string_view("PLAIN01\0", 8)) ? Architecture::kPlain : Architecture::kTernary;
}

ModelConfig::ModelConfig(const atome_config& c)
    : architecture(Architecture::kTernary),
      vocab_size(c.vocab_size),
      d_model(c.d_model),
      n_layers(c.n_layers),
      max_seq(c.max_seq),
      d_head(c.d_head),
      kernel_size(c.kernel_size),
      top_k(c.top_k) {}

ModelConfig::ModelConfig(const atome_plain_config& c)
    : architecture(Architecture::kPlain),
      vocab_size(c.vocab_size),
      d_model(c.d_model),
      n_layers(c.n_layers),
      max_seq(c.max_seq),
      n_heads(c.n_heads),
      d_ff(c.d_ff),
      weights(c.weights) {}

const ArchitectureTraits& ModelConfig::Traits() const { return TraitsOf(architecture); }

atome_config ModelConfig::Ternary() const {
  return {vocab_size, d_model, n_layers, d_head, kernel_size, top_k, max_seq};
}

atome_plain_config ModelConfig::Plain() const {
  return {vocab_size, d_model, n_layers, n_heads, d_ff, max_seq, weights};
}

uint64_t ModelConfig::Parameters() const {
  const uint64_t V = vocab_size, d = d_model, L = n_layers;
  if (architecture == Architecture::kPlain)
    return 2 * V * d + uint64_t{max_seq} * d + L * (4 * d * d + 2 * d * d_ff + 4 * d) + 2 * d;
  return 2 * V * d + L * (d * kernel_size + (2 * uint64_t{d_head} + d + 3) * d + 5 * d) + 2 * d;
}

std::array<uint16_t, 7> ModelConfig::Dimensions() const {
  std::array<uint16_t, 7> all{};
  const auto& dimensions = Traits().dimensions;
  for (size_t i = 0; i < all.size(); ++i) all[i] = this->*dimensions[i].member;
  return all;
}

Result<ModelConfig> ParseConfig(std::string_view text, Architecture architecture) {
  const ArchitectureTraits& traits = TraitsOf(architecture);
  ModelConfig config;
  config.architecture = architecture;
  std::array<bool, 7> given{};
  for (std::string_view item : Split(text, ',')) {
    const std::string_view key = item.substr(0, item.find('='));
    const std::string_view digits = key.size() < item.size() ? item.substr(key.size() + 1) : "";
    size_t which = 0;
    while (which < given.size() &&
           (traits.dimensions[which].name != key || !traits.dimensions[which].written)) {
      ++which;
    }
    if (which == given.size()) return ConfigError(text, traits, StrCat("unknown key \"", key, "\""));
    if (given[which]) return ConfigError(text, traits, StrCat(key, " is given twice"));
    const uint32_t most = traits.dimensions[which].most;
    const std::optional<uint32_t> value = Number(digits);
    if (!value || *value < 1 || *value > most) {
      return ConfigError(text, traits, StrCat(key, " is \"", digits, "\", not a number from 1 to ", most));
    }
    config.*traits.dimensions[which].member = static_cast<uint16_t>(*value);
    given[which] = true;
  }
  for (size_t i = 0; i < given.size(); ++i) {
    const ArchitectureTraits::Dimension& dimension = traits.dimensions[i];
    if (!given[i] && dimension.written && dimension.name != "max_seq")
      return ConfigError(text, traits, StrCat(dimension.name, " is missing"));
  }
  return config;
}

std::string ConfigToString(const ModelConfig& config) {
  std::string text;
  for (const ArchitectureTraits::Dimension& dimension : config.Traits().dimensions) {
    if (!dimension.written) continue;
    StrAppend(&text, text.empty() ? "" : ",", dimension.name, "=", config.*dimension.member);
  }
  return text;
}

Result<std::vector<Variant>> VariantsFor(Architecture architecture, std::string_view path,
                                         const std::vector<std::string>& names) {
  const ArchitectureTraits& traits = TraitsOf(architecture);
  if (names.empty()) return std::vector<Variant>{traits.variants.front()};
  Result<std::vector<Variant>> variants = ParseVariants(names);
  if (!variants.ok()) return variants.error();
  for (const Variant variant : *variants) {
    if (std::ranges::find(traits.variants, variant) != traits.variants.end()) continue;
    std::vector<std::string_view> known;
    for (const Variant each : traits.variants) known.push_back(VariantName(each));
    return Bad(fmt::format("{}: variant {} does not run a {}; give --variant {}, or none", path,
                           VariantName(variant), traits.title, Join(known, ", ")));
  }
  return variants;
}

}  // namespace atome::harness
