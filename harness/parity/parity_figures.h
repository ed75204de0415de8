// A cell of a verification as a cell of a report.
#ifndef ATOME_HARNESS_PARITY_PARITY_FIGURES_H_
#define ATOME_HARNESS_PARITY_PARITY_FIGURES_H_

#include "harness/parity/cell.h"
#include "harness/report/report.h"

namespace atome::harness::report {

// Figures, all exact: tokens_matched, tokens_total, max_ulp, max_abs_error, max_relative_error,
// instructions_per_token, instructions_total, cycles_per_token, cycles_total, cycles_basis (text: what the
// cycles rest on), state_bytes, logits_sha256; of each case step_digests. Without `command`.
ReportCell ToReport(const Cell& cell);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_PARITY_PARITY_FIGURES_H_
