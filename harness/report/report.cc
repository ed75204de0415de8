#include "harness/report/report.h"

#include <algorithm>
#include <array>

namespace atome::harness::report {

std::string_view KindName(Kind kind) {
  static constexpr std::array<std::string_view, 6> kNames{"parity",     "cycles",    "size",
                                                          "perplexity", "benchmark", "ab"};
  return kNames[static_cast<size_t>(kind)];
}

std::string Key::Describe() const {
  std::string words(KindName(kind));
  for (const std::string* word : {&runner, &core, &board, &model, &variant, &build_kind, &text, &detail}) {
    if (word->empty()) continue;
    words += ' ';
    words += *word;
  }
  return words;
}

void SortCells(Report* report) { std::ranges::stable_sort(report->cells, {}, &ReportCell::key); }

}  // namespace atome::harness::report
