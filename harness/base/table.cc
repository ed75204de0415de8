#include "harness/base/table.h"

#include <algorithm>
#include <cstdint>

#include "harness/base/terminal.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

std::vector<size_t> Widths(const Table& table) {
  std::vector<size_t> widths;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    size_t width = WidthOf(table.columns[c].title);
    for (const auto& row : table.rows) width = std::max(width, WidthOf(row[c]));
    widths.push_back(width);
  }
  return widths;
}

std::string Padded(std::string_view text, size_t width, bool right) {
  const std::string space(width - std::min(width, WidthOf(text)), ' ');
  return right ? StrCat(space, text) : StrCat(text, space);
}

std::string Replaced(std::string_view text, char what, std::string_view with) {
  std::string out;
  for (char c : text) c == what ? out.append(with) : out.append(1, c);
  return out;
}

// A line break would end the row, and a pipe would end the cell.
std::string MarkdownField(std::string_view field) { return Replaced(OneLine(field), '|', "\\|"); }

std::string CsvField(std::string_view field) {
  if (field.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(field);
  return StrCat("\"", Replaced(field, '"', "\"\""), "\"");
}

}  // namespace

std::string OneLine(std::string_view text) {
  std::string out(text);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  std::ranges::replace_if(out, is_control, ' ');
  return out;
}

std::string FormatText(const Table& table) {
  const std::vector<size_t> widths = Widths(table);
  std::string out;
  const auto line = [&](auto cell) {
    std::string text;
    for (size_t c = 0; c < table.columns.size(); ++c) {
      StrAppend(&text, c == 0 ? "" : "  ", Padded(OneLine(cell(c)), widths[c], table.columns[c].right));
    }
    text.erase(text.find_last_not_of(' ') + 1);
    StrAppend(&out, text, "\n");
  };
  line([&](size_t c) { return table.columns[c].title; });
  line([&](size_t c) { return std::string(widths[c], '-'); });
  for (const auto& row : table.rows) line([&](size_t c) { return row[c]; });
  return out;
}

std::string FormatMarkdown(const Table& table) {
  std::string out;
  const auto line = [&](auto cell) {
    for (size_t c = 0; c < table.columns.size(); ++c)
      StrAppend(&out, c == 0 ? "| " : " | ", MarkdownField(cell(c)));
    out += " |\n";
  };
  line([&](size_t c) { return table.columns[c].title; });
  line([&](size_t c) { return std::string(table.columns[c].right ? "---:" : "---"); });
  for (const auto& row : table.rows) line([&](size_t c) { return row[c]; });
  return out;
}

std::string FormatCsv(const Table& table) {
  std::string out;
  const auto line = [&](auto cell) {
    for (size_t c = 0; c < table.columns.size(); ++c) StrAppend(&out, c == 0 ? "" : ",", CsvField(cell(c)));
    out += "\n";
  };
  line([&](size_t c) { return table.columns[c].title; });
  for (const auto& row : table.rows) line([&](size_t c) { return row[c]; });
  return out;
}

std::string Grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, " ");
  return digits;
}

}  // namespace atome::harness
