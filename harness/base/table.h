// Tables of text in the formats that the command offers.
#ifndef ATOME_HARNESS_BASE_TABLE_H_
#define ATOME_HARNESS_BASE_TABLE_H_

#include <string>
#include <string_view>
#include <vector>

namespace atome::harness {

enum class OutputFormat { kTable, kJson, kCsv, kMarkdown };

struct Column {
  std::string title;
  bool right = false;  // for numbers
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // each as long as columns; UTF-8
};

// Replaces each control character by a space, because texts of reports and files reach terminals.
std::string OneLine(std::string_view text);

std::string FormatText(const Table& table);      // columns padded with spaces
std::string FormatMarkdown(const Table& table);  // as GitHub reads it
std::string FormatCsv(const Table& table);       // RFC 4180, but lines end in \n

// 1234567 -> "1 234 567".
std::string Grouped(uint64_t number);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_TABLE_H_
