#include "harness/size/size_output.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "harness/base/json_output.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json OrNull(const std::optional<T>& value) {
  return value.has_value() ? Json(*value) : Json(nullptr);
}

std::span<const SymbolSize> Largest(const Footprint& footprint, size_t count) {
  return std::span(footprint.symbols).first(std::min(count, footprint.symbols.size()));
}

Json CellJson(const SizeCell& cell, size_t symbols) {
  Json json{{"core", cell.core},
            {"model", cell.model},
            {"variant", VariantName(cell.variant)},
            {"build", BuildName(cell.build)},
            {"max_seq", cell.max_seq},
            {"status", StatusName(cell.status)}};
  for (const SizeFigure& figure : FiguresOf(cell)) json[figure.name] = OrNull(figure.bytes);
  json["sections"] = Json::array();
  json["symbols"] = Json::array();
  if (cell.footprint) {
    for (const SectionSize& section : cell.footprint->sections) {
      json["sections"].push_back({{"section", section.name},
                                  {"part", PartName(section.part)},
                                  {"kind", KindName(section.kind)},
                                  {"bytes", section.bytes}});
    }
    for (const SymbolSize& symbol : Largest(*cell.footprint, symbols)) {
      json["symbols"].push_back({{"symbol", symbol.name},
                                 {"section", symbol.section},
                                 {"part", PartName(symbol.part)},
                                 {"kind", KindName(symbol.kind)},
                                 {"bytes", symbol.bytes}});
    }
  }
  json["boards"] = Json::array();
  for (const BoardFit& fit : cell.boards) {
    json["boards"].push_back({{"board", fit.board->name},
                              {"fits", fit.fits},
                              {"flash_bytes_needed", fit.flash_bytes_needed},
                              {"flash_bytes", fit.board->flash_bytes},
                              {"ram_bytes_needed", fit.ram_bytes_needed},
                              {"ram_bytes", fit.board->ram_bytes},
                              {"longest_max_seq", OrNull(fit.longest_max_seq)}});
  }
  json["model_sha256"] = cell.model_sha256;
  json["firmware"] = cell.firmware;
  json["firmware_sha256"] = cell.firmware_sha256;
  json["message"] = cell.message;
  return json;
}

Table CsvTable(const std::vector<SizeCell>& cells) {
  Table table;
  for (const char* key : {"core", "model", "variant", "build", "max_seq", "status"})
    table.columns.push_back({key});
  for (const SizeFigure& figure : FiguresOf({})) table.columns.push_back({figure.name});
  for (const char* key : {"board", "fits", "flash_bytes_needed", "ram_bytes_needed", "longest_max_seq",
                          "firmware", "message"}) {
    table.columns.push_back({key});
  }
  for (const SizeCell& cell : cells) {
    std::vector<std::string> common{cell.core,
                                    cell.model,
                                    std::string(VariantName(cell.variant)),
                                    std::string(BuildName(cell.build)),
                                    StrCat(cell.max_seq),
                                    std::string(StatusName(cell.status))};
    for (const SizeFigure& figure : FiguresOf(cell))
      common.push_back(figure.bytes ? StrCat(*figure.bytes) : "");
    const auto add = [&](std::vector<std::string> board) {
      std::vector<std::string> row = common;
      row.insert(row.end(), board.begin(), board.end());
      row.insert(row.end(), {cell.firmware, cell.message});
      table.rows.push_back(std::move(row));
    };
    for (const BoardFit& fit : cell.boards) {
      add({std::string(fit.board->name), fit.fits ? "true" : "false", StrCat(fit.flash_bytes_needed),
           StrCat(fit.ram_bytes_needed), fit.longest_max_seq ? StrCat(*fit.longest_max_seq) : ""});
    }
    if (cell.boards.empty()) add({"", "", "", "", ""});
  }
  return table;
}

// A demangled name without its template arguments, which may take lines: "atome::op::Embed<>(...)" stays
// readable.
std::string Brief(const std::string& name) {
  if (name.find("operator") != std::string::npos) return name;
  std::string brief;
  int depth = 0;
  for (const char c : name) {
    if (c == '>') --depth;
    if (depth == 0) brief += c;
    if (c == '<') ++depth;
  }
  return brief;
}

std::string Shown(std::optional<uint64_t> bytes) { return bytes ? Grouped(*bytes) : "-"; }

// A row per cell of the figures named, in bytes.
Table FigureTable(const std::vector<SizeCell>& cells,
                  const std::vector<std::pair<const char*, const char*>>& columns) {
  Table table;
  table.columns = {{"model"}, {"core"}, {"variant"}, {"build"}};
  for (const auto& [title, name] : columns) table.columns.push_back({title, true});
  for (const SizeCell& cell : cells) {
    std::vector<std::string> row{cell.model, cell.core, std::string(VariantName(cell.variant)),
                                 std::string(BuildName(cell.build))};
    const std::vector<SizeFigure> figures = FiguresOf(cell);
    for (const auto& column : columns) {
      const std::string_view name = column.second;
      row.push_back(Shown(std::ranges::find_if(figures, [name](const SizeFigure& figure) {
                            return figure.name == name;
                          })->bytes));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table BoardTable(const std::vector<SizeCell>& cells) {
  Table table;
  table.columns = {{"model"},
                   {"board"},
                   {"core"},
                   {"variant"},
                   {"build"},
                   {"flash needed", true},
                   {"flash", true},
                   {"RAM needed", true},
                   {"RAM", true},
                   {"fits"},
                   {"longest max_seq", true}};
  for (const SizeCell& cell : cells) {
    for (const BoardFit& fit : cell.boards) {
      table.rows.push_back({cell.model, std::string(fit.board->name), cell.core,
                            std::string(VariantName(cell.variant)), std::string(BuildName(cell.build)),
                            Grouped(fit.flash_bytes_needed), Grouped(fit.board->flash_bytes),
                            Grouped(fit.ram_bytes_needed), Grouped(fit.board->ram_bytes),
                            fit.fits ? "yes" : "no", Shown(fit.longest_max_seq)});
    }
  }
  return table;
}

Table SymbolTable(const std::vector<SizeCell>& cells, size_t symbols) {
  Table table;
  table.columns = {{"model"}, {"core"},    {"variant"},     {"build"},
                   {"part"},  {"section"}, {"bytes", true}, {"symbol"}};
  for (const SizeCell& cell : cells) {
    if (!cell.footprint) continue;
    for (const SymbolSize& symbol : Largest(*cell.footprint, symbols)) {
      table.rows.push_back({cell.model, cell.core, std::string(VariantName(cell.variant)),
                            std::string(BuildName(cell.build)), std::string(PartName(symbol.part)),
                            symbol.section, Grouped(symbol.bytes), Brief(symbol.name)});
    }
  }
  return table;
}

std::string Tables(const std::vector<SizeCell>& cells, size_t symbols, std::string (*format)(const Table&)) {
  std::string text = "Flash, bytes\n\n";
  StrAppend(&text, format(FigureTable(cells, {{"engine text", "engine_text_bytes"},
                                              {"library text", "library_text_bytes"},
                                              {"start-up text", "startup_text_bytes"},
                                              {"code", "code_bytes"},
                                              {"rodata", "rodata_bytes"},
                                              {"data", "data_bytes"},
                                              {"firmware", "firmware_bytes"},
                                              {"model", "model_bytes"}})));
  StrAppend(&text, "\nRAM, bytes\n\n",
            format(FigureTable(cells, {{"state", "state_bytes"},
                                       {"stack", "stack_bytes"},
                                       {"logits", "logits_bytes"},
                                       {"data", "data_bytes"},
                                       {"bss", "bss_bytes"},
                                       {"in all", "ram_bytes"},
                                       {"stack reserved", "stack_reserved_bytes"}})));
  const Table boards = BoardTable(cells);
  if (!boards.rows.empty()) StrAppend(&text, "\nBoards, bytes\n\n", format(boards));
  if (symbols != 0) StrAppend(&text, "\nLargest symbols\n\n", format(SymbolTable(cells, symbols)));
  for (const SizeCell& cell : cells) {
    if (cell.status == CellStatus::kPass) continue;
    StrAppend(&text, "\n", StatusName(cell.status), ": ", cell.model, " ", VariantName(cell.variant), " on ",
              cell.core, ": ", cell.message, "\n");
  }
  return text;
}

}  // namespace

std::vector<SizeFigure> FiguresOf(const SizeCell& cell) {
  const auto of = [&cell](auto figure) -> std::optional<uint64_t> {
    if (!cell.footprint) return std::nullopt;
    return figure(*cell.footprint);
  };
  const auto kind = [&of](SectionKind wanted) {
    return of([wanted](const Footprint& footprint) { return footprint.Bytes(wanted); });
  };
  const auto text = [&of](Part part) {
    return of([part](const Footprint& footprint) { return footprint.Bytes(SectionKind::kText, part); });
  };
  const auto ram = [&cell](auto RamUse::*figure) -> std::optional<uint64_t> {
    if (!cell.ram) return std::nullopt;
    return *cell.ram.*figure;
  };
  return {{"engine_text_bytes", text(Part::kEngine)},
          {"library_text_bytes", text(Part::kLibrary)},
          {"startup_text_bytes", text(Part::kStartup)},
          {"code_bytes", kind(SectionKind::kText)},
          {"rodata_bytes", kind(SectionKind::kRodata)},
          {"firmware_bytes", of([](const Footprint& footprint) { return footprint.FirmwareBytes(); })},
          {"model_bytes", of([](const Footprint& footprint) { return footprint.ModelBytes(); })},
          {"data_bytes", kind(SectionKind::kData)},
          {"bss_bytes", kind(SectionKind::kBss)},
          {"stack_reserved_bytes", kind(SectionKind::kStack)},
          {"state_bytes", ram(&RamUse::state_bytes)},
          {"stack_bytes", ram(&RamUse::stack_bytes)},
          {"logits_bytes", ram(&RamUse::logits_bytes)},
          {"ram_bytes", cell.RamBytes()}};
}

std::string FormatSizes(const std::vector<SizeCell>& cells, OutputFormat format, size_t symbols) {
  switch (format) {
    case OutputFormat::kTable:
      return Tables(cells, symbols, FormatText);
    case OutputFormat::kMarkdown:
      return Tables(cells, symbols, FormatMarkdown);
    case OutputFormat::kCsv:
      return FormatCsv(CsvTable(cells));
    case OutputFormat::kJson:
      return JsonOfCells(cells, [symbols](const SizeCell& cell) { return CellJson(cell, symbols); });
  }
  return {};
}

}  // namespace atome::harness
