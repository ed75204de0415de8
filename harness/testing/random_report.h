// Random reports with everything that a report can hold, and a report's text form, for tests.
#ifndef ATOME_HARNESS_TESTING_RANDOM_REPORT_H_
#define ATOME_HARNESS_TESTING_RANDOM_REPORT_H_

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <string>
#include <utility>

#include "harness/base/text.h"
#include "harness/base/variant.h"
#include "harness/report/report.h"

namespace atome::harness::testing {

// Compares reports as text: cells have no ==, and NaN would not equal itself.
inline std::string Dump(const report::Report& report) {
  std::string text =
      StrCat(report.command, "|", report.environment.harness_version, report.environment.commit, "|",
             report.environment.host, report.environment.date, "|", Join(report.sources, ";"));
  for (const auto& [tool, version] : report.environment.tools) StrAppend(&text, "|", tool, "=", version);
  for (const report::Cell& cell : report.cells) {
    StrAppend(&text, "\n", report::NameOf(cell.key.kind));
    for (const report::KeyField& field : report::kKeyFields) StrAppend(&text, "|", cell.key.*field.value);
    StrAppend(&text, "|", OutcomeName(cell.outcome), "|", cell.message, "|", cell.note, "|",
              cell.model_sha256, "|", cell.build_sha256, "|", cell.build, "|", cell.command);
    for (const auto& [quantity, why] : cell.unavailable)
      StrAppend(&text, "|", report::NameOf(quantity), "=", why);
    if (cell.divergence)
      StrAppend(&text, "\n  ", cell.divergence->Describe(), std::bit_cast<uint32_t>(cell.divergence->actual),
                " ", cell.divergence->index.has_value());
    for (const report::Figure& figure : cell.figures) {
      StrAppend(&text, "\n  ", figure.id.Describe(), "|", figure.value.index(), "|", figure.low.value_or(-1),
                "|", figure.high.value_or(-1), "|", Join(figure.samples, ","), "|",
                Join(figure.sample_counts, ","), "|");
      std::visit([&text](const auto& value) { StrAppend(&text, value); }, figure.value);
    }
  }
  return text;
}

// A word of random bytes, sometimes empty; any text of a report may be like it.
inline std::string RandomWord(std::mt19937& random) {
  std::string word(random() % 4, ' ');
  for (char& c : word) c = static_cast<char>(random() % 127 + 1);
  return word;
}

template <class T, size_t kSize>
size_t RandomIndex(std::mt19937& random, const T (&)[kSize]) {
  return random() % kSize;
}

// A finite number of any size.
inline double RandomReal(std::mt19937& random) {
  double value;
  do value = std::bit_cast<double>(uint64_t{random()} << 32 | random());
  while (!std::isfinite(value));
  return value;
}

// A figure of the whole cell, or of a part that its quantity allows; `number` makes each part's name
// different.
inline report::FigureId RandomFigureId(std::mt19937& random, size_t number) {
  report::FigureId id;
  id.quantity = static_cast<report::Quantity>(RandomIndex(random, catalogue::kQuantities));
  const auto kind = static_cast<report::PartKind>(RandomIndex(random, catalogue::kPartKinds));
  if (kind != report::PartKind::kWhole && report::MayBeOf(id.quantity, kind))
    id.part = {kind, StrCat(RandomWord(random), number)};
  return id;
}

inline void AddRandomFigure(std::mt19937& random, report::Cell* cell) {
  const auto coin = [&random] { return random() % 2 == 0; };
  report::Figure figure{.id = RandomFigureId(random, cell->figures.size()), .value = {}};
  if (cell->Find(figure.id.quantity, figure.id.part) != nullptr) return;
  const size_t type = random() % 3;
  if (type == 0) figure.value = uint64_t{random()} << 32 | random();
  if (type == 1) figure.value = RandomReal(random);
  if (type == 2) figure.value = RandomWord(random);
  if (coin()) {
    figure.low = RandomReal(random), figure.high = RandomReal(random);
    if (*figure.low > *figure.high) std::swap(figure.low, figure.high);
  }
  for (size_t n = random() % 3; n > 0; --n) figure.samples.push_back(RandomReal(random));
  if (coin()) figure.sample_counts.assign(figure.samples.size(), static_cast<uint32_t>(random()));
  cell->figures.push_back(std::move(figure));
}

// Figures of a part stand together, as in files.
inline report::Report RandomReport(std::mt19937& random, size_t most_cells = 3) {
  const auto coin = [&random] { return random() % 2 == 0; };
  report::Report report;
  report.command = RandomWord(random);
  report.environment.tools[RandomWord(random)] = RandomWord(random);
  if (coin()) report.sources = {RandomWord(random), RandomWord(random)};
  for (size_t i = random() % (most_cells + 1); i > 0; --i) {
    report::Cell& cell = report.cells.emplace_back();
    cell.key.kind = static_cast<report::Kind>(RandomIndex(random, catalogue::kKinds));
    cell.key.core = RandomWord(random);
    cell.key.detail = StrCat(i);
    if (coin()) cell.key.variant = VariantName(kVariants[RandomIndex(random, kVariants)]);
    cell.outcome = static_cast<Outcome>(RandomIndex(random, catalogue::kOutcomes));
    cell.message = RandomWord(random);
    if (coin())
      cell.unavailable[static_cast<report::Quantity>(RandomIndex(random, catalogue::kQuantities))] =
          RandomWord(random);
    if (coin()) {
      cell.divergence.emplace().step = static_cast<uint32_t>(random());
      cell.divergence->op = static_cast<atome_op>(random() % 15 + 1);
      if (coin()) cell.divergence->layer = static_cast<int>(random() % 0x10000);
      if (coin()) {
        cell.divergence->index = static_cast<uint32_t>(random());
        cell.divergence->actual = std::bit_cast<float>(static_cast<uint32_t>(random()));
      }
    }
    for (size_t k = random() % 6; k > 0; --k) AddRandomFigure(random, &cell);
    std::ranges::stable_sort(cell.figures, {},
                             [](const report::Figure& figure) { return figure.id.part.kind; });
  }
  return report;
}

}  // namespace atome::harness::testing

#endif  // ATOME_HARNESS_TESTING_RANDOM_REPORT_H_
