// Tables of text in the formats that the command offers.
#ifndef ATOME_HARNESS_BASE_TABLE_H_
#define ATOME_HARNESS_BASE_TABLE_H_

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/terminal.h"

namespace atome::harness {

enum class OutputFormat { kTable, kJson, kCsv, kMarkdown };

struct Column {
  std::string title;
  bool right = false;  // for numbers
  // Where a line is too short for all columns the least important go first, of equals the rightmost.
  unsigned importance = std::numeric_limits<unsigned>::max();
  // Of a field, where there are colours; nullptr: none.
  std::optional<Colour> (*colour)(std::string_view field) = nullptr;
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // each as long as columns; UTF-8
};

// Replaces each control character by a space, because texts of reports and files reach terminals.
std::string OneLine(std::string_view text);

// Columns padded with spaces. Where the style's width is too small, in this order until the rest fits:
// columns of text that say the same in all rows are said once, below the table; long texts are cut to
// "begin..."; columns are left out, the least important first, and named below, with the option --wide that
// shows them.
std::string FormatText(const Table& table, const TextStyle& style);
std::string FormatText(const Table& table);      // of any width, without colours
std::string FormatMarkdown(const Table& table);  // as GitHub reads it
std::string FormatCsv(const Table& table);       // RFC 4180, but lines end in \n

// 1234567 -> "1 234 567".
std::string Grouped(uint64_t number);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_TABLE_H_
