// Reports with anything in them that a report may hold, and all of a report as text, for tests.
#ifndef ATOME_HARNESS_TESTING_RANDOM_REPORT_H_
#define ATOME_HARNESS_TESTING_RANDOM_REPORT_H_

#include <bit>
#include <cmath>
#include <random>
#include <string>
#include <utility>

#include "harness/report/report.h"
#include "harness/base/text.h"

namespace atome::harness::testing {

// Structs of these headers have no ==, and NaN would not be equal by it.
inline std::string Dump(const report::Report& report) {
  std::string text =
      StrCat(report.command, "|", report.environment.harness_version, report.environment.commit, "|",
             report.environment.host, report.environment.date, "|", report.environment.tools, report.sources);
  for (const report::ReportCell& cell : report.cells) {
    StrAppend(&text, "\n", cell.key.Describe(), "|", cell.key.build_kind, "|", StatusName(cell.status), "|",
              cell.message, "|", cell.note, "|", cell.model_sha256, "|", cell.build_sha256, "|", cell.build,
              "|", cell.unavailable, "|", cell.command);
    if (cell.divergence)
      StrAppend(&text, "\n  ", cell.divergence->Describe(), std::bit_cast<uint32_t>(cell.divergence->actual),
                " ", cell.divergence->index.has_value());
    for (const report::Figure& figure : cell.figures) {
      StrAppend(&text, "\n  ", figure.name, "|", figure.part_kind, "|", figure.part, "|",
                figure.value.index(), "|", figure.unit, "|", static_cast<int>(figure.figure_class), "|",
                figure.low.value_or(-1), "|", figure.high.value_or(-1), "|", figure.samples,
                figure.sample_counts, "|");
      std::visit([&text](const auto& value) { StrAppend(&text, value); }, figure.value);
    }
  }
  return text;
}

// A word of random bytes, now and then none, as everything in a report may be.
inline std::string RandomWord(std::mt19937& random) {
  std::string word(random() % 4, ' ');
  for (char& c : word) c = static_cast<char>(random() % 127 + 1);
  return word;
}

inline report::Report RandomReport(std::mt19937& random, size_t most_cells = 3) {
  const auto coin = [&random] { return random() % 2 == 0; };
  const auto real = [&random] {
    double value;
    do value = std::bit_cast<double>(uint64_t{random()} << 32 | random());
    while (!std::isfinite(value));
    return value;
  };
  report::Report report;
  report.command = RandomWord(random);
  report.environment.tools[RandomWord(random)] = RandomWord(random);
  for (size_t i = random() % (most_cells + 1); i > 0; --i) {
    report::ReportCell& cell = report.cells.emplace_back();
    cell.key.kind = static_cast<report::Kind>(random() % 6);
    cell.key.core = RandomWord(random);
    cell.key.detail = StrCat(i);
    if (coin()) cell.key.variant = VariantName(kVariants[random() % 4]);
    cell.status = static_cast<CellStatus>(random() % 6);
    if (coin()) cell.unavailable[RandomWord(random)] = RandomWord(random);
    if (coin()) {
      cell.divergence.emplace().step = random();
      cell.divergence->op = static_cast<atome_op>(random() % 15 + 1);
      if (coin()) cell.divergence->index = random();
    }
    for (size_t k = random() % 5; k > 0; --k) {
      report::Figure& figure = cell.figures.emplace_back();
      figure.name = StrCat("f", k);
      figure.part = RandomWord(random);
      const size_t type = random() % 3;
      if (type == 0) figure.value = uint64_t{random()} << 32 | random();
      if (type == 1) figure.value = real();
      if (type == 2) figure.value = RandomWord(random);
      figure.figure_class = static_cast<report::FigureClass>(random() % 3);
      if (coin()) {
        figure.low = real(), figure.high = real();
        if (*figure.low > *figure.high) std::swap(figure.low, figure.high);
      }
      for (size_t n = random() % 3; n > 0; --n) figure.samples.push_back(real());
      if (coin()) figure.sample_counts.assign(figure.samples.size(), static_cast<uint32_t>(random()));
    }
  }
  return report;
}

}  // namespace atome::harness::testing

#endif  // ATOME_HARNESS_TESTING_RANDOM_REPORT_H_
