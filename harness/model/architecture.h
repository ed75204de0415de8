// The kinds of model there are, and the dimensions of one: all that the harness asks of a model but its
// bytes.
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
#include "harness/run/execution.h"
#include "harness/base/result.h"

namespace atome::harness {

enum class Architecture {
  kTernary,  // three pathways, files ATOME01 to ATOME03, engine/atome.h
  kPlain,    // plain transformer, file PLAIN01, engine/atome_plain.h
};

// Of a file's first bytes; ternary when they say nothing.
Architecture ArchitectureOf(std::string_view file);

struct ArchitectureTraits;

// The dimensions of a model of either kind; those of the other kind are 0.
struct ModelConfig {
  ModelConfig() = default;
  ModelConfig(const atome_config& ternary);      // NOLINT(google-explicit-constructor): that is what it is
  ModelConfig(const atome_plain_config& plain);  // NOLINT(google-explicit-constructor)

  const ArchitectureTraits& Traits() const;
  // For the engine of its kind.
  atome_config Ternary() const;
  atome_plain_config Plain() const;
  // Weights and elements of vectors; scales do not count.
  uint64_t Parameters() const;
  // As the firmware's model image has them.
  std::array<uint16_t, 7> Dimensions() const;

  Architecture architecture = Architecture::kTernary;
  uint16_t vocab_size = 0, d_model = 0, n_layers = 0, max_seq = 0;
  uint16_t d_head = 0, kernel_size = 0, top_k = 0;  // ternary
  uint16_t n_heads = 0, d_ff = 0, weights = 0;      // plain
};

// What differs from kind to kind.
struct ArchitectureTraits {
  struct Dimension {
    std::string_view name;
    uint16_t ModelConfig::*member;
    uint32_t most;        // as in the engine's header
    bool written = true;  // in a configuration's text
  };
  std::string_view title;
  std::array<Dimension, 7> dimensions;  // in the order of the engine's configuration and the model image
  std::string_view example;             // of a configuration's text
  std::vector<Variant> variants;        // that run it, the default first
  std::vector<std::string_view> ops;    // of a token, in order of computation; a profile tells them apart
  bool positions_end;                   // whether max_seq is where a sequence ends
};
const ArchitectureTraits& TraitsOf(Architecture architecture);

// A configuration as on the command line:
// "vocab_size=256,d_model=64,n_layers=4,d_head=16,kernel_size=5,top_k=4" and, optionally, "max_seq=64"; in
// any order, each key once. `max_seq` is 0 in the result when it is not given, and so is what text never has.
Result<ModelConfig> ParseConfig(std::string_view text, Architecture architecture = Architecture::kTernary);
std::string ConfigToString(const ModelConfig& config);

// The variants of these names, in order; the model's default when there are none. The error names an unknown
// one, or one that does not run such a model; `path` is the model's.
Result<std::vector<Variant>> VariantsFor(Architecture architecture, std::string_view path,
                                         const std::vector<std::string>& names);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_ARCHITECTURE_H_
