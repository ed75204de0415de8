#include "harness/report/report.h"

#include <algorithm>
#include <cmath>

#include "harness/base/text.h"

namespace atome::harness::report {

std::string FigureId::Describe() const {
  const std::string_view name = NameOf(quantity);
  return part.kind == PartKind::kWhole ? std::string(name)
                                       : StrCat(name, " of ", NameOf(part.kind), " ", part.name);
}

std::optional<double> Figure::Number() const {
  if (const auto* count = std::get_if<uint64_t>(&value)) return static_cast<double>(*count);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

std::string WhyNoFigure(const Figure& figure) {
  const auto finite = [](double value) { return std::isfinite(value); };
  const auto* real = std::get_if<double>(&figure.value);
  if (real != nullptr && !finite(*real)) return "it is not finite";
  if (figure.low.has_value() != figure.high.has_value()) return "its interval has one end";
  if (figure.low && !(finite(*figure.low) && finite(*figure.high))) return "its interval is not finite";
  if (figure.low && *figure.low > *figure.high) return "its interval ends before it begins";
  if (!std::ranges::all_of(figure.samples, finite)) return "a sample is not finite";
  if (!figure.sample_counts.empty() && figure.sample_counts.size() != figure.samples.size())
    return StrCat(figure.samples.size(), " samples have ", figure.sample_counts.size(), " counts");
  return "";
}

std::string Key::Describe() const {
  std::string words(NameOf(kind));
  for (const KeyField& field : kKeyFields) {
    const std::string& word = this->*field.value;
    if (!word.empty()) StrAppend(&words, " ", word);
  }
  return words;
}

void Cell::Add(Figure figure) {
  if (std::string why = WhyNoFigure(figure); why.empty()) {
    figures.push_back(std::move(figure));
  } else {
    unavailable.try_emplace(figure.id.quantity, std::move(why));
  }
}

void Cell::Add(Quantity quantity, Value value, Part part) {
  Add(Figure{.id = {std::move(part), quantity}, .value = std::move(value)});
}

const Figure* Cell::Find(Quantity quantity, const Part& part) const {
  const auto at = std::ranges::find_if(figures, [&](const Figure& figure) {
    return figure.id.quantity == quantity && figure.id.part == part;
  });
  return at == figures.end() ? nullptr : &*at;
}

std::optional<double> Cell::Number(Quantity quantity, const Part& part) const {
  const Figure* figure = Find(quantity, part);
  return figure == nullptr ? std::nullopt : figure->Number();
}

std::optional<uint64_t> Cell::Count(Quantity quantity, const Part& part) const {
  const Figure* figure = Find(quantity, part);
  const auto* count = figure == nullptr ? nullptr : std::get_if<uint64_t>(&figure->value);
  return count == nullptr ? std::nullopt : std::optional(*count);
}

std::string Cell::Text(Quantity quantity, const Part& part) const {
  const Figure* figure = Find(quantity, part);
  const auto* text = figure == nullptr ? nullptr : std::get_if<std::string>(&figure->value);
  return text == nullptr ? "" : *text;
}

std::vector<std::string> Cell::Parts(PartKind kind, Quantity quantity) const {
  std::vector<std::string> names;
  for (const Figure& figure : figures) {
    if (figure.id.part.kind == kind && figure.id.quantity == quantity) names.push_back(figure.id.part.name);
  }
  return names;
}

void SortCells(Report* report) { std::ranges::stable_sort(report->cells, {}, &Cell::key); }

std::vector<const Figure*> SortedFigures(const Cell& cell) {
  std::vector<const Figure*> figures;
  figures.reserve(cell.figures.size());
  for (const Figure& figure : cell.figures) figures.push_back(&figure);
  std::ranges::sort(figures, [](const Figure* a, const Figure* b) { return a->id < b->id; });
  return figures;
}

Outcome WorstOf(const std::vector<Cell>& cells) {
  std::vector<Outcome> outcomes;
  for (const Cell& cell : cells) outcomes.push_back(cell.outcome);
  return harness::WorstOf(outcomes);
}

}  // namespace atome::harness::report
