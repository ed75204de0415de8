#include "harness/report/print.h"

#include <algorithm>

#include "harness/base/text.h"
#include "harness/report/report_json.h"
#include "harness/report/show.h"
#include "harness/report/view.h"
#include "harness/statistics/median.h"

namespace atome::harness::report {
namespace {

constexpr std::string_view kAbsent = "-";
constexpr std::string_view kRest = "other";  // an op: comes behind those that have a name

struct Row {
  const Cell* cell;
  Part part;
};

// The column's figure in the row; nullptr when it is absent.
const Figure* FigureIn(const Row& row, Quantity quantity, PartKind of_part) {
  if (of_part == PartKind::kWhole) return row.cell->Find(quantity, row.part);
  const std::vector<std::string> parts = row.cell->Parts(of_part, quantity);
  return parts.empty() ? nullptr : row.cell->Find(quantity, {of_part, parts.front()});
}

std::string FieldText(const Cell& cell, std::string_view field) {
  if (field == "outcome") return std::string(OutcomeText(cell.outcome));
  if (field == "note") return cell.note;
  if (field == "message") return cell.message;
  const auto* key = std::ranges::find(kKeyFields, field, &KeyField::name);
  const std::string& text = cell.key.*key->value;
  return text.empty() ? std::string(kAbsent) : text;
}

class TableMaker {
 public:
  TableMaker(const View& view, const std::vector<const Cell*>& cells) : view_(view) { FindRows(cells); }

  Table Make() {
    table_.rows.resize(rows_.size());
    for (const ViewColumn& column : view_.columns) {
      switch (column.what) {
        case ViewColumn::What::kField:
          AddTexts(column.title.empty() ? TitleOf(column.field) : column.title,
                   [&](const Row& row) { return FieldText(*row.cell, column.field); });
          break;
        case ViewColumn::What::kPart:
          AddPartNames(column);
          break;
        case ViewColumn::What::kFigures:
          AddFigures(column);
          break;
      }
    }
    return std::move(table_);
  }

 private:
  static std::string TitleOf(std::string_view field) {
    return field == "build_kind" ? "build" : std::string(field);
  }

  void FindRows(const std::vector<const Cell*>& cells) {
    for (const Cell* cell : cells) {
      if (view_.rows == PartKind::kWhole) {
        if (HasWhatIsShown(*cell)) rows_.push_back({cell, {}});
        continue;
      }
      const size_t first = rows_.size();
      for (const Figure& figure : cell->figures) {
        const Part& part = figure.id.part;
        if (part.kind != view_.rows || (view_.with && cell->Find(*view_.with, part) == nullptr)) continue;
        const bool known = std::ranges::any_of(rows_.begin() + static_cast<ptrdiff_t>(first), rows_.end(),
                                               [&part](const Row& row) { return row.part == part; });
        if (!known) rows_.push_back({cell, part});
      }
      if (view_.order) {
        std::ranges::stable_sort(
            rows_.begin() + static_cast<ptrdiff_t>(first), rows_.end(), std::greater<>(),
            [&](const Row& row) { return cell->Number(*view_.order, row.part).value_or(0); });
      }
    }
  }

  // A table of parts alone has no row of a cell without them.
  bool HasWhatIsShown(const Cell& cell) const {
    bool only_parts = true, has_one = false;
    for (const ViewColumn& column : view_.columns) {
      if (column.what != ViewColumn::What::kFigures) continue;
      only_parts = only_parts && column.by != PartKind::kWhole;
      has_one = has_one || !cell.Parts(column.by, column.figures.front()).empty();
    }
    return has_one || !only_parts;
  }

  // Adds the column unless it is empty.
  template <class Text>
  void Add(const std::string& title, bool right, const Text& text) {
    std::vector<std::string> fields;
    for (const Row& row : rows_) fields.push_back(text(row));
    if (std::ranges::all_of(fields, [](const std::string& each) { return each.empty() || each == kAbsent; }))
      return;
    table_.columns.push_back({title, right});
    for (size_t i = 0; i < rows_.size(); ++i) table_.rows[i].push_back(std::move(fields[i]));
  }
  template <class Text>
  void AddTexts(const std::string& title, const Text& text) {
    Add(title, false, text);
  }

  void AddPartNames(const ViewColumn& column) {
    const PartKind kind = column.part == PartKind::kWhole ? view_.rows : column.part;
    AddTexts(column.title.empty() ? std::string(NameOf(kind)) : column.title, [&](const Row& row) {
      if (row.part.kind == kind) return kind == PartKind::kSymbol ? Brief(row.part.name) : row.part.name;
      const auto figure = std::ranges::find_if(row.cell->figures,
                                               [&](const Figure& each) { return each.id.part.kind == kind; });
      return figure == row.cell->figures.end() ? std::string(kAbsent) : figure->id.part.name;
    });
  }

  void AddFigures(const ViewColumn& column) {
    if (column.by == PartKind::kWhole) {
      for (const Quantity quantity : column.figures) AddFigure(column, quantity, column.title, nullptr);
      return;
    }
    std::vector<std::string> parts;
    for (const Row& row : rows_) {
      for (const Quantity quantity : column.figures) {
        for (const std::string& name : row.cell->Parts(column.by, quantity)) {
          if (std::ranges::find(parts, name) == parts.end()) parts.push_back(name);
        }
      }
    }
    std::ranges::stable_partition(parts, [](const std::string& name) { return name != kRest; });
    for (const std::string& name : parts) {
      const Part part{column.by, name};
      for (const Quantity quantity : column.figures) {
        const bool alone = column.figures.size() == 1;
        AddFigure(column, quantity, alone ? name : StrCat(name, " ", InfoOf(quantity).short_title), &part);
      }
    }
  }

  void AddFigure(const ViewColumn& column, Quantity quantity, const std::string& title, const Part* part) {
    const catalogue::Shown how = column.shown.value_or(InfoOf(quantity).shown);
    const auto figure_of = [&](const Row& row) {
      return part != nullptr ? row.cell->Find(quantity, *part) : FigureIn(row, quantity, column.part);
    };
    Add(title.empty() ? std::string(InfoOf(quantity).short_title) : title, how != catalogue::Shown::kText,
        [&](const Row& row) {
          const Figure* figure = figure_of(row);
          return figure == nullptr ? std::string(kAbsent) : Text(column, row, *figure, how);
        });
    if (column.interval == ViewColumn::Beside::kColumn) {
      Add("95 % interval", true, [&](const Row& row) {
        const Figure* figure = figure_of(row);
        return figure == nullptr || !figure->low
                   ? std::string(kAbsent)
                   : StrCat(Show(*figure->low, how), " - ", Show(*figure->high, how));
      });
    }
    if (column.spread == ViewColumn::Beside::kColumn) {
      Add("spread", true, [&](const Row& row) {
        const Figure* figure = figure_of(row);
        if (figure == nullptr || figure->samples.size() < 2) return std::string(kAbsent);
        const auto [least, most] = std::ranges::minmax(figure->samples);
        return fmt::format("{:.1f} %", 100 * (most - least) / Median(figure->samples));
      });
    }
  }

  static std::string Text(const ViewColumn& column, const Row& row, const Figure& figure,
                          catalogue::Shown how) {
    if (column.per) {
      const std::optional<double> per = row.cell->Number(*column.per, figure.id.part);
      return per && *per > 0 ? fmt::format("1/{:.1f}", *figure.Number() / *per) : std::string(kAbsent);
    }
    std::string text = Show(figure.value, how);
    if (column.of) {
      const Figure* of = row.cell->Find(*column.of, figure.id.part);
      StrAppend(&text, "/", of == nullptr ? std::string(kAbsent) : Show(of->value, how));
    }
    if (column.spread == ViewColumn::Beside::kInline && figure.samples.size() > 1) {
      const auto [least, most] = std::ranges::minmax(figure.samples);
      if (least != most) StrAppend(&text, " (", Show(least, how), "..", Show(most, how), ")");
    }
    if (column.interval == ViewColumn::Beside::kInline && figure.low)
      StrAppend(&text, " [", Show(*figure.low, how), ", ", Show(*figure.high, how), "]");
    return text;
  }

  const View& view_;
  std::vector<Row> rows_;
  Table table_;
};

bool ShowsNotes(const View& view) {
  return std::ranges::any_of(view.columns, [](const ViewColumn& column) { return column.field == "note"; });
}

// The notes that no table shows, each once: "m0, m7: no silicon seen".
std::string NotesBelow(const std::vector<const Cell*>& cells) {
  std::vector<std::pair<std::string, std::vector<std::string>>> notes;
  for (const Cell* cell : cells) {
    if (cell->note.empty()) continue;
    auto note =
        std::ranges::find(notes, cell->note, &std::pair<std::string, std::vector<std::string>>::first);
    if (note == notes.end()) note = notes.insert(note, {cell->note, {}});
    const std::string& of = !cell->key.board.empty() ? cell->key.board : cell->key.core;
    if (std::ranges::find(note->second, of) == note->second.end()) note->second.push_back(of);
  }
  std::string text;
  for (const auto& [note, of] : notes) StrAppend(&text, "\n", Join(of, ", "), ": ", OneLine(note), "\n");
  return text;
}

std::string Tables(const Report& report, std::string (*format)(const Table&)) {
  std::map<Kind, std::vector<const Cell*>> by_kind;
  for (const Cell& cell : report.cells) by_kind[cell.key.kind].push_back(&cell);
  std::string text;
  for (const auto& [kind, cells] : by_kind) {
    for (const View& view : ViewsOf(kind)) {
      const Table table = TableMaker(view, cells).Make();
      if (table.rows.empty() || table.columns.empty()) continue;
      if (!text.empty()) text += '\n';
      if (!view.title.empty()) StrAppend(&text, view.title, "\n\n");
      text += format(table);
    }
    if (std::ranges::none_of(ViewsOf(kind), ShowsNotes)) text += NotesBelow(cells);
  }
  size_t passed = 0, within = 0;
  for (const Cell& cell : report.cells) {
    passed += cell.passed();
    within += cell.outcome == Outcome::kWithin;
    if (!cell.passed())
      StrAppend(&text, "\n", OutcomeText(cell.outcome), ": ", cell.key.Describe(), ": ", cell.message, "\n");
  }
  StrAppend(&text, "\n", passed, " of ", report.cells.size(), " cells pass");
  if (within > 0) StrAppend(&text, ", ", within, " of them within a tolerance and not to the bit");
  text += '\n';
  return text;
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

std::string Print(const Report& report, OutputFormat format) {
  switch (format) {
    case OutputFormat::kTable:
      return Tables(report, FormatText);
    case OutputFormat::kMarkdown:
      return Tables(report, FormatMarkdown);
    case OutputFormat::kCsv:
      return Csv(report);
    case OutputFormat::kJson:
      return JsonOf(report);
  }
  return {};
}

}  // namespace atome::harness::report
