#include "harness/report/print.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>

#include "harness/base/text.h"
#include "harness/report/parity_summary.h"
#include "harness/report/report_json.h"
#include "harness/report/show.h"
#include "harness/report/slower_variants.h"
#include "harness/report/view.h"
#include "harness/report/view_table.h"

namespace atome::harness::report {
namespace {

bool ShowsNotes(const View& view) {
  return std::ranges::any_of(view.columns, [](const ViewColumn& column) { return column.field == "note"; });
}

using Cells = std::vector<const Cell*>;

const std::string& PlaceOf(const Key& key) { return !key.board.empty() ? key.board : key.core; }

// The notes that no table shows, each once: "m0, m7: no silicon seen". A place some of whose cells lack the
// note says how many have it: "m3 (2 of 9)".
std::string NotesBelow(const Cells& cells, const TextStyle& style) {
  std::vector<std::pair<std::string, std::vector<std::string>>> notes;
  for (const Cell* cell : cells) {
    if (cell->note.empty()) continue;
    auto note =
        std::ranges::find(notes, cell->note, &std::pair<std::string, std::vector<std::string>>::first);
    if (note == notes.end()) note = notes.insert(note, {cell->note, {}});
    const std::string& of = PlaceOf(cell->key);
    if (std::ranges::find(note->second, of) == note->second.end()) note->second.push_back(of);
  }
  std::string text;
  for (auto& [note, of] : notes) {
    for (std::string& place : of) {
      size_t all = 0, with = 0;
      for (const Cell* cell : cells) {
        if (PlaceOf(cell->key) != place) continue;
        ++all;
        with += cell->note == note;
      }
      if (with < all && !place.empty()) StrAppend(&place, " (", with, " of ", all, ")");
    }
    const std::string places = Join(of, ", ");
    StrAppend(&text, "\n", Wrapped(StrCat(places, places.empty() ? "" : ": ", OneLine(note)), style.width, 2),
              "\n");
  }
  return text;
}

using Format = std::function<std::string(const Table&)>;

void AddTable(const std::string& title, const Table& table, const Format& format, const TextStyle& style,
              std::string* text) {
  if (table.rows.empty() || table.columns.empty()) return;
  if (!text->empty()) *text += '\n';
  if (!title.empty()) StrAppend(text, Coloured(title, Colour::kBold, style), "\n\n");
  *text += format(table);
}

bool IsNarrow(const TextStyle& style) { return style.width != TextStyle::kUnbounded; }

// The cells whose rows are printed: all, or, where a summary goes before, those that do not pass.
Cells Unfolded(Kind kind, const Cells& cells, const Format& format, const TextStyle& style,
               std::string* text) {
  if (kind != Kind::kParity || !IsNarrow(style)) return cells;
  const Table summary = ParitySummary(cells);
  if (summary.rows.empty()) return cells;
  AddTable("", summary, format, style, text);
  Cells failed;
  std::ranges::copy_if(cells, std::back_inserter(failed), [](const Cell* cell) { return !cell->passed(); });
  return failed;
}

constexpr size_t kMostParagraphs = 10;  // of cells that do not pass, where the width is bounded

std::string Verdict(const Report& report, const TextStyle& style) {
  std::string text;
  size_t passed = 0, within = 0, failed = 0;
  const size_t most = IsNarrow(style) ? kMostParagraphs : report.cells.size();
  for (const Cell& cell : report.cells) {
    passed += cell.passed();
    within += cell.outcome == Outcome::kWithin;
    if (cell.passed() || ++failed > most) continue;
    const std::string_view outcome = OutcomeText(cell.outcome);
    const std::string line =
        WrappedLines(StrCat(outcome, ": ", cell.key.Describe(), ": ", cell.message), style.width, 2);
    StrAppend(&text, "\n", Coloured(outcome, Colour::kRed, style), line.substr(outcome.size()), "\n");
  }
  if (failed > most) StrAppend(&text, "\n", failed - most, " more do not pass; --wide shows all of them\n");
  std::string sum = StrCat(passed, " of ", report.cells.size(), " cells pass");
  if (within > 0) StrAppend(&sum, ", ", within, " of them within a tolerance and not to the bit");
  const bool all = passed == report.cells.size();
  StrAppend(&text, "\n", Coloured(Wrapped(sum, style.width, 0), all ? Colour::kGreen : Colour::kRed, style),
            "\n");
  return text;
}

std::string Tables(const Report& report, const Format& format, const TextStyle& style) {
  std::map<Kind, Cells> by_kind;
  for (const Cell& cell : report.cells) by_kind[cell.key.kind].push_back(&cell);
  std::string text;
  for (const auto& [kind, cells] : by_kind) {
    const Cells unfolded = Unfolded(kind, cells, format, style, &text);
    for (const View& view : ViewsOf(kind))
      AddTable(view.title, TableOf(view, unfolded, IsNarrow(style)), format, style, &text);
    if (IsNarrow(style) || std::ranges::none_of(ViewsOf(kind), ShowsNotes))
      text += NotesBelow(unfolded, style);
    for (const std::string& line : SlowerVariants(cells))
      StrAppend(&text, "\n", Wrapped(OneLine(line), style.width, 2), "\n");
  }
  return text + Verdict(report, style);
}

std::string Csv(const Report& report) {
  Table table;
  table.columns = {{"kind"}};
  for (const KeyField& field : kKeyFields) table.columns.push_back({std::string(field.name)});
  for (const char* title :
       {"outcome", "part_kind", "part", "figure", "value", "unit", "low", "high", "message"})
    table.columns.push_back({title});
  for (const Cell& cell : report.cells) {
    std::vector<std::string> key{std::string(NameOf(cell.key.kind))};
    for (const KeyField& field : kKeyFields) key.push_back(cell.key.*field.value);
    key.emplace_back(OutcomeName(cell.outcome));
    const auto add = [&](const FigureId& id, std::vector<std::string> rest) {
      std::vector<std::string>& row = table.rows.emplace_back(key);
      row.insert(row.end(),
                 {std::string(NameOf(id.part.kind)), id.part.name, std::string(NameOf(id.quantity))});
      std::ranges::move(rest, std::back_inserter(row));
    };
    const auto text = [](const std::optional<double>& bound) { return bound ? StrCat(*bound) : ""; };
    for (const Figure& figure : cell.figures) {
      add(figure.id, {Plain(figure.value), std::string(figure.info().unit), text(figure.low),
                      text(figure.high), cell.message});
    }
    for (const auto& [quantity, why] : cell.unavailable)
      add({{}, quantity}, {"", std::string(InfoOf(quantity).unit), "", "", why});
    if (cell.figures.empty() && cell.unavailable.empty()) {
      std::vector<std::string>& row = table.rows.emplace_back(key);
      row.resize(table.columns.size() - 1);
      row.push_back(cell.message);
    }
  }
  return FormatCsv(table);
}

}  // namespace

std::string Print(const Report& report, OutputFormat format, const TextStyle& style) {
  switch (format) {
    case OutputFormat::kTable:
      return Tables(
          report, [&style](const Table& table) { return FormatText(table, style); }, style);
    case OutputFormat::kMarkdown:
      return Tables(report, FormatMarkdown, {});
    case OutputFormat::kCsv:
      return Csv(report);
    case OutputFormat::kJson:
      return JsonOf(report);
  }
  return {};
}

}  // namespace atome::harness::report
