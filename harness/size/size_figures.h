// Flash and RAM as a cell of a report.
#ifndef ATOME_HARNESS_SIZE_SIZE_FIGURES_H_
#define ATOME_HARNESS_SIZE_SIZE_FIGURES_H_

#include "harness/report/report.h"
#include "harness/size/size.h"

namespace atome::harness::report {

// Figures, all exact: those of FiguresOf (size_output.h) and max_seq; `bytes` of each section and symbol,
// those of one name together; of each board fits (0 or 1), flash_bytes_needed, flash_bytes, ram_bytes_needed,
// ram_bytes and longest_max_seq, absent where nothing fits. Without `command`.
ReportCell ToReport(const SizeCell& cell);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_SIZE_SIZE_FIGURES_H_
