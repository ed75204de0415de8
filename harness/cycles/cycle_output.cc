#include "harness/cycles/cycle_output.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/base/json_output.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json OrNull(const std::optional<T>& value) {
  return value.has_value() ? Json(*value) : Json(nullptr);
}

std::string PositionsText(const Positions& positions) { return StrCat(positions.from, ":", positions.to); }

std::string Rounded(double figure) {
  return Grouped(static_cast<uint64_t>(std::llround(std::max(figure, 0.0))));
}

std::string Rounded(const std::optional<double>& figure) { return figure ? Rounded(*figure) : "-"; }

Json CellJson(const CycleCell& cell) {
  Json ops = Json::object();
  for (const OpCost& op : cell.ops) {
    ops[op.op] = {{"cycles_per_token", op.cycles}, {"instructions_per_token", op.instructions}};
  }
  return {{"core", cell.core},
          {"board", cell.board.empty() ? Json(nullptr) : Json(cell.board)},
          {"model", cell.model},
          {"variant", cell.variant},
          {"positions", PositionsText(cell.positions)},
          {"status", StatusName(cell.status)},
          {"cycles_per_token", OrNull(cell.cycles_per_token)},
          {"instructions_per_token", OrNull(cell.instructions_per_token)},
          {"ops", ops},
          {"accuracy",
           {{"mean_percent", OrNull(cell.accuracy.mean_percent)},
            {"worst_percent", cell.accuracy.worst_percent},
            {"basis", cell.accuracy.basis}}},
          {"clock_hz", OrNull(cell.clock_hz)},
          {"tokens_per_second", OrNull(cell.tokens_per_second)},
          {"model_sha256", cell.model_sha256},
          {"build", cell.build},
          {"build_sha256", cell.build_sha256},
          {"note", cell.note},
          {"message", cell.message}};
}

Table CostTable(const std::vector<CycleCell>& cells) {
  Table table;
  table.columns = {{"model"},
                   {"variant"},
                   {"core"},
                   {"board"},
                   {"positions"},
                   {"cycles/token", true},
                   {"instr/token", true},
                   {"tokens/s", true},
                   {"accuracy"},
                   {"note"}};
  for (const CycleCell& cell : cells) {
    const std::string note =
        cell.status == CellStatus::kPass ? cell.note : std::string(StatusName(cell.status));
    table.rows.push_back({cell.model, cell.variant, cell.core, cell.board.empty() ? "-" : cell.board,
                          PositionsText(cell.positions), Rounded(cell.cycles_per_token),
                          Rounded(cell.instructions_per_token),
                          cell.tokens_per_second ? fmt::format("{:.1f}", *cell.tokens_per_second) : "-",
                          AccuracyText(cell.accuracy), note});
  }
  return table;
}

constexpr std::string_view kOther = "other";

// Cycles of each op; only cells that were measured.
Table OpTable(const std::vector<CycleCell>& cells) {
  Table table;
  table.columns = {{"model"}, {"variant"}, {"core"}, {"board"}};
  std::vector<std::string> ops;  // of all cells; "other" last
  for (const CycleCell& cell : cells) {
    for (const OpCost& cost : cell.ops) {
      if (cost.op != kOther && std::ranges::find(ops, cost.op) == ops.end()) ops.push_back(cost.op);
    }
  }
  ops.emplace_back(kOther);
  for (const std::string& op : ops) table.columns.push_back({op, true});
  for (const CycleCell& cell : cells) {
    if (cell.ops.empty()) continue;
    std::vector<std::string> row{cell.model, cell.variant, cell.core, cell.board.empty() ? "-" : cell.board};
    for (const std::string& op : ops) {
      const auto cost = std::ranges::find(cell.ops, op, &OpCost::op);
      row.push_back(cost == cell.ops.end() ? "-" : Rounded(cost->cycles));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table CsvTable(const std::vector<CycleCell>& cells) {
  Table table;
  for (const char* key :
       {"core", "board", "model", "variant", "positions", "status", "op", "cycles_per_token",
        "instructions_per_token", "tokens_per_second", "accuracy_worst_percent", "build", "message"}) {
    table.columns.push_back({key});
  }
  const auto add = [&table](const CycleCell& cell, std::string op, const std::optional<double>& cycles,
                            const std::optional<double>& instructions) {
    const auto text = [](const std::optional<double>& figure) { return figure ? StrCat(*figure) : ""; };
    const bool whole = op == "all";
    table.rows.push_back({cell.core, cell.board, cell.model, cell.variant, PositionsText(cell.positions),
                          std::string(StatusName(cell.status)), std::move(op), text(cycles),
                          text(instructions), whole ? text(cell.tokens_per_second) : "",
                          StrCat(cell.accuracy.worst_percent), cell.build, cell.message});
  };
  for (const CycleCell& cell : cells) {
    add(cell, "all", cell.cycles_per_token, cell.instructions_per_token);
    for (const OpCost& op : cell.ops) add(cell, op.op, op.cycles, op.instructions);
  }
  return table;
}

std::string Tables(const std::vector<CycleCell>& cells, std::string (*format)(const Table&)) {
  std::string text = "Modelled cycles a token, mean over the positions\n\n" + format(CostTable(cells));
  const Table ops = OpTable(cells);
  if (!ops.rows.empty()) StrAppend(&text, "\nCycles a token by op\n\n", format(ops));
  for (const CycleCell& cell : cells) {
    if (cell.status == CellStatus::kPass) continue;
    StrAppend(&text, "\n", StatusName(cell.status), ": ", cell.model, " on ",
              cell.board.empty() ? cell.core : cell.board, ": ", cell.message, "\n");
  }
  return text;
}

}  // namespace

std::string AccuracyText(const CycleAccuracy& accuracy) {
  return accuracy.mean_percent
             ? fmt::format("{}% mean, {}% worst", *accuracy.mean_percent, accuracy.worst_percent)
             : fmt::format("{}% worst", accuracy.worst_percent);
}

std::string FormatCycles(const std::vector<CycleCell>& cells, OutputFormat format) {
  switch (format) {
    case OutputFormat::kTable:
      return Tables(cells, FormatText);
    case OutputFormat::kMarkdown:
      return Tables(cells, FormatMarkdown);
    case OutputFormat::kCsv:
      return FormatCsv(CsvTable(cells));
    case OutputFormat::kJson:
      return JsonOfCells(cells, CellJson);
  }
  return {};
}

}  // namespace atome::harness
