// What an A/B compares: the configuration file of `atome ab`.
#ifndef ATOME_HARNESS_AB_CONFIG_H_
#define ATOME_HARNESS_AB_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/variant.h"
#include "harness/cycles/cycles.h"
#include "harness/parity/acceptance.h"
#include "harness/perplexity/text_plan.h"
#include "harness/run/firmware_store.h"

namespace atome::harness::ab {

// How a missing model is made: arguments of golden.training.train.
struct Training {
  std::optional<std::string> contender;  // a model that the trainer knows; else --config is in `arguments`
  std::optional<std::string> recipe;
  std::vector<std::string>
      arguments;  // besides those and the run's own (text, seed, folder, name, checkpoint)

  bool operator==(const Training&) const = default;
};

struct Contender {
  std::string name;
  std::string kind;   // as the trainer says: "atome_ternary", "plain_fp32", "plain_int8"
  std::string model;  // path with {seed}, or of one file that is the same for all seeds
  Variant variant = Variant::kF32;
  FirmwareBuild build = FirmwareBuild::kSpeed;
  std::optional<Acceptance> accept;           // held so to its golden trace on every core; nothing: not held
  std::optional<std::string> engine;          // path of another engine's shared library
  std::optional<std::string> firmware;        // path of another engine's, {core} where the core's name goes
  std::optional<std::string> dimensions;      // as for --config
  std::optional<std::string> fp32_reference;  // contender whose files stand for the size in FP32
  std::optional<Training> training;

  // The path of the seed's file.
  std::string ModelPath(uint32_t seed) const;
  // The path of the core's firmware; only when it has another engine's.
  std::string FirmwarePath(const std::string& core) const;
  // Whether the engine is another one, whose perplexity, or costs on cores, is measured where it has a file
  // for that.
  bool IsForeign() const { return engine || firmware; }
  // The name in keys of cells: of another engine none.
  std::string_view BuildKind() const { return IsForeign() ? std::string_view() : BuildName(build); }
};

struct Config {
  std::string path;  // of the file
  std::string name;
  std::optional<std::string> text;    // path
  std::string text_from;              // a command that fetches it, said where it is not there
  std::optional<std::string> tokens;  // path, of a text given as tokens; absent both: the generated corpus
  TextPart part = TextPart::kLastTenth;
  uint32_t chunk = 64;  // tokens that are scored from an empty state
  std::vector<uint32_t> seeds = {0};
  std::vector<std::string> cores;  // empty: nothing is measured on cores
  Positions positions;             // of the tokens whose cycles are looked at
  std::string prompt = "Once upon a time";
  size_t baseline = 0;  // index into contenders
  std::vector<Contender> contenders;
};

// Reads and checks the file; paths in it are relative to its folder. The error names the file, the place in
// it and the remedy.
Result<Config> LoadConfig(const std::string& path);

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_CONFIG_H_
