// Cells as one of the tables that the catalogue has for their kind.
#ifndef ATOME_HARNESS_REPORT_VIEW_TABLE_H_
#define ATOME_HARNESS_REPORT_VIEW_TABLE_H_

#include <vector>

#include "harness/base/table.h"
#include "harness/report/report.h"
#include "harness/report/view.h"

namespace atome::harness::report {

// Without columns that are empty, and without rows where the view shows nothing of the cells. `narrow`:
// without notes, which stand elsewhere, and with short names of symbols.
Table TableOf(const View& view, const std::vector<const Cell*>& cells, bool narrow = false);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_VIEW_TABLE_H_
