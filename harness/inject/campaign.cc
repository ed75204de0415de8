#include "harness/inject/campaign.h"

#include <map>

#include "harness/base/parallel.h"
#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/size/footprint.h"
#include "harness/statistics/proportion.h"

namespace atome::harness {
namespace {

using report::PartKind;
using report::Quantity;

constexpr Quantity kShares[] = {Quantity::kMaskedShare, Quantity::kParityShare, Quantity::kCheckShare,
                                Quantity::kFaultShare,  Quantity::kHangShare,   Quantity::kGarbledShare,
                                Quantity::kSilentShare};
static_assert(std::size(kShares) == std::size(kVerdicts));

}  // namespace

std::vector<Drawn> RunFlips(const Subject& subject, const Plan& plan) {
  std::vector<Drawn> drawn;
  for (const Region region : plan.regions) {
    if (region != Region::kInstruction && subject.places().BitsIn(region) < plan.bits) continue;
    for (uint32_t k = 0; k < plan.flips; ++k) {
      // A flip depends on its region and number alone, so that more flips begin with these.
      Random random(plan.seed, uint64_t{static_cast<uint8_t>(region)} << 32 | k);
      drawn.push_back({region, {.flip = Draw(region, subject.places(), plan.window, plan.bits, random)}});
    }
  }
  ForEachIndex(
      drawn.size(), plan.jobs, [&](size_t k) { drawn[k].trial = subject.Run(drawn[k].trial.flip); },
      [&](size_t done, size_t) {
        if (plan.progress) plan.progress(done, drawn.size());
      });
  for (Drawn& each : drawn)  // not thread-safe
    each.trial.at = subject.image().Symbolise(each.trial.flipped.pc);
  return drawn;
}

void AddShares(const Tally& tally, std::string_view region, bool all, report::Cell* cell) {
  const report::Part part{PartKind::kRegion, std::string(region)};
  const uint64_t flips = tally.All();
  cell->Add(Quantity::kFlips, flips, part);
  if (flips == 0) return;
  for (const Verdict verdict : kVerdicts) {
    report::Figure figure{.id = {part, kShares[static_cast<size_t>(verdict)]},
                          .value = static_cast<double>(tally.Of(verdict)) / static_cast<double>(flips)};
    if (!all) {
      const Interval interval = ShareInterval(tally.Of(verdict), flips);
      figure.low = interval.low;
      figure.high = interval.high;
    }
    cell->Add(std::move(figure));
  }
}

report::Cell CellOf(const Subject& subject, const Model& model, const SubjectOptions& options,
                    const std::vector<Drawn>& drawn) {
  report::Cell cell;
  cell.key = {.kind = report::Kind::kInjection,
              .runner = "unicorn",
              .core = std::string(options.core->name),
              .board = "",
              .model = model.Name(),
              .variant = std::string(VariantName(options.variant)),
              .build_kind = std::string(BuildName(FirmwareBuild::kSpeed)),
              .text = "",
              .detail = ""};
  cell.outcome = Outcome::kPass;
  cell.model_sha256 = model.sha256;
  cell.build = subject.firmware().name;
  cell.build_sha256 = subject.clean().execution.build_sha256;
  std::map<Region, Tally> tallies;
  size_t lost = 0;
  std::string why;
  for (const Drawn& each : drawn) {
    Tally& tally = tallies[each.region];
    if (each.trial.judgement) {
      tally.Add(each.trial.judgement->verdict);
    } else if (++lost == 1) {
      why = each.trial.failure;
    }
  }
  if (lost != 0) cell.note = StrCat(lost, " flips are not counted, the first since: ", why);
  for (const auto& [region, tally] : tallies) {
    AddShares(tally, RegionName(region), false, &cell);
    if (const uint64_t bits = subject.places().BitsIn(region); bits != 0)
      cell.Add(Quantity::kRegionBits, bits, {PartKind::kRegion, std::string(RegionName(region))});
  }
  if (const Result<Footprint> footprint = FootprintOf(subject.image()); footprint.ok())
    cell.Add(Quantity::kFlashBytes, footprint->FirmwareBytes() + footprint->ModelBytes());
  uint64_t cycles = 0, steps = 0;
  for (const CaseExecution& each : subject.clean().execution.cases) {
    for (const Step& step : each.steps) {
      if (!step.cycles) continue;
      cycles += *step.cycles;
      ++steps;
    }
  }
  if (steps != 0)
    cell.Add(Quantity::kCyclesPerToken, static_cast<double>(cycles) / static_cast<double>(steps));
  else
    cell.unavailable[Quantity::kCyclesPerToken] =
        options.core->has_cycles() ? "the firmware has no marks" : std::string(options.core->no_cycles);
  const std::vector<emulation::Mark>& marks = subject.clean().machine.marks;
  if (!marks.empty() && marks.front().cycles) cell.Add(Quantity::kBootCycles, Count(*marks.front().cycles));
  return cell;
}

}  // namespace atome::harness
