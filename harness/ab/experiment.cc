#include "harness/ab/experiment.h"

#include <algorithm>
#include <filesystem>

#include "harness/base/text.h"
#include "harness/model/trit_entropy.h"
#include "harness/perplexity/evaluator.h"

namespace atome::harness::ab {
namespace {

namespace fs = std::filesystem;

std::map<std::string, uint64_t> FormatBytes(const std::string& path) {
  std::map<std::string, uint64_t> bytes;
  for (const char* format : {"ATOME01", "ATOME02", "ATOME03"}) {
    std::string ending = format;
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
    std::error_code missing;
    const auto size = fs::file_size(fs::path(path).replace_extension(ending), missing);
    if (!missing) bytes[format] = size;
  }
  return bytes;
}

// Empty when the engine takes the model in the contender's variant.
std::string WhyNot(const Model& model, const Contender& contender) {
  const auto variants =
      VariantsFor(model.config.architecture, model.path, {std::string(VariantName(contender.variant))});
  if (!variants.ok()) return variants.error().message;
  const auto opened = MakeEvaluator(model, contender.variant);
  return opened.ok() ? "" : opened.error().message;
}

Result<Entry> LoadEntry(const Config& config, const EvaluationText& text, size_t index, uint32_t seed) {
  const Contender& contender = config.contenders[index];
  const uint32_t least_max_seq =
      config.cores.empty() ? config.chunk : std::max(config.chunk, config.positions.to);
  Result<Model> model = LoadModel(contender.ModelPath(seed), contender.dimensions, least_max_seq);
  if (!model.ok())
    return Bad(StrCat(model.error().message,
                      contender.training ? "" : "; put it there, or say with \"train\" how to make it"));
  if (std::string why = WhyNot(*model, contender); !why.empty()) return Bad(std::move(why));
  if (std::string why = WhyNotFor(*model, text); !why.empty()) return Bad(std::move(why));
  Entry entry;
  entry.contender = index;
  entry.seed = seed;
  entry.model = *std::move(model);
  entry.parameters = entry.model.config.Parameters();
  entry.trit_entropy_bits = TritEntropyBits(entry.model);
  entry.format_bytes = FormatBytes(entry.model.path);
  entry.training = FactsOf(entry.model);
  return entry;
}

// Models are different when the file or the dimensions are.
bool SameModel(const Model& a, const Model& b) {
  return a.sha256 == b.sha256 && ConfigToString(a.config) == ConfigToString(b.config);
}

// The last `count` components of the path; all of it when there are no more.
std::string Tail(const fs::path& path, ptrdiff_t count) {
  const ptrdiff_t all = std::distance(path.begin(), path.end());
  fs::path tail;
  for (auto at = std::next(path.begin(), std::max<ptrdiff_t>(all - count, 0)); at != path.end(); ++at)
    tail /= *at;
  return tail.string();
}

std::string NameOf(const Model& model, const std::vector<Entry>& entries) {
  const fs::path path(model.path);
  const auto all = std::distance(path.begin(), path.end());
  for (ptrdiff_t count = 1; count <= all; ++count) {
    std::string name = Tail(path, count);
    const bool taken = std::ranges::any_of(entries, [&](const Entry& other) {
      return !SameModel(other.model, model) && Tail(other.model.path, count) == name;
    });
    if (!taken) return name;
  }
  return StrCat(model.Name(), " (", ConfigToString(model.config), ")");  // one file with two configurations
}

}  // namespace

void NameEntries(std::vector<Entry>* entries) {
  for (Entry& entry : *entries) entry.name = NameOf(entry.model, *entries);
}

Result<Experiment> LoadExperiment(Config config, EvaluationText text, const TextPlan& plan) {
  Experiment experiment{std::move(config), std::move(text), plan, {}};
  const Config& of = experiment.config;
  for (size_t i = 0; i < of.contenders.size(); ++i) {
    const size_t first = experiment.entries.size();
    for (const uint32_t seed : of.seeds) {
      Result<Entry> entry = LoadEntry(of, experiment.text, i, seed);
      const auto error = [&](std::string_view what) {
        return Bad(StrCat(of.path, ": /contenders/", i, "/model: ", what));
      };
      if (!entry.ok()) return error(entry.error().message);
      for (size_t other = first; other < experiment.entries.size(); ++other) {
        if (experiment.entries[other].model.sha256 == entry->model.sha256)
          return error(
              StrCat(entry->model.path, ": seeds ", experiment.entries[other].seed, " and ", seed,
                     " have the same model, which would count as two; train them apart or give one"));
      }
      experiment.entries.push_back(*std::move(entry));
    }
  }
  NameEntries(&experiment.entries);
  return experiment;
}

}  // namespace atome::harness::ab
