#include "harness/inject/outcomes.h"

#include <algorithm>

#include "harness/base/text.h"
#include "harness/inject/flip_text.h"

namespace atome::harness {
namespace {

constexpr size_t kMostSilent = 3;

std::string Hex(uint32_t value) { return fmt::format("{:#x}", value); }

std::string VerdictOf(const Trial& trial) {
  return trial.judgement ? std::string(VerdictName(trial.judgement->verdict)) : "not counted";
}

std::string WhyOf(const Trial& trial) { return trial.judgement ? trial.judgement->why : trial.failure; }

}  // namespace

std::string TrialText(const Trial& trial) {
  const std::string why = WhyOf(trial);
  std::string text = StrCat(FlipText(trial.flip), ": ", VerdictOf(trial), why.empty() ? "" : ": ", why, "\n");
  if (trial.flipped.done)
    StrAppend(&text, "  ", Hex(trial.flipped.before), " became ", Hex(trial.flipped.after),
              " in front of instruction ", Count(trial.flipped.at), ", ", trial.at, "\n");
  return text;
}

OutcomeRow RowOf(const Drawn& drawn, std::string of, std::string command) {
  const Trial& trial = drawn.trial;
  return {.of = std::move(of),
          .region = std::string(RegionName(drawn.region)),
          .flip = FlipText(trial.flip),
          .verdict = VerdictOf(trial),
          .before = trial.flipped.done ? Hex(trial.flipped.before) : "",
          .after = trial.flipped.done ? Hex(trial.flipped.after) : "",
          .at = trial.at,
          .why = WhyOf(trial),
          .command = std::move(command)};
}

std::string FileFlipText(uint64_t offset, uint8_t bit) { return fmt::format("{:#x}.{}", offset, bit); }

OutcomeRow RowOf(const FileFlip& flip, std::string_view region, std::string of, std::string command) {
  return {.of = std::move(of),
          .region = std::string(region),
          .flip = FileFlipText(flip.offset, flip.bit),
          .verdict = std::string(VerdictName(flip.judgement.verdict)),
          .before = "",
          .after = "",
          .at = "",
          .why = flip.judgement.why,
          .command = std::move(command)};
}

std::string OutcomesCsv(const std::vector<OutcomeRow>& rows) {
  Table table;
  for (const char* title :
       {"of", "region", "flip", "outcome", "before", "after", "in front of", "why", "command"})
    table.columns.push_back({.title = title});
  for (const OutcomeRow& row : rows)
    table.rows.push_back({row.of, row.region, row.flip, row.verdict, row.before, row.after, row.at,
                          OneLine(row.why), row.command});
  return FormatCsv(table);
}

std::string SilentOnes(const std::vector<OutcomeRow>& rows) {
  std::string text;
  size_t found = 0;
  for (const OutcomeRow& row : rows) {
    if (row.verdict != VerdictName(Verdict::kSilent)) continue;
    if (++found > kMostSilent) continue;
    StrAppend(&text, "\n", row.region, ": ", row.why, "\n  ", row.command, "\n");
  }
  if (found > kMostSilent)
    StrAppend(&text, "\n", found - kMostSilent, " more are silent; --outcomes FILE has them all\n");
  return text;
}

}  // namespace atome::harness
