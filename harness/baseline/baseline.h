// The report with which later ones are compared.
#ifndef ATOME_HARNESS_BASELINE_BASELINE_H_
#define ATOME_HARNESS_BASELINE_BASELINE_H_

#include "harness/report/report.h"

namespace atome::harness::report {

// The report without what no comparison with it may use: wall time, the host, the date, the commands that
// made its parts, hashes of firmware. Cells by key, figures by part and name.
Report BaselineOf(const Report& report);

// `report` with the cells of `baseline` that it does not have.
Report WithCellsOf(const Report& baseline, Report report);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_BASELINE_BASELINE_H_
