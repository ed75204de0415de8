#include "harness/cycles/board_measurements.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <tuple>

#include "harness/base/file.h"
#include "harness/base/json_output.h"
#include "harness/base/json_reader.h"
#include "harness/base/replace_file.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

using report::Cell;
using report::Quantity;

constexpr std::string_view kStandIn = "stand-in";
constexpr std::string_view kAbout =
    "Cycles a token that boards' own counters measured, added by atome silicon add; none are of emulators";

// The texts of a measurement, by their names in the file, in its order.
struct Field {
  const char* name;
  std::string BoardMeasurement::*text;
};
constexpr Field kFields[] = {
    {"board", &BoardMeasurement::board},       {"core", &BoardMeasurement::core},
    {"revision", &BoardMeasurement::revision}, {"server", &BoardMeasurement::server},
    {"date", &BoardMeasurement::date},         {"model", &BoardMeasurement::model},
    {"variant", &BoardMeasurement::variant},   {"build_kind", &BoardMeasurement::build_kind},
    {"detail", &BoardMeasurement::detail},     {"build_sha256", &BoardMeasurement::build_sha256}};
constexpr const char* kClock = "clock_mhz";
constexpr const char* kMeasured = "measured_cycles_per_token";
constexpr const char* kModelled = "modelled_cycles_per_token";

// What a measurement is of; there is one of a kind.
auto KeyOf(const BoardMeasurement& each) {
  return std::tie(each.board, each.model, each.variant, each.build_kind, each.detail, each.clock_mhz,
                  each.revision, each.build_sha256);
}

bool IsDate(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-dd";
  return text.size() == kForm.size() && std::ranges::equal(text, kForm, [](char c, char form) {
           return form == 'd' ? c >= '0' && c <= '9' : c == form;
         });
}

}  // namespace

std::optional<double> BoardMeasurement::OffPercent() const {
  if (!modelled_cycles_per_token || measured_cycles_per_token <= 0) return std::nullopt;
  return 100 * (*modelled_cycles_per_token - measured_cycles_per_token) / measured_cycles_per_token;
}

Result<std::vector<BoardMeasurement>> MeasurementsOf(const report::Report& report, const std::string& path,
                                                     const BoardDetails& details) {
  std::vector<BoardMeasurement> found;
  const std::string date = details.date.empty() ? report.environment.date.substr(0, 10) : details.date;
  if (!IsDate(date)) return Bad(StrCat("\"", date, "\" is no date; give --date YYYY-MM-DD"));
  for (const Cell& cell : report.cells) {
    const std::optional<double> measured = cell.Number(Quantity::kMeasuredCyclesPerToken);
    if (!measured || cell.key.kind != report::Kind::kCycles || !cell.passed()) continue;
    const std::string through = cell.Text(Quantity::kMeasuredThrough);
    const std::string what = StrCat(path, ": cell \"", cell.key.Describe(), "\"");
    if (through.empty() || through.find(kStandIn) != std::string::npos)
      return Bad(StrCat(what, " was measured through ", through.empty() ? "nothing that it names" : through,
                        ", which is no silicon; measure on a board"));
    if (cell.key.board.empty())
      return Bad(StrCat(what, " names no board; measure with --board, of your own with --boards FILE"));
    if (*measured <= 0) return Bad(StrCat(what, " measured nothing"));
    BoardMeasurement& each = found.emplace_back();
    each.board = cell.key.board;
    each.core = cell.key.core;
    each.revision = details.revision;
    each.clock_mhz = details.clock_mhz;
    each.server = details.server.empty() ? through : details.server;
    each.date = date;
    each.model = cell.key.model;
    each.variant = cell.key.variant;
    each.build_kind = cell.key.build_kind;
    each.detail = cell.key.detail;
    each.build_sha256 = cell.build_sha256;
    each.measured_cycles_per_token = *measured;
    each.modelled_cycles_per_token = cell.Number(Quantity::kCyclesPerToken);
  }
  if (found.empty())
    return Bad(StrCat(path,
                      ": has no measured cycles; make such a report with atome cycles MODEL --runner probe "
                      "--board NAME --gdb HOST:PORT --report FILE"));
  return found;
}

Result<std::vector<BoardMeasurement>> ReadMeasurements(const std::string& path) {
  std::vector<BoardMeasurement> measurements;
  if (!std::filesystem::exists(path)) return measurements;
  const Result<std::string> text = ReadFile(path);
  if (!text.ok()) return text.error();
  const auto json = ParseJson(path, *text);
  if (!json.ok()) return json.error();
  Complaints complaints(path);
  const JsonObject file(**json, "", {"about", "measurements"}, &complaints);
  const Json* const list = file.Find("measurements");
  if (list == nullptr || !list->is_array()) file.Complain("measurements", "is missing; give an array");
  std::vector<std::string_view> keys{kClock, kMeasured, kModelled};
  for (const Field& field : kFields) keys.emplace_back(field.name);
  for (size_t i = 0; complaints.none() && i < list->size(); ++i) {
    const JsonObject row((*list)[i], StrCat("/measurements/", i), keys, &complaints);
    BoardMeasurement& each = measurements.emplace_back();
    for (const Field& field : kFields)
      each.*field.text = row.AnyText(field.name, "must be text").value_or("");
    each.clock_mhz = row.Real(kClock, "must be MHz, a number");
    each.measured_cycles_per_token = row.Real(kMeasured, "must be a number of cycles");
    if (row.Has(kModelled))
      each.modelled_cycles_per_token = row.Real(kModelled, "must be a number of cycles");
    if (complaints.none() && (each.clock_mhz <= 0 || each.measured_cycles_per_token <= 0))
      row.Complain(kMeasured, "and clock_mhz must be over 0; measure again");
  }
  if (!complaints.none()) return complaints.first();
  return measurements;
}

std::string AddMeasurements(const std::string& path, const std::vector<BoardMeasurement>& more) {
  Result<std::vector<BoardMeasurement>> read = ReadMeasurements(path);
  if (!read.ok()) return read.error().message;
  std::vector<BoardMeasurement> all = *std::move(read);
  for (const BoardMeasurement& each : more) {
    const auto same = std::ranges::find_if(
        all, [&each](const BoardMeasurement& other) { return KeyOf(other) == KeyOf(each); });
    if (same != all.end())
      return StrCat(path, ": has this measurement of ", each.board, " already, of ", same->date,
                    "; take that out first, if this one shall take its place");
    all.push_back(each);
  }
  std::ranges::sort(all, [](const auto& a, const auto& b) { return KeyOf(a) < KeyOf(b); });
  Json file{{"about", kAbout}, {"measurements", MeasurementsJson(all)}};
  return ReplaceFile(path, JsonText(file));
}

nlohmann::ordered_json MeasurementsJson(const std::vector<BoardMeasurement>& measurements) {
  Json list = Json::array();
  for (const BoardMeasurement& each : measurements) {
    Json row;
    for (const Field& field : kFields) row[field.name] = each.*field.text;
    row[kClock] = each.clock_mhz;
    row[kMeasured] = each.measured_cycles_per_token;
    if (each.modelled_cycles_per_token) row[kModelled] = *each.modelled_cycles_per_token;
    list.push_back(std::move(row));
  }
  return list;
}

Table MeasurementTable(const std::vector<BoardMeasurement>& measurements) {
  Table table{.columns = {{"board"},
                          {"core"},
                          {"revision"},
                          {"MHz", true},
                          {"server"},
                          {"date"},
                          {"model"},
                          {"variant"},
                          {"build"},
                          {"measured", true},
                          {"modelled", true},
                          {"model off by", true}},
              .rows = {}};
  const auto cycles = [](double value) { return fmt::format("{:.0f}", value); };
  for (const BoardMeasurement& each : measurements) {
    const std::optional<double> off = each.OffPercent();
    table.rows.push_back({each.board, each.core, each.revision, fmt::format("{:g}", each.clock_mhz),
                          each.server, each.date, each.model, each.variant, each.build_kind,
                          cycles(each.measured_cycles_per_token),
                          each.modelled_cycles_per_token ? cycles(*each.modelled_cycles_per_token) : "-",
                          off ? fmt::format("{:+.2f}%", *off) : "-"});
  }
  return table;
}

}  // namespace atome::harness
