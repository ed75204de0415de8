#include "harness/size/size_figures.h"

#include <map>

#include "harness/report/figures.h"
#include "harness/size/size_output.h"

namespace atome::harness::report {
namespace {

// Static functions and constants of several files share names.
template <class Sized>
void AddBytes(const std::vector<Sized>& all, const char* part_kind, ReportCell* out) {
  std::map<std::string, uint64_t> bytes;
  for (const Sized& each : all) bytes[each.name] += each.bytes;
  for (const auto& [name, sum] : bytes) Add(out, MakeFigure("bytes", sum, "bytes", {part_kind, name}));
}

void AddBoard(const BoardFit& fit, ReportCell* out) {
  const PartOf board{"board", std::string(fit.board->name)};
  Add(out, MakeFigure("fits", fit.fits, "", board));
  Add(out, MakeFigure("flash_bytes_needed", fit.flash_bytes_needed, "bytes", board));
  Add(out, MakeFigure("flash_bytes", fit.board->flash_bytes, "bytes", board));
  Add(out, MakeFigure("ram_bytes_needed", fit.ram_bytes_needed, "bytes", board));
  Add(out, MakeFigure("ram_bytes", fit.board->ram_bytes, "bytes", board));
  if (fit.longest_max_seq) Add(out, MakeFigure("longest_max_seq", *fit.longest_max_seq, "positions", board));
}

}  // namespace

ReportCell ToReport(const SizeCell& cell) {
  ReportCell out;
  out.key = {.kind = Kind::kSize,
             .runner = "elf",
             .core = cell.core,
             .board = "",
             .model = cell.model,
             .variant = std::string(VariantName(cell.variant)),
             .build_kind = std::string(BuildName(cell.build)),
             .text = "",
             .detail = ""};
  out.status = cell.status;
  out.message = cell.message;
  out.model_sha256 = cell.model_sha256;
  out.build = cell.firmware;
  out.build_sha256 = cell.firmware_sha256;
  for (const SizeFigure& figure : FiguresOf(cell))
    Add(&out, figure.name, figure.bytes, "bytes", cell.message);
  Add(&out, MakeFigure("max_seq", cell.max_seq, "positions"));
  if (cell.footprint) {
    AddBytes(cell.footprint->sections, "section", &out);
    AddBytes(cell.footprint->symbols, "symbol", &out);
  }
  for (const BoardFit& fit : cell.boards) AddBoard(fit, &out);
  return out;
}

}  // namespace atome::harness::report
