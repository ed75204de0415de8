#include "harness/diff/explain.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

constexpr size_t kMostNamed = 3;
constexpr size_t kMostLetters = 100;  // of a symbol: template arguments may take lines
constexpr size_t kDigits = 8;         // of a step's digest

struct Growth {
  std::string_view what;
  double by = 0;
  bool is_new = false;
};

std::string TextOf(std::vector<Growth> grown, std::string_view of_what) {
  if (grown.empty()) return "";
  std::ranges::stable_sort(grown, [](const Growth& a, const Growth& b) { return a.by > b.by; });
  std::string text = StrCat(of_what, " ");
  for (size_t i = 0; i < std::min(grown.size(), kMostNamed); ++i) {
    const bool cut = grown[i].what.size() > kMostLetters;
    StrAppend(&text, i == 0 ? "" : ", ", grown[i].what.substr(0, kMostLetters), cut ? "..." : "",
              fmt::format(" {:+.6g}", grown[i].by), grown[i].is_new ? " (new)" : "");
  }
  if (grown.size() > kMostNamed) StrAppend(&text, " and ", grown.size() - kMostNamed, " more");
  return text;
}

// Parts of a kind by a figure that they all have.
std::string GrownParts(const CellPair& cell, std::string_view part_kind, std::string_view name) {
  std::map<std::string_view, double> before;
  for (const Figure& figure : cell.before->figures) {
    if (figure.part_kind == part_kind && figure.name == name)
      before[figure.part] = NumberOf(figure).value_or(0);
  }
  std::vector<Growth> grown;
  for (const Figure& figure : cell.after->figures) {
    if (figure.part_kind != part_kind || figure.name != name) continue;
    const auto at = before.find(figure.part);
    const double by = NumberOf(figure).value_or(0) - (at == before.end() ? 0 : at->second);
    if (by > 0) grown.push_back({figure.part, by, at == before.end()});
  }
  return TextOf(std::move(grown), StrCat(part_kind, "s that grew most:"));
}

// Figures of the whole cell that a sum is made of.
std::string GrownSummands(const CellPair& cell, std::initializer_list<const char*> summands) {
  std::vector<Growth> grown;
  for (const char* name : summands) {
    const Figure* before = FindFigure(*cell.before, {"", "", name});
    const Figure* after = FindFigure(*cell.after, {"", "", name});
    if (before == nullptr || after == nullptr) continue;
    const double by = NumberOf(*after).value_or(0) - NumberOf(*before).value_or(0);
    if (by > 0) grown.push_back({name, by});
  }
  return TextOf(std::move(grown), "of it");
}

std::string GrownFlash(const CellPair& cell) {
  const std::string symbols = GrownParts(cell, "symbol", "bytes");
  return symbols.empty() ? GrownParts(cell, "section", "bytes") : symbols;
}

// The first step of which the digests differ; nothing when none does.
std::optional<size_t> FirstDifferentStep(std::string_view before, std::string_view after) {
  const auto at = std::ranges::mismatch(before, after);
  if (at.in1 == before.end() && at.in2 == after.end()) return std::nullopt;
  return static_cast<size_t>(at.in1 - before.begin()) / kDigits;
}

}  // namespace

std::string DivergedSteps(const CellPair& cell) {
  std::string text;
  for (const Figure& before : cell.before->figures) {
    const auto* digests = std::get_if<std::string>(&before.value);
    if (before.name != "step_digests" || digests == nullptr) continue;
    const Figure* after = FindFigure(*cell.after, IdOf(before));
    const auto* others = after == nullptr ? nullptr : std::get_if<std::string>(&after->value);
    if (others == nullptr) continue;
    if (const std::optional<size_t> step = FirstDifferentStep(*digests, *others))
      StrAppend(&text, text.empty() ? "" : ", ", before.part_kind, " ", before.part, " from step ", *step);
  }
  if (!text.empty()) text = "other logits or tokens: " + text;
  if (cell.after->divergence)
    StrAppend(&text, text.empty() ? "" : "; ", "from the golden trace: ", cell.after->divergence->Describe());
  return text;
}

std::string Explain(const CellPair& cell, const CellPair* by_op, const FigureId& figure) {
  const std::string& name = figure.name;
  if (name == "logits_sha256" || name == "step_digests" || name == "tokens_matched" || name == "max_ulp")
    return DivergedSteps(cell);
  if (name.starts_with("cycles_") || name.starts_with("instructions_")) {
    if (!figure.part_kind.empty()) return "";
    const std::string per_token = StrCat(name.substr(0, name.find('_')), "_per_token");
    std::string ops = GrownParts(cell, "op", per_token);
    if (ops.empty() && by_op != nullptr) ops = GrownParts(*by_op, "op", per_token);
    return ops;
  }
  if (name == "ram_bytes")
    return GrownSummands(cell, {"state_bytes", "stack_bytes", "logits_bytes", "data_bytes", "bss_bytes"});
  if (name == "ram_bytes_needed" || name == "longest_max_seq")
    return GrownSummands(cell,
                         {"state_bytes", "stack_reserved_bytes", "logits_bytes", "data_bytes", "bss_bytes"});
  if (name == "fits") {
    return GrownSummands(cell, {"state_bytes", "stack_reserved_bytes", "logits_bytes", "data_bytes",
                                "bss_bytes", "firmware_bytes", "model_bytes"});
  }
  const bool flash = name.ends_with("_text_bytes") || name == "code_bytes" || name == "rodata_bytes" ||
                     name == "firmware_bytes" || name == "flash_bytes_needed" || name == "data_bytes" ||
                     name == "bss_bytes" || (name == "bytes" && figure.part_kind == "section");
  return flash ? GrownFlash(cell) : "";
}

}  // namespace atome::harness::report
