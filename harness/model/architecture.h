// The architectures of models, and a model's dimensions: everything that the harness knows of a model besides
// its bytes.
#ifndef ATOME_HARNESS_MODEL_ARCHITECTURE_H_
#define ATOME_HARNESS_MODEL_ARCHITECTURE_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/atome.h"
#include "engine/atome_plain.h"
#include "harness/base/result.h"
#include "harness/base/variant.h"

namespace atome::harness {

enum class Architecture {
  kTernary,  // three pathways, files ATOME01 to ATOME03, engine/atome.h
  kPlain,    // plain transformer, file PLAIN01, engine/atome_plain.h
};

// Reads the file's magic; any other magic than PLAIN01 means ternary.
Architecture ArchitectureOf(std::string_view file);

// Of a model whose tokens are bytes of text.
inline constexpr uint32_t kByteVocabulary = 256;

struct ArchitectureTraits;

// The dimensions of a model of either architecture; those of the other architecture are 0.
struct ModelConfig {
  ModelConfig() = default;
  ModelConfig(const atome_config& ternary);      // NOLINT(google-explicit-constructor)
  ModelConfig(const atome_plain_config& plain);  // NOLINT(google-explicit-constructor)

  const ArchitectureTraits& Traits() const;
  // The configuration for the engine of this architecture.
  atome_config Ternary() const;
  atome_plain_config Plain() const;
  // Weights and elements of vectors; scales do not count.
  uint64_t Parameters() const;
  // In the order of the firmware's model image.
  std::array<uint16_t, 7> Dimensions() const;

  Architecture architecture = Architecture::kTernary;
  uint16_t vocab_size = 0, d_model = 0, n_layers = 0, max_seq = 0;
  uint16_t d_head = 0, kernel_size = 0, top_k = 0;  // ternary
  uint16_t n_heads = 0, d_ff = 0, weights = 0;      // plain
};

// What differs between the architectures.
struct ArchitectureTraits {
  struct Dimension {
    std::string_view name;
    uint16_t ModelConfig::*member;
    uint32_t most;        // as in the engine's header
    bool written = true;  // appears in a configuration's text
  };
  std::string_view title;
  std::array<Dimension, 7> dimensions;  // in the order of the engine's configuration and the model image
  std::string_view example;             // an example of a configuration's text
  std::vector<Variant> variants;        // that run it, default first
  std::vector<std::string_view> ops;    // as a profile separates them, in order of computation
  bool positions_end;                   // whether a sequence ends at max_seq
};
const ArchitectureTraits& TraitsOf(Architecture architecture);

// Parses a configuration as the command line has it:
// "vocab_size=256,d_model=64,n_layers=4,d_head=16,kernel_size=5,top_k=4" and, optionally, "max_seq=64"; in
// any order, each key once. In the result `max_seq` is 0 when it is not given; a dimension that never appears
// in text is 0 too.
Result<ModelConfig> ParseConfig(std::string_view text, Architecture architecture = Architecture::kTernary);
std::string ConfigToString(const ModelConfig& config);

// The variants with these names, in order; the model's default for an empty list. The error names a variant
// that is unknown or that does not run such a model; `path` is the model's path.
Result<std::vector<Variant>> VariantsFor(Architecture architecture, std::string_view path,
                                         const std::vector<std::string>& names);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_ARCHITECTURE_H_
