#include "harness/parity/cell_output.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/base/json_output.h"
#include "harness/base/table.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json OrNull(const std::optional<T>& value) {
  return value.has_value() ? Json(*value) : Json(nullptr);
}

Json DivergenceJson(const Divergence& divergence) {
  Json json{{"case", divergence.case_index},
            {"step", divergence.step},
            {"layer", divergence.layer == kNoLayer ? Json(nullptr) : Json(divergence.layer)},
            {"op", OpName(divergence.op)},
            {"index", OrNull(divergence.index)}};
  if (divergence.index.has_value()) {
    const auto value = [](float x) { return std::isfinite(x) ? Json(x) : Json(StrCat(x)); };
    json["expected"] = value(divergence.expected);
    json["expected_bits"] = fmt::format("{:#010x}", std::bit_cast<uint32_t>(divergence.expected));
    json["actual"] = value(divergence.actual);
    json["actual_bits"] = fmt::format("{:#010x}", std::bit_cast<uint32_t>(divergence.actual));
    json["ulp"] = UlpDistance(divergence.expected, divergence.actual);
  }
  if (!divergence.note.empty()) json["note"] = divergence.note;
  return json;
}

Json CellJson(const Cell& cell) {
  Json json{{"runner", cell.runner},
            {"core", cell.core},
            {"model", cell.model},
            {"variant", cell.variant},
            {"status", StatusName(cell.status)},
            {"tokens_matched", OrNull(cell.tokens_matched)},
            {"tokens_total", OrNull(cell.tokens_total)},
            {"max_ulp", OrNull(cell.max_ulp)},
            {"max_abs_error", OrNull(cell.max_abs_error)},
            {"max_relative_error", OrNull(cell.max_relative_error)},
            {"instructions_per_token", OrNull(cell.instructions_per_token)},
            {"instructions_total", OrNull(cell.instructions_total)},
            {"cycles_per_token", OrNull(cell.cycles_per_token)},
            {"cycles_total", OrNull(cell.cycles_total)},
            {"cycles_basis", cell.cycles_basis},
            {"state_bytes", OrNull(cell.state_bytes)},
            {"logits_sha256", OrNull(cell.logits_sha256)},
            {"model_sha256", cell.model_sha256},
            {"build", cell.build},
            {"build_sha256", cell.build_sha256},
            {"note", cell.note},
            {"message", cell.message},
            {"unavailable", cell.unavailable}};
  if (cell.divergence.has_value()) json["divergence"] = DivergenceJson(*cell.divergence);
  return json;
}

std::string Text(const std::optional<uint64_t>& number, const char* absent) {
  return number.has_value() ? Grouped(*number) : absent;
}

std::string Rounded(const std::optional<double>& figure) {
  return figure ? Grouped(static_cast<uint64_t>(std::llround(*figure))) : "-";
}

Table CellTable(const std::vector<Cell>& cells) {
  Table table;
  table.columns = {{"model"},
                   {"variant"},
                   {"runner"},
                   {"core"},
                   {"status"},
                   {"tokens", true},
                   {"logits", true},
                   {"max|d| oracle", true},
                   {"instr/token", true},
                   {"cycles/token", true},
                   {"state bytes", true},
                   {"note"}};
  for (const Cell& cell : cells) {
    table.rows.push_back({cell.model, cell.variant, cell.runner, cell.core,
                          std::string(StatusName(cell.status)),
                          cell.tokens_matched ? StrCat(*cell.tokens_matched, "/", *cell.tokens_total) : "-",
                          cell.max_ulp ? StrCat(*cell.max_ulp, " ULP") : "-",
                          cell.max_abs_error ? fmt::format("{:.1e}", *cell.max_abs_error) : "-",
                          Rounded(cell.instructions_per_token), Rounded(cell.cycles_per_token),
                          Text(cell.state_bytes, "-"), cell.note});
  }
  return table;
}

// Every figure in full, for programs that read tables.
Table CsvTable(const std::vector<Cell>& cells) {
  Table table;
  const std::vector<const char*> keys{"runner",
                                      "core",
                                      "model",
                                      "variant",
                                      "status",
                                      "tokens_matched",
                                      "tokens_total",
                                      "max_ulp",
                                      "max_abs_error",
                                      "max_relative_error",
                                      "instructions_per_token",
                                      "instructions_total",
                                      "cycles_per_token",
                                      "cycles_total",
                                      "cycles_basis",
                                      "state_bytes",
                                      "build",
                                      "note",
                                      "message"};
  for (const char* key : keys) table.columns.push_back({key});
  for (const Cell& cell : cells) {
    const Json json = CellJson(cell);
    std::vector<std::string> row;
    for (const char* key : keys) {
      const Json& value = json[key];
      row.push_back(value.is_null() ? "" : value.is_string() ? value.get<std::string>() : value.dump());
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

// Under the table: what went wrong in full, then the verdict.
std::string Summary(const std::vector<Cell>& cells) {
  std::string text;
  size_t passed = 0;
  for (const Cell& cell : cells) {
    if (cell.status == CellStatus::kPass) {
      ++passed;
    } else {
      StrAppend(&text, "\n", StatusName(cell.status), ": ", cell.model, " on ", cell.runner, " ", cell.core,
                ": ", cell.message, "\n");
    }
  }
  StrAppend(&text, "\n", passed, " of ", cells.size(), " cells pass\n");
  return text;
}

}  // namespace

std::string FormatCells(const std::vector<Cell>& cells, OutputFormat format) {
  switch (format) {
    case OutputFormat::kTable:
      return FormatText(CellTable(cells)) + Summary(cells);
    case OutputFormat::kMarkdown:
      return FormatMarkdown(CellTable(cells)) + Summary(cells);
    case OutputFormat::kCsv:
      return FormatCsv(CsvTable(cells));
    case OutputFormat::kJson:
      return JsonOfCells(cells, CellJson);
  }
  return {};
}

}  // namespace atome::harness
