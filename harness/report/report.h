// What runs measured, as one kind of thing: cells with figures. Commands that measure make cells and nothing
// else; all that prints, keeps, joins or compares measurements works on cells.
#ifndef ATOME_HARNESS_REPORT_REPORT_H_
#define ATOME_HARNESS_REPORT_REPORT_H_

#include <compare>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "harness/base/outcome.h"
#include "harness/report/divergence.h"
#include "harness/report/quantity.h"

namespace atome::harness::report {

// What a figure is of: the whole cell, or one op, symbol, board, ...
struct Part {
  PartKind kind = PartKind::kWhole;
  std::string name;

  auto operator<=>(const Part&) const = default;
};

// What names a figure in its cell. The whole cell's come first, then parts, all figures of a part together.
struct FigureId {
  Part part;
  Quantity quantity{};

  auto operator<=>(const FigureId&) const = default;
  // "ram_bytes", "cycles_per_token of op sparse".
  std::string Describe() const;
};

using Value = std::variant<uint64_t, double, std::string>;

struct Figure {
  FigureId id;
  Value value;
  std::optional<double> low{}, high{};  // 95 % interval, of class INTERVAL
  std::vector<double> samples{};  // what it was computed from: nats of each chunk, seconds of each repetition
  std::vector<uint32_t> sample_counts{};  // tokens of each chunk, where samples are sums over them

  const catalogue::QuantityRow& info() const { return InfoOf(id.quantity); }
  bool is_wall() const { return IsWall(id.quantity); }
  // Nothing for text.
  std::optional<double> Number() const;
  bool operator==(const Figure&) const = default;
};

// Why a file cannot hold the figure: not finite, half an interval, counts without samples; empty when it can.
std::string WhyNoFigure(const Figure& figure);

// What a cell is of. A report has one cell of a key.
struct Key {
  Kind kind = Kind::kParity;
  std::string runner, core, board, model, variant, build_kind, text, detail;

  auto operator<=>(const Key&) const = default;
  // "cycles unicorn m3 bluepill atome_60k.atome03 f32 positions 16:64": what is not empty.
  std::string Describe() const;
};

// A key's fields but its kind, by the names that files have for them, in order.
struct KeyField {
  std::string_view name;
  std::string Key::*value;
};
inline constexpr KeyField kKeyFields[] = {{"runner", &Key::runner},   {"core", &Key::core},
                                          {"board", &Key::board},     {"model", &Key::model},
                                          {"variant", &Key::variant}, {"build_kind", &Key::build_kind},
                                          {"text", &Key::text},       {"detail", &Key::detail}};

struct Cell {
  Key key;
  Outcome outcome = Outcome::kError;
  std::string message;  // why the outcome is not pass; of within, what was reached
  std::string note;     // as "runs on a Cortex-M0, the nearest machine"
  std::string model_sha256;
  std::string build_sha256;  // of the firmware's ELF; empty for the library
  std::string build;         // what ran: the firmware's name, or "library"
  std::optional<Divergence> divergence;
  std::map<Quantity, std::string> unavailable;  // why a figure is absent
  std::string command;                          // measures this cell again, from the repository's root
  std::vector<Figure> figures;

  // To the bit, or within the tolerance that was asked.
  bool passed() const { return Passes(outcome); }
  void Fail(Outcome how, std::string why) {
    outcome = how;
    message = std::move(why);
  }

  // Adds the figure, or says that it is absent since it is not finite.
  void Add(Figure figure);
  void Add(Quantity quantity, Value value, Part part = {});
  template <std::integral Integer>
  void Add(Quantity quantity, Integer value, Part part = {}) {
    Add(quantity, Value(static_cast<uint64_t>(value)), std::move(part));
  }
  // Adds the figure of the whole cell, or why it is absent, unless the cell says that already.
  template <class T>
  void AddOr(Quantity quantity, const std::optional<T>& value, std::string_view why) {
    if (value) {
      Add(quantity, *value);
    } else {
      unavailable.try_emplace(quantity, why);
    }
  }

  // nullptr, or nothing, where the cell has none or it is of another type.
  const Figure* Find(Quantity quantity, const Part& part = {}) const;
  std::optional<double> Number(Quantity quantity, const Part& part = {}) const;
  std::optional<uint64_t> Count(Quantity quantity, const Part& part = {}) const;
  std::string Text(Quantity quantity, const Part& part = {}) const;
  // Names of the parts of a kind that have the quantity, in the cell's order.
  std::vector<std::string> Parts(PartKind kind, Quantity quantity) const;
};

struct Environment {
  std::string harness_version, commit, host, date;
  std::map<std::string, std::string> tools;
};

struct Report {
  std::string command;
  Environment environment;
  std::vector<Cell> cells;  // sorted by key when merged
  std::vector<std::string> sources;
  // Of a report in an older form: "bpb -> bits_per_byte". Not written.
  std::set<std::string> renamed;
};

// By key, so that the same cells make the same report, whatever measured them first.
void SortCells(Report* report);
// By id; they point into the cell.
std::vector<const Figure*> SortedFigures(const Cell& cell);

Outcome WorstOf(const std::vector<Cell>& cells);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_REPORT_H_
