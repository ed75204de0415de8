#include "harness/ab/measure.h"

#include <algorithm>
#include <filesystem>

#include "harness/ab/figures_json.h"
#include "harness/base/parallel.h"
#include "harness/base/text.h"

namespace atome::harness::ab {
namespace {

// What a measurement of a model depends on, whatever it measures.
Json KeyOf(std::string_view what, const Model& model, const Contender& contender) {
  return {{"what", what},
          {"model_sha256", model.sha256},
          {"dimensions", ConfigToString(model.config)},
          {"variant", VariantName(contender.variant)}};
}

std::map<std::string, uint64_t> FormatBytes(const std::string& path) {
  std::map<std::string, uint64_t> bytes;
  for (const char* format : {"atome01", "atome02", "atome03"}) {
    std::error_code missing;
    const auto size =
        std::filesystem::file_size(std::filesystem::path(path).replace_extension(format), missing);
    std::string name = format;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
    if (!missing) bytes[name] = size;
  }
  return bytes;
}

class Work {
 public:
  Work(const Config& config, const Instruments& instruments, Cache* cache, const MeasureOptions& options)
      : config_(config), instruments_(instruments), cache_(*cache), options_(options) {}

  std::optional<Error> Load();
  std::vector<Measured> Run();

 private:
  void MeasureLosses(const Model& model, Measured* measured);
  void MeasureCore(const Model& model, const Contender& contender, CoreFigures* figures);
  void Keep(const Json& key, const Json& value) {
    const std::string why = cache_.Keep(key, value);
    if (!why.empty() && options_.warn) options_.warn(StrCat("warning: not kept for the next run: ", why));
  }

  const Config& config_;
  const Instruments& instruments_;
  Cache& cache_;
  const MeasureOptions& options_;
  std::vector<Model> models_;  // as measured_
  std::vector<Measured> measured_;
};

std::optional<Error> Work::Load() {
  const uint32_t least_max_seq =
      config_.cores.empty() ? config_.chunk : std::max(config_.chunk, config_.positions.to);
  for (size_t i = 0; i < config_.contenders.size(); ++i) {
    const Contender& contender = config_.contenders[i];
    const size_t first = measured_.size();
    for (const uint32_t seed : config_.seeds) {
      Result<Model> model = LoadModel(contender.ModelPath(seed), contender.dimensions, least_max_seq);
      const auto where = [&] { return StrCat(config_.path, ": /contenders/", i, "/model: "); };
      if (!model.ok())
        return Bad(StrCat(where(), model.error().message,
                          contender.training ? "" : "; put it there, or say with \"train\" how to make it"));
      const Result<FileFacts> facts = instruments_.Facts(*model, contender);
      if (!facts.ok()) return Bad(StrCat(where(), facts.error().message));
      for (size_t other = first; other < measured_.size(); ++other) {
        if (measured_[other].model_sha256 == model->sha256)
          return Bad(StrCat(where(), model->path, ": seeds ", measured_[other].seed, " and ", seed,
                            " have the same model, which would count as two; train them apart or give one"));
      }
      Measured measured;
      measured.contender = i;
      measured.seed = seed;
      measured.model = model->Name();
      measured.model_sha256 = model->sha256;
      measured.disk_bytes = model->bytes.size();
      measured.format_bytes = FormatBytes(model->path);
      measured.facts = *facts;
      measured.training = FactsOf(*model);
      measured.cores.resize(config_.cores.size());
      measured_.push_back(std::move(measured));
      models_.push_back(*std::move(model));
    }
  }
  return std::nullopt;
}

void Work::MeasureLosses(const Model& model, Measured* measured) {
  const Contender& contender = config_.contenders[measured->contender];
  Json key = KeyOf("losses", model, contender);
  key["how"] = instruments_.TextIdentity();
  if (const auto kept = cache_.Find(key)) measured->losses = LossesFromJson(*kept);
  if (!measured->losses) {
    const Result<ChunkLosses> losses = instruments_.Losses(model, contender);
    if (!losses.ok()) {
      measured->status = losses.missing() ? CellStatus::kMissing : CellStatus::kError;
      measured->message = losses.error().message;
      return;
    }
    measured->losses = *losses;
    Keep(key, ToJson(*losses));
  }
  measured->status = CellStatus::kPass;
}

void Work::MeasureCore(const Model& model, const Contender& contender, CoreFigures* figures) {
  const std::string core = figures->core;
  Json key = KeyOf("core", model, contender);
  key["how"] = instruments_.CoreIdentity(model, contender, core);
  if (const auto kept = cache_.Find(key)) {
    if (const auto read = CoreFiguresFromJson(*kept)) {
      *figures = *read;
      return;
    }
  }
  *figures = instruments_.OnCore(model, contender, core);
  figures->core = core;
  // What went wrong may have been put right the next time.
  if (figures->status == CellStatus::kPass) Keep(key, ToJson(*figures));
}

std::vector<Measured> Work::Run() {
  const size_t each = 1 + config_.cores.size();
  const auto measure = [&](size_t index) {
    const size_t which = index / each, piece = index % each;
    Measured& measured = measured_[which];
    try {
      if (piece == 0) return MeasureLosses(models_[which], &measured);
      measured.cores[piece - 1].core = config_.cores[piece - 1];
      MeasureCore(models_[which], config_.contenders[measured.contender], &measured.cores[piece - 1]);
    } catch (const std::exception& error) {  // out of memory: this piece's loss, not the others'
      CellStatus& status = piece == 0 ? measured.status : measured.cores[piece - 1].status;
      std::string& message = piece == 0 ? measured.message : measured.cores[piece - 1].message;
      status = CellStatus::kCrashed;
      message = StrCat("the measurement threw: ", error.what());
    }
  };
  const size_t total = measured_.size() * each;
  ForEachIndex(total, options_.jobs, measure, [&](size_t done, size_t /*index*/) {
    if (options_.progress) options_.progress(done, total);
  });
  return std::move(measured_);
}

}  // namespace

Result<std::vector<Measured>> Measure(const Config& config, const Instruments& instruments, Cache* cache,
                                      const MeasureOptions& options) {
  Work work(config, instruments, cache, options);
  if (const std::optional<Error> error = work.Load()) return *error;
  return work.Run();
}

}  // namespace atome::harness::ab
