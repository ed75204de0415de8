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
    for (const auto& row : table.rows) width = std::max(width, WidthOf(OneLine(row[c])));
    widths.push_back(width);
  }
  return widths;
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

constexpr size_t kGap = 2;       // columns between two of the table
constexpr size_t kMostCut = 24;  // a text is not cut to less

size_t Sum(const std::vector<size_t>& widths, const std::vector<bool>& shown) {
  size_t sum = 0;
  for (size_t c = 0; c < widths.size(); ++c) sum += shown[c] ? widths[c] + kGap : 0;
  return sum - std::min(sum, kGap);
}

std::string Cut(const std::string& text, size_t width) {
  return WidthOf(text) <= width ? text : CutTo(width, text);
}

// What of a table fits a width.
struct Fitted {
  std::vector<size_t> widths;
  std::vector<bool> shown;
  std::vector<std::string> same;  // "variant f32", in all rows
  std::vector<std::string> left_out;
};

bool SaysTheSame(const Table& table, size_t column) {
  return !table.rows.empty() && std::ranges::all_of(table.rows, [&](const auto& row) {
    return row[column] == table.rows.front()[column];
  });
}

Fitted Fit(const Table& table, size_t width) {
  const size_t count = table.columns.size();
  Fitted fitted{Widths(table), std::vector<bool>(count, true), {}, {}};
  const auto fits = [&] { return Sum(fitted.widths, fitted.shown) <= width; };
  for (size_t c = 0; c < count && !fits(); ++c) {
    const Column& column = table.columns[c];
    const bool judges = column.colour != nullptr;  // that all rows pass is seen in all rows
    if (column.right || judges || !SaysTheSame(table, c) || std::ranges::count(fitted.shown, true) == 1)
      continue;
    fitted.shown[c] = false;
    fitted.same.push_back(StrCat(table.columns[c].title, " ", OneLine(table.rows.front()[c])));
  }
  for (size_t c = 0; c < count && !fits(); ++c) {
    if (!fitted.shown[c] || table.columns[c].right) continue;
    const size_t least = std::max(kMostCut, WidthOf(table.columns[c].title));
    const size_t too_many = Sum(fitted.widths, fitted.shown) - width;
    if (fitted.widths[c] > least) fitted.widths[c] -= std::min(too_many, fitted.widths[c] - least);
  }
  std::vector<bool> gone(count, false);
  while (!fits() && std::ranges::count(fitted.shown, true) > 1) {
    size_t least = count;
    for (size_t c = 0; c < count; ++c) {
      const bool less = least == count || table.columns[c].importance <= table.columns[least].importance;
      if (fitted.shown[c] && less) least = c;
    }
    fitted.shown[least] = false;
    gone[least] = true;
  }
  for (size_t c = 0; c < count; ++c) {
    if (gone[c]) fitted.left_out.push_back(table.columns[c].title);
  }
  return fitted;
}

}  // namespace

std::string OneLine(std::string_view text) {
  std::string out(text);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  std::ranges::replace_if(out, is_control, ' ');
  return out;
}

std::string FormatText(const Table& table, const TextStyle& style) {
  const Fitted fitted = Fit(table, style.width);
  std::string out;
  const auto line = [&](auto cell, auto colour) {
    std::string text, space;
    for (size_t c = 0; c < table.columns.size(); ++c) {
      if (!fitted.shown[c]) continue;
      const std::string field = Cut(OneLine(cell(c)), fitted.widths[c]);
      const std::string padding(fitted.widths[c] - std::min(fitted.widths[c], WidthOf(field)), ' ');
      // Spaces wait for what is behind them: no line ends in one.
      if (table.columns[c].right) space += padding;
      if (!field.empty()) {
        const std::optional<Colour> chosen = colour(c, field);
        StrAppend(&text, space, chosen ? Coloured(field, *chosen, style) : field);
        space.clear();
      }
      StrAppend(&space, table.columns[c].right ? "" : padding, std::string(kGap, ' '));
    }
    text.erase(text.find_last_not_of(' ') + 1);  // a field's own
    StrAppend(&out, text, "\n");
  };
  const auto none = [](size_t, std::string_view) { return std::optional<Colour>(); };
  line([&](size_t c) { return table.columns[c].title; },
       [](size_t, std::string_view) { return std::optional(Colour::kBold); });
  line([&](size_t c) { return std::string(fitted.widths[c], '-'); }, none);
  for (const auto& row : table.rows) {
    line([&](size_t c) { return row[c]; },
         [&](size_t c, std::string_view field) {
           const Column& column = table.columns[c];
           return column.colour == nullptr ? std::nullopt : column.colour(field);
         });
  }
  if (!fitted.same.empty())
    StrAppend(&out, Wrapped(StrCat("in all rows: ", Join(fitted.same, ", ")), style.width, 2), "\n");
  if (!fitted.left_out.empty()) {
    const std::string text = StrCat("left out: ", Join(fitted.left_out, ", "), "; --wide shows all");
    StrAppend(&out, Wrapped(text, style.width, 2), "\n");
  }
  return out;
}

std::string FormatText(const Table& table) { return FormatText(table, {}); }

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
