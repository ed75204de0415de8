// A comparison as text.
#ifndef ATOME_HARNESS_DIFF_DIFF_OUTPUT_H_
#define ATOME_HARNESS_DIFF_DIFF_OUTPUT_H_

#include <nlohmann/json.hpp>
#include <string>

#include "harness/base/table.h"
#include "harness/diff/diff.h"

namespace atome::harness::report {

// The verdict first, then regressions, improvements, notes (the first few: JSON and CSV have all, and the
// wall time that was the same), what else differs, which figures were renamed, and how much was compared. CSV
// has rows alone.
std::string FormatDiff(const Diff& diff, OutputFormat format);

// "3 regressions, 1 improvement, 2 notes; compared 12 cells, 340 figures".
std::string Summary(const Diff& diff);

nlohmann::ordered_json ChangeJson(const Change& change);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_DIFF_OUTPUT_H_
