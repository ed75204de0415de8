#include "harness/ab/summary.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "harness/ab/piece.h"
#include "harness/base/text.h"
#include "harness/perplexity/perplexity.h"
#include "harness/run/firmware_store.h"
#include "harness/statistics/differences.h"
#include "harness/statistics/median.h"
#include "harness/statistics/precise_math.h"

namespace atome::harness::ab {
namespace {

using report::Cell;
using report::Figure;
using report::Part;
using report::PartKind;
using report::Quantity;

using Value = std::optional<double>;

template <class T>
Value AsDouble(const std::optional<T>& value) {
  return value ? Value(static_cast<double>(*value)) : std::nullopt;
}

// Bytes, parameters and steps are whole, unless a median lies between two of them.
report::Value ValueOf(Quantity quantity, double median) {
  const bool counts = report::InfoOf(quantity).unit == "bytes" || quantity == Quantity::kParameters ||
                      quantity == Quantity::kTrainSteps;
  if (counts && median == std::floor(median)) return static_cast<uint64_t>(median);
  return median;
}

std::optional<ChunkLosses> LossesOf(const Cell* cell) {
  const Figure* perplexity = cell == nullptr ? nullptr : cell->Find(Quantity::kPerplexity);
  if (perplexity == nullptr || perplexity->samples.empty()) return std::nullopt;
  return ChunkLosses{perplexity->samples,
                     {perplexity->sample_counts.begin(), perplexity->sample_counts.end()}};
}

// One contender's cell in the making.
class Summary {
 public:
  Summary(const Experiment& experiment, size_t contender, const std::vector<Cell>& cells)
      : experiment_(experiment),
        contender_(experiment.config.contenders[contender]),
        entries_(experiment.EntriesOf(contender)),
        cells_(cells) {
    for (const Entry& entry : entries_)
      losses_.push_back(LossesOf(CellOf(experiment_, {&entry, report::Kind::kPerplexity, ""}, cells_)));
    cell_.key = {.kind = report::Kind::kAb,
                 .runner = "native",
                 .core = "",
                 .board = "",
                 .model = std::filesystem::path(contender_.model).filename().string(),
                 .variant = std::string(VariantName(contender_.variant)),
                 .build_kind = std::string(contender_.BuildKind()),
                 .text = std::filesystem::path(experiment.text.path).filename().string(),
                 .detail = StrCat(experiment.config.name, ": ", contender_.name)};
  }

  void AddAll() {
    AddOutcome();
    AddModels();
    AddTraining();
    AddPerplexity();
    for (const std::string& core : experiment_.config.cores) AddCore(core);
    if (contender_.accept) cell_.Add(Quantity::kAccepted, contender_.accept->Text());
    AddFirmware();
    cell_.Add(Quantity::kTextSha256, experiment_.text.sha256);
    for (const Entry& entry : entries_)
      cell_.Add(Quantity::kModelSha256, entry.model.sha256, {PartKind::kSeed, StrCat(entry.seed)});
  }
  // Of FP32: the size of `reference`'s files, or 4 bytes a parameter.
  void AddFp32(const Summary* reference) {
    AddMedian(Quantity::kFp32Bytes, [&](const Entry& entry) {
      return reference == nullptr
                 ? Value(4 * static_cast<double>(entry.parameters))
                 : Value(static_cast<double>(
                       reference->entries_[static_cast<size_t>(&entry - entries_.data())].FileBytes()));
    });
  }
  // Whether the losses are known and differ from the baseline's in any bit.
  bool DiffersFrom(const Summary& baseline) const {
    const auto ours = AllLosses(baseline), theirs = baseline.AllLosses(baseline);
    return ours && theirs && !SameLosses(*ours, *theirs);
  }
  // As one of so many comparisons that are judged together.
  void Compare(const Summary& baseline, size_t comparisons);

  const Cell& cell() const { return cell_; }

 private:
  void AddOutcome();
  void AddModels();
  void AddTraining();
  void AddPerplexity();
  void AddCore(const std::string& core);
  void AddReached(const std::string& core);
  void AddFirmware();

  // `of` gives the value of an entry.
  template <class Of>
  Figure* AddMedian(Quantity quantity, const Of& of, const Part& part = {}) {
    std::vector<double> values;
    for (const Entry& entry : entries_) {
      const Value value = of(entry);
      if (!value) {
        cell_.unavailable.try_emplace(quantity,
                                      cell_.passed() ? "not measured of every seed" : cell_.message);
        return nullptr;
      }
      values.push_back(*value);
    }
    cell_.figures.push_back(
        {.id = {part, quantity}, .value = ValueOf(quantity, Median(values)), .samples = values});
    return &cell_.figures.back();
  }
  // The same, but its absence needs no reason.
  template <class Of>
  void AddMedianIfKnown(Quantity quantity, const Of& of, const Part& part = {}) {
    if (std::ranges::all_of(entries_, [&of](const Entry& entry) { return Value(of(entry)).has_value(); }))
      AddMedian(quantity, of, part);
  }

  // All of them; nothing when one is absent or is of other chunks than the first of `like`.
  std::optional<std::vector<ChunkLosses>> AllLosses(const Summary& like) const {
    std::vector<ChunkLosses> all;
    for (const auto& losses : losses_) {
      if (!losses || !like.losses_.front() || losses->tokens != like.losses_.front()->tokens)
        return std::nullopt;
      all.push_back(*losses);
    }
    return all;
  }

  const Experiment& experiment_;
  const Contender& contender_;
  std::span<const Entry> entries_;
  const std::vector<Cell>& cells_;
  std::vector<std::optional<ChunkLosses>> losses_;  // by entry
  Cell cell_;
};

void Summary::AddOutcome() {
  cell_.outcome = Outcome::kPass;
  size_t failed = 0;
  std::set<std::string> hashes;
  for (const Entry& entry : entries_) {
    hashes.insert(entry.model.sha256);
    for (const Piece& piece : PiecesOf(experiment_, entry)) {
      const Cell* cell = CellOf(experiment_, piece, cells_);
      const Outcome outcome = cell == nullptr ? Outcome::kError : cell->outcome;
      failed += !Passes(outcome);
      if (outcome <= cell_.outcome) continue;
      cell_.Fail(outcome, StrCat("seed ", entry.seed, piece.core.empty() ? "" : " on ", piece.core, ": ",
                                 cell == nullptr ? "not measured" : cell->message));
    }
  }
  if (failed > 1) StrAppend(&cell_.message, " (", failed, " of its cells do not pass)");
  if (hashes.size() == 1) cell_.model_sha256 = *hashes.begin();
}

void Summary::AddModels() {
  const auto file_bytes = [](const Entry& entry) { return Value(static_cast<double>(entry.FileBytes())); };
  AddMedian(Quantity::kParameters,
            [](const Entry& entry) { return Value(static_cast<double>(entry.parameters)); });
  AddMedian(Quantity::kBitsPerWeight, [](const Entry& entry) {
    return Value(8.0 * static_cast<double>(entry.FileBytes()) / static_cast<double>(entry.parameters));
  });
  AddMedian(Quantity::kFileBytes, file_bytes);
  for (const auto& known : entries_.front().format_bytes) {
    const std::string& format = known.first;
    AddMedianIfKnown(Quantity::kFileBytes,
                     [&format](const Entry& entry) {
                       const auto bytes = entry.format_bytes.find(format);
                       return bytes == entry.format_bytes.end() ? Value()
                                                                : Value(static_cast<double>(bytes->second));
                     },
                     {PartKind::kFormat, format});
  }
  AddMedianIfKnown(Quantity::kTritEntropyBits, [](const Entry& entry) { return entry.trit_entropy_bits; });
}

void Summary::AddTraining() {
  AddMedianIfKnown(Quantity::kTrainSteps, [](const Entry& entry) { return AsDouble(entry.training.steps); });
  AddMedianIfKnown(Quantity::kFinalLoss, [](const Entry& entry) { return entry.training.final_loss; });
  AddMedianIfKnown(Quantity::kTrainSeconds, [](const Entry& entry) { return entry.training.train_seconds; });
}

void Summary::AddPerplexity() {
  if (contender_.IsForeign() && !contender_.engine) {
    for (const Quantity quantity :
         {Quantity::kPerplexity, Quantity::kBitsPerByte, Quantity::kPerplexityRatio})
      cell_.unavailable.try_emplace(quantity, "its contender names no \"engine\", a shared library");
  }
  const auto of_losses = [this](const Entry& entry) -> const std::optional<ChunkLosses>& {
    return losses_[static_cast<size_t>(&entry - entries_.data())];
  };
  std::optional<Interval> interval;  // over chunks, when there are no seeds to tell the spread
  if (losses_.size() == 1 && losses_[0]) {
    interval = EstimateMean(losses_[0]->nats, losses_[0]->tokens).interval;
    if (interval) interval = Interval{Exp(interval->low), Exp(interval->high)};
  }
  Figure* perplexity = AddMedian(Quantity::kPerplexity, [&](const Entry& entry) {
    return of_losses(entry) ? Value(Exp(of_losses(entry)->MeanNats())) : std::nullopt;
  });
  if (perplexity != nullptr && interval) {
    perplexity->low = interval->low;
    perplexity->high = interval->high;
  }
  if (experiment_.text.unit == TextUnit::kToken)
    cell_.unavailable.try_emplace(Quantity::kBitsPerByte, kNoBytes);
  Figure* bits = AddMedian(BitsQuantity(experiment_.text), [&](const Entry& entry) {
    return of_losses(entry) ? Value(of_losses(entry)->MeanNats() / kLn2) : std::nullopt;
  });
  if (bits != nullptr && interval) {
    bits->low = Log(interval->low) / kLn2;
    bits->high = Log(interval->high) / kLn2;
  }
}

void Summary::AddCore(const std::string& core) {
  if (contender_.IsForeign() && !contender_.firmware) {
    for (const Quantity quantity : {Quantity::kCyclesPerToken, Quantity::kInstructionsPerToken,
                                    Quantity::kFlashBytesNeeded, Quantity::kRamBytesNeeded})
      cell_.unavailable.try_emplace(quantity, "its contender names no \"firmware\"");
    return;
  }
  // `of` gives the value of a cell.
  const auto add = [&](Quantity quantity, report::Kind kind, const auto& of) {
    AddMedian(quantity,
              [&](const Entry& entry) {
                const Cell* cell = CellOf(experiment_, {&entry, kind, core}, cells_);
                return cell == nullptr ? Value() : of(*cell);
              },
              {PartKind::kCore, core});
  };
  const auto number = [](Quantity quantity) {
    return [quantity](const Cell& cell) { return cell.Number(quantity); };
  };
  for (const Quantity quantity : {Quantity::kCyclesPerToken, Quantity::kInstructionsPerToken}) {
    const Cell* const first = CellOf(experiment_, {&entries_.front(), report::Kind::kCycles, core}, cells_);
    const bool passed = first != nullptr && first->passed();
    if (passed && first->unavailable.contains(quantity))
      cell_.unavailable.try_emplace(quantity, StrCat(core, ": ", first->unavailable.at(quantity)));
    add(quantity, report::Kind::kCycles, number(quantity));
  }
  for (const Quantity quantity : {Quantity::kFlashBytesNeeded, Quantity::kRamBytesNeeded})
    add(quantity, report::Kind::kSize, number(quantity));
  if (contender_.accept) AddReached(core);
}

void Summary::AddReached(const std::string& core) {
  std::set<std::string> reached;  // by the seeds
  for (const Entry& entry : entries_) {
    const Cell* cell = CellOf(experiment_, {&entry, report::Kind::kParity, core}, cells_);
    if (cell == nullptr) continue;
    const std::optional<uint64_t> ulp = cell->Count(Quantity::kMaxUlp);
    if (std::string text = cell->Text(Quantity::kReached); !text.empty())
      reached.insert(std::move(text));
    else if (ulp)
      reached.insert(StrCat(*ulp, " ULP"));
  }
  if (!reached.empty()) cell_.Add(Quantity::kReached, Join(reached, ", "), {PartKind::kCore, core});
}

// Generic where one of all was.
void Summary::AddFirmware() {
  std::string kind;
  for (const Entry& entry : entries_) {
    for (const std::string& core : experiment_.config.cores) {
      const Cell* cell = CellOf(experiment_, {&entry, report::Kind::kCycles, core}, cells_);
      const std::string its = cell == nullptr ? "" : cell->Text(Quantity::kFirmware);
      if (kind != Firmware::kGeneric && !its.empty()) kind = its;
    }
  }
  if (!kind.empty()) cell_.Add(Quantity::kFirmware, kind);
}

void Summary::Compare(const Summary& baseline, size_t comparisons) {
  const auto ours = AllLosses(baseline), theirs = baseline.AllLosses(baseline);
  if (!ours || !theirs) {
    cell_.unavailable.try_emplace(
        Quantity::kPerplexityRatio,
        StrCat("a model of this or of ", baseline.contender_.name, " was not scored"));
    return;
  }
  const Difference difference = ab::Compare(*ours, *theirs, comparisons);
  const Part against{PartKind::kAgainst, baseline.contender_.name};
  Figure ratio{.id = {against, Quantity::kPerplexityRatio}, .value = Exp(difference.nats)};
  if (const Interval* interval = difference.Deciding()) {
    ratio.low = Exp(interval->low);
    ratio.high = Exp(interval->high);
    if (comparisons > 1)
      cell_.note = StrCat("the intervals of ", comparisons, " comparisons hold jointly (Bonferroni)");
  } else {
    cell_.note = difference.why_not;
  }
  for (const double nats : difference.by_seed) ratio.samples.push_back(Exp(nats));
  cell_.Add(std::move(ratio));
  cell_.Add(Quantity::kPerplexityVerdict, std::string(VerdictName(difference.Judge())), against);
}

}  // namespace

std::vector<Cell> Summarize(const Experiment& experiment, const std::vector<Cell>& cells) {
  const Config& config = experiment.config;
  std::vector<Summary> summaries;
  for (size_t i = 0; i < config.contenders.size(); ++i) {
    summaries.emplace_back(experiment, i, cells);
    summaries.back().AddAll();
  }
  const Summary& baseline = summaries[config.baseline];
  const auto comparisons = static_cast<size_t>(std::ranges::count_if(
      summaries, [&baseline](const Summary& summary) { return summary.DiffersFrom(baseline); }));
  std::vector<Cell> all;
  for (size_t i = 0; i < summaries.size(); ++i) {
    const auto& reference = config.contenders[i].fp32_reference;
    const auto at = std::ranges::find(config.contenders, reference.value_or(""), &Contender::name);
    summaries[i].AddFp32(at == config.contenders.end()
                             ? nullptr
                             : &summaries[static_cast<size_t>(at - config.contenders.begin())]);
    if (i != config.baseline) summaries[i].Compare(baseline, comparisons);
    all.push_back(summaries[i].cell());
  }
  return all;
}

}  // namespace atome::harness::ab
