#include "harness/ab/known.h"

#include <algorithm>
#include <filesystem>

#include "harness/base/file.h"
#include "harness/report/report_file.h"
#include "harness/run/given_firmware.h"

namespace atome::harness::ab {
namespace {

using report::Cell;
using report::Kind;
using report::Quantity;

constexpr char kProgram[] = "atome";  // the tool whose version is the program's hash

// Those that the cell's command names: most files say their dimensions themselves, or have them beside them.
std::string_view DimensionsIn(const Cell& cell) {
  constexpr std::string_view kOption = " --config ";
  const std::string_view command = cell.command;
  const size_t at = command.find(kOption);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = command.substr(at + kOption.size());
  return rest.substr(0, rest.find(' '));
}

bool SameDimensions(const Experiment& experiment, const Entry& entry, const Cell& cell) {
  const std::optional<uint64_t> max_seq = cell.Count(Quantity::kMaxSeq);
  if (max_seq && *max_seq != entry.model.config.max_seq) return false;
  const std::string_view named = DimensionsIn(cell);
  const auto& asked = experiment.ContenderOf(entry).dimensions;
  if (named.empty()) return !asked;
  return named == ConfigToString(entry.model.config) || named == asked;
}

// What cells that were held to `accept` have as their figure: of bits, none.
std::string AcceptedText(const Acceptance& accept) {
  return accept.kind() == Acceptance::Kind::kBits ? "" : accept.Text();
}

// Whether the perplexity is of the very chunks, with their losses.
bool SameText(const Experiment& experiment, const Cell& cell) {
  const report::Figure* perplexity = cell.Find(Quantity::kPerplexity);
  const TextPlan& plan = experiment.plan;
  if (cell.Text(Quantity::kTextSha256) != experiment.text.sha256 || perplexity == nullptr ||
      perplexity->samples.size() != plan.Units() || perplexity->sample_counts.size() != plan.Units())
    return false;
  for (size_t unit = 0; unit < plan.Units(); ++unit) {
    if (perplexity->sample_counts[unit] != plan.UnitTokens(unit)) return false;
  }
  return true;
}

}  // namespace

bool Answers(const Experiment& experiment, const Piece& piece, const Cell& cell) {
  if (cell.key.kind != piece.kind || !cell.passed() || cell.model_sha256 != piece.entry->model.sha256)
    return false;  // nearly all
  const report::Key key = KeyOf(experiment, piece);
  if (cell.key.variant != key.variant || cell.key.detail != key.detail ||
      !SameDimensions(experiment, *piece.entry, cell))
    return false;
  const auto& accept = experiment.ContenderOf(*piece.entry).accept;
  if (key.kind == Kind::kParity && (!accept || cell.Text(Quantity::kAccepted) != AcceptedText(*accept)))
    return false;
  if (key.kind == Kind::kPerplexity) return SameText(experiment, cell);
  return cell.key.runner == key.runner && cell.key.core == key.core && cell.key.board == key.board &&
         cell.key.build_kind == key.build_kind;
}

std::string FirmwareSha256(const Experiment& experiment, const Piece& piece) {
  const Contender& contender = experiment.ContenderOf(*piece.entry);
  if (piece.kind == report::Kind::kPerplexity) {
    const Result<std::string> engine = contender.engine ? ReadFile(*contender.engine) : Missing("");
    return engine.ok() ? Sha256Hex(*engine) : "";
  }
  const Result<Firmware> firmware =
      contender.firmware ? LoadGivenFirmware(contender.FirmwarePath(piece.core))
                         : FindFirmware(piece.entry->model, piece.core, false, contender.variant,
                                        contender.build, experiment.specialise);
  return firmware.ok() ? Sha256Hex(firmware->elf) : "";
}

const Cell* FindIn(const report::Report& report, const Experiment& experiment, const Piece& piece,
                   const FirmwareHash& firmware) {
  for (const Cell& cell : report.cells) {
    if (!Answers(experiment, piece, cell)) continue;
    if (cell.build_sha256.empty()) return &cell;
    const std::string here = firmware(piece);
    if (here.empty() || here == cell.build_sha256) return &cell;
  }
  return nullptr;
}

KeptCells::KeptCells(std::string path, std::string program_sha256, bool fresh)
    : path_(std::move(path)), program_sha256_(std::move(program_sha256)) {
  if (fresh) return;
  Result<report::Report> kept = report::ReadReport(path_);
  if (!kept.ok() || kept->environment.tools[kProgram] != program_sha256_) return;
  before_ = *std::move(kept);
  for (const Cell& cell : before_.cells) cells_.emplace(cell.key, cell);
}

const Cell* KeptCells::Find(const Experiment& experiment, const Piece& piece,
                            const FirmwareHash& firmware) const {
  const Cell* cell = FindIn(before_, experiment, piece, firmware);
  const bool is_ours_on_the_host =
      piece.kind == Kind::kPerplexity && !experiment.ContenderOf(*piece.entry).engine;
  if (cell == nullptr || is_ours_on_the_host) return cell;
  return cell->build_sha256 == firmware(piece) ? cell : nullptr;
}

std::string KeptCells::Keep(const Cell& cell) {
  cells_.insert_or_assign(cell.key, cell);
  written_ = false;
  return Clock::now() < next_ ? "" : Write();
}

std::string KeptCells::Write() {
  if (written_) return "";
  const Clock::time_point began = Clock::now();
  report::Report report;
  report.command = "atome ab";
  report.environment.tools[kProgram] = program_sha256_;
  for (const auto& [key, cell] : cells_) report.cells.push_back(cell);
  std::error_code ignored;  // the writing says it
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), ignored);
  std::string why = report::WriteReport(report, path_);
  written_ = why.empty();
  next_ = Clock::now() + 9 * (Clock::now() - began);
  return why;
}

}  // namespace atome::harness::ab
