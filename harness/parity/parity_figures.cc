#include "harness/parity/parity_figures.h"

#include "harness/report/figures.h"
#include "harness/base/text.h"

namespace atome::harness::report {

ReportCell ToReport(const Cell& cell) {
  ReportCell out;
  out.key = {.kind = Kind::kParity,
             .runner = cell.runner,
             .core = cell.core,
             .board = "",
             .model = cell.model,
             .variant = cell.variant,
             .build_kind = cell.build_kind,
             .text = "",
             .detail = cell.taps ? "taps" : ""};
  out.status = cell.status;
  out.message = cell.message;
  out.note = cell.note;
  out.model_sha256 = cell.model_sha256;
  out.build = cell.build;
  out.build_sha256 = cell.build_sha256;
  out.divergence = cell.divergence;
  out.unavailable = cell.unavailable;
  // Verify has said why what is absent is.
  const auto add = [&out](std::string_view name, const auto& value, std::string_view unit = {}) {
    if (value) Add(&out, MakeFigure(name, *value, unit));
  };
  add("tokens_matched", cell.tokens_matched, "tokens");
  add("tokens_total", cell.tokens_total, "tokens");
  add("max_ulp", cell.max_ulp, "ULP");
  add("max_abs_error", cell.max_abs_error);
  add("max_relative_error", cell.max_relative_error);
  add("instructions_per_token", cell.instructions_per_token, "instructions");
  add("instructions_total", cell.instructions_total, "instructions");
  add("cycles_per_token", cell.cycles_per_token, "cycles");
  add("cycles_total", cell.cycles_total, "cycles");
  if (!cell.cycles_basis.empty()) Add(&out, MakeFigure("cycles_basis", cell.cycles_basis));
  add("state_bytes", cell.state_bytes, "bytes");
  add("logits_sha256", cell.logits_sha256);
  for (size_t i = 0; i < cell.step_digests.size(); ++i)
    Add(&out, MakeFigure("step_digests", cell.step_digests[i], "", {"case", StrCat(i)}));
  return out;
}

}  // namespace atome::harness::report
