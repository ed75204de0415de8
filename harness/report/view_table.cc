#include "harness/report/view_table.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "harness/base/text.h"
#include "harness/report/names.h"
#include "harness/report/show.h"
#include "harness/statistics/median.h"

namespace atome::harness::report {
namespace {

constexpr std::string_view kAbsent = "-";
constexpr std::string_view kRest = "other";  // an op: comes behind those that have a name
constexpr unsigned kParts = 1000;            // least importance of a part's column; that of a "least" is less

std::optional<Colour> ColourOfOutcome(std::string_view text) {
  if (text == OutcomeText(Outcome::kPass)) return Colour::kGreen;
  return text == OutcomeText(Outcome::kWithin) ? Colour::kYellow : Colour::kRed;
}

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
  // `narrow`: notes stand elsewhere.
  TableMaker(const View& view, const std::vector<const Cell*>& cells, bool narrow)
      : view_(view), narrow_(narrow) {
    FindRows(cells);
  }

  Table Make() {
    table_.rows.resize(rows_.size());
    for (const ViewColumn& column : view_.columns) {
      switch (column.what) {
        case ViewColumn::What::kField:
          if (narrow_ && column.field == "note") break;
          AddTexts(
              column.title.empty() ? TitleOf(column.field) : column.title,
              [&](const Row& row) { return FieldText(*row.cell, column.field); },
              view_.ImportanceOf(column.field));
          if (column.field == "outcome" && !table_.columns.empty() &&
              table_.columns.back().title == "outcome")
            table_.columns.back().colour = ColourOfOutcome;
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
  void Add(const std::string& title, bool right, const Text& text, unsigned importance) {
    std::vector<std::string> fields;
    for (const Row& row : rows_) fields.push_back(text(row));
    if (std::ranges::all_of(fields, [](const std::string& each) { return each.empty() || each == kAbsent; }))
      return;
    table_.columns.push_back({.title = title, .right = right, .importance = importance});
    for (size_t i = 0; i < rows_.size(); ++i) table_.rows[i].push_back(std::move(fields[i]));
  }
  template <class Text>
  void AddTexts(const std::string& title, const Text& text, unsigned importance) {
    Add(title, false, text, importance);
  }

  void AddPartNames(const ViewColumn& column) {
    const PartKind kind = column.part == PartKind::kWhole ? view_.rows : column.part;
    const auto text = [&](const Row& row) {
      if (row.part.kind == kind && kind == PartKind::kSymbol)
        return narrow_ ? ShortSymbol(row.part.name) : Brief(row.part.name);
      if (row.part.kind == kind) return row.part.name;
      const auto figure = std::ranges::find_if(row.cell->figures,
                                               [&](const Figure& each) { return each.id.part.kind == kind; });
      return figure == row.cell->figures.end() ? std::string(kAbsent) : figure->id.part.name;
    };
    AddTexts(column.title.empty() ? std::string(NameOf(kind)) : column.title, text,
             view_.ImportanceOf("part"));
  }

  void AddFigures(const ViewColumn& column) {
    if (column.by == PartKind::kWhole) {
      for (const Quantity quantity : column.figures)
        AddFigure(column, quantity, column.title, nullptr, view_.ImportanceOf(NameOf(quantity)));
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
    std::stable_partition(parts.begin(), parts.end(), [](const std::string& name) { return name != kRest; });
    for (const std::string& name : parts) {
      const Part part{column.by, name};
      for (const Quantity quantity : column.figures) {
        const bool alone = column.figures.size() == 1;
        AddFigure(column, quantity, alone ? name : StrCat(name, " ", InfoOf(quantity).short_title), &part,
                  alone ? ImportanceOfPart(quantity, part, parts) : view_.ImportanceOf(NameOf(quantity)));
      }
    }
  }

  // Of the columns of parts that of the smallest sum goes first.
  unsigned ImportanceOfPart(Quantity quantity, const Part& part,
                            const std::vector<std::string>& parts) const {
    const auto sum = [&](const Part& of) {
      double total = 0;
      for (const Row& row : rows_) total += row.cell->Number(quantity, of).value_or(0);
      return total;
    };
    const double own = sum(part);
    return kParts + static_cast<unsigned>(std::ranges::count_if(parts, [&](const std::string& name) {
             return sum({part.kind, name}) < own;
           }));
  }

  void AddFigure(const ViewColumn& column, Quantity quantity, const std::string& title, const Part* part,
                 unsigned importance) {
    const catalogue::Shown how = column.shown.value_or(InfoOf(quantity).shown);
    const auto figure_of = [&](const Row& row) {
      return part != nullptr ? row.cell->Find(quantity, *part) : FigureIn(row, quantity, column.part);
    };
    Add(
        title.empty() ? std::string(InfoOf(quantity).short_title) : title, how != catalogue::Shown::kText,
        [&](const Row& row) {
          const Figure* figure = figure_of(row);
          return figure == nullptr ? std::string(kAbsent) : Text(column, row, *figure, how);
        },
        importance);
    if (column.interval == ViewColumn::Beside::kColumn) {
      Add(
          "95 % interval", true,
          [&](const Row& row) {
            const Figure* figure = figure_of(row);
            return figure == nullptr || !figure->low
                       ? std::string(kAbsent)
                       : StrCat(Show(*figure->low, how), " - ", Show(*figure->high, how));
          },
          importance);
    }
    if (column.spread == ViewColumn::Beside::kColumn) {
      Add(
          "spread", true,
          [&](const Row& row) {
            const Figure* figure = figure_of(row);
            if (figure == nullptr || figure->samples.size() < 2) return std::string(kAbsent);
            const auto [least, most] = std::ranges::minmax(figure->samples);
            return fmt::format("{:.1f} %", 100 * (most - least) / Median(figure->samples));
          },
          importance);
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
  bool narrow_;
  std::vector<Row> rows_;
  Table table_;
};

}  // namespace

Table TableOf(const View& view, const std::vector<const Cell*>& cells, bool narrow) {
  return TableMaker(view, cells, narrow).Make();
}

}  // namespace atome::harness::report
