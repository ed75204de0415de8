#include "harness/cycles/cycle_figures.h"

#include "harness/cycles/cycle_output.h"
#include "harness/report/figures.h"
#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

// How far modelled cycles are to be trusted, then what the cell says itself.
std::string Note(const CycleCell& cell) {
  if (cell.accuracy.basis.empty()) return cell.note;
  return StrCat("cycles within ", AccuracyText(cell.accuracy), ": ", cell.accuracy.basis,
                cell.note.empty() ? "" : "; ", cell.note);
}

}  // namespace

ReportCell ToReport(const CycleCell& cell) {
  ReportCell out;
  out.key = {.kind = Kind::kCycles,
             .runner = "unicorn",
             .core = cell.core,
             .board = cell.board,
             .model = cell.model,
             .variant = cell.variant,
             .build_kind = std::string(BuildName(cell.build_kind)),
             .text = "",
             .detail = StrCat("positions ", cell.positions.from, ":", cell.positions.to)};
  out.status = cell.status;
  out.message = cell.message;
  out.note = Note(cell);
  out.model_sha256 = cell.model_sha256;
  out.build = cell.build;
  out.build_sha256 = cell.build_sha256;
  Add(&out, "cycles_per_token", cell.cycles_per_token, "cycles", cell.message);
  Add(&out, "instructions_per_token", cell.instructions_per_token, "instructions", cell.message);
  Add(&out, "tokens_per_second", cell.tokens_per_second, "tokens/s",
      cell.board.empty() ? "a core without a board has no clock" : cell.message);
  for (const OpCost& cost : cell.ops) {
    Add(&out, MakeFigure("cycles_per_token", cost.cycles, "cycles", {"op", cost.op}));
    Add(&out, MakeFigure("instructions_per_token", cost.instructions, "instructions", {"op", cost.op}));
  }
  return out;
}

}  // namespace atome::harness::report
