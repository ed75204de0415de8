// A comparison as text.
#ifndef ATOME_HARNESS_CAUSES_DIFF_OUTPUT_H_
#define ATOME_HARNESS_CAUSES_DIFF_OUTPUT_H_

#include <nlohmann/json.hpp>
#include <string>

#include "harness/base/table.h"
#include "harness/base/terminal.h"
#include "harness/diff/diff.h"

namespace atome::harness::report {

struct DiffView {
  OutputFormat format = OutputFormat::kTable;
  TextStyle style{};  // of the table
  bool all = false;   // the table has every change
};

// As diff_text.h says; JSON and CSV have every change, and its cause. CSV has rows alone, with the number of
// the cause, from 1; notes have none.
std::string FormatDiff(const Diff& diff, const DiffView& view);

nlohmann::ordered_json ChangeJson(const Change& change);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_CAUSES_DIFF_OUTPUT_H_
