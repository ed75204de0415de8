// What runs measured, as one kind of thing: cells with figures. All that keeps, joins or compares
// measurements works on these; the commands that measure turn their own results into them (figures.h).
#ifndef ATOME_HARNESS_REPORT_REPORT_H_
#define ATOME_HARNESS_REPORT_REPORT_H_

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/parity/cell.h"

namespace atome::harness::report {

enum class Kind { kParity, kCycles, kSize, kPerplexity, kBenchmark, kAb };
enum class FigureClass { kExact, kInterval, kWall };

// "parity", "cycles", "size", "perplexity", "benchmark", "ab".
std::string_view KindName(Kind kind);

// Fields as in proto/report.proto, which says what they mean.
struct Figure {
  std::string name;
  std::string part_kind;
  std::string part;
  std::variant<uint64_t, double, std::string> value;
  FigureClass figure_class = FigureClass::kExact;
  std::string unit;
  std::optional<double> low, high;
  std::vector<double> samples;
  std::vector<uint32_t> sample_counts;
};

// What a cell is of. A report has one cell of a key.
struct Key {
  Kind kind = Kind::kParity;
  std::string runner, core, board, model, variant, build_kind, text, detail;

  auto operator<=>(const Key&) const = default;
  // "cycles unicorn m3 bluepill atome_60k.atome03 f32 positions 16:64": what is not empty.
  std::string Describe() const;
};

struct ReportCell {
  Key key;
  CellStatus status = CellStatus::kError;
  std::string message, note;
  std::string model_sha256, build_sha256, build;
  std::optional<Divergence> divergence;
  std::map<std::string, std::string> unavailable;
  std::string command;
  std::vector<Figure> figures;
};

struct Environment {
  std::string harness_version, commit, host, date;
  std::map<std::string, std::string> tools;
};

struct Report {
  std::string command;
  Environment environment;
  std::vector<ReportCell> cells;  // sorted by key when merged
  std::vector<std::string> sources;
};

// By key, so that the same cells make the same report, whatever measured them first.
void SortCells(Report* report);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_REPORT_H_
