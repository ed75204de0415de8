// Cells as people and programs read them: one printer for every kind.
#ifndef ATOME_HARNESS_REPORT_PRINT_H_
#define ATOME_HARNESS_REPORT_PRINT_H_

#include <string>

#include "harness/base/table.h"
#include "harness/report/report.h"

namespace atome::harness::report {

// - table, md: the tables that the catalogue has for each kind, without columns that are empty; then what
//   went wrong, a paragraph a cell, and how many cells pass. A table keeps to the style's width, and has
//   colours where the style has; where the width is bounded notes stand below the tables, verifications of
//   several models have a line a model with the cells that do not pass below, and of many paragraphs the
//   first are printed.
// - csv: a figure a row, every number with all digits; a figure that is absent has its reason.
// - json: the report file's form (report_json.h).
std::string Print(const Report& report, OutputFormat format, const TextStyle& style = {});

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_PRINT_H_
