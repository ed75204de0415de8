// Many cells of a verification as one line a model and variant, for a terminal.
#ifndef ATOME_HARNESS_REPORT_PARITY_SUMMARY_H_
#define ATOME_HARNESS_REPORT_PARITY_SUMMARY_H_

#include <vector>

#include "harness/base/table.h"
#include "harness/report/report.h"

namespace atome::harness::report {

// A row a model and variant, in the order of the cells: how many pass, on how many cores, by which
// runners, and the largest distance to the oracle. Empty when all cells are of one model and variant.
Table ParitySummary(const std::vector<const Cell*>& cells);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_PARITY_SUMMARY_H_
