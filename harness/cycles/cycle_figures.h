// What a token costs as a cell of a report.
#ifndef ATOME_HARNESS_CYCLES_CYCLE_FIGURES_H_
#define ATOME_HARNESS_CYCLES_CYCLE_FIGURES_H_

#include "harness/cycles/cycles.h"
#include "harness/report/report.h"

namespace atome::harness::report {

// Figures, all exact: cycles_per_token and instructions_per_token, of the cell and of each op; of a board
// also tokens_per_second at its clock. `detail` is "positions 16:64". Without `command`.
ReportCell ToReport(const CycleCell& cell);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_CYCLES_CYCLE_FIGURES_H_
