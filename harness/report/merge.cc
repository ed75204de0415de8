#include "harness/report/merge.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "harness/base/text.h"
#include "harness/report/same.h"

namespace atome::harness::report {
namespace {

constexpr char kCommand[] = "atome merge";

// Values that are themselves joined are taken apart, so that the grouping of merges leaves no trace.
std::string Joined(const std::string& a, const std::string& b) {
  std::set<std::string> values;
  for (const std::string* each : {&a, &b}) {
    for (size_t begin = 0; begin < each->size();) {
      const size_t end = std::min(each->find("; ", begin), each->size());
      if (end > begin) values.insert(each->substr(begin, end - begin));
      begin = end + 2;
    }
  }
  return Join(values, "; ");
}

void JoinEnvironment(const Environment& from, Environment* into) {
  into->harness_version = Joined(into->harness_version, from.harness_version);
  into->commit = Joined(into->commit, from.commit);
  into->host = Joined(into->host, from.host);
  for (const auto& [tool, version] : from.tools) into->tools[tool] = Joined(into->tools[tool], version);
  if (into->date.empty() || (!from.date.empty() && from.date < into->date)) into->date = from.date;
}

bool Less(const Figure& a, const Figure& b) {
  return std::tie(a.value, a.low, a.high, a.samples, a.sample_counts) <
         std::tie(b.value, b.low, b.high, b.samples, b.sample_counts);
}

// The cells differ at most in figures of class WALL.
void JoinFigures(const Cell& from, Cell* into) {
  const bool same_order = std::ranges::equal(from.figures, into->figures, {}, &Figure::id, &Figure::id);
  for (const Figure& figure : from.figures) {
    if (!figure.is_wall()) continue;
    const auto at = std::ranges::find(into->figures, figure.id, &Figure::id);
    if (at == into->figures.end()) {
      into->figures.push_back(figure);
    } else if (Less(figure, *at)) {
      *at = figure;
    }
  }
  if (!same_order) std::ranges::sort(into->figures, {}, &Figure::id);
}

}  // namespace

Result<Report> Merge(std::vector<NamedReport> parts) {
  Report merged;
  merged.command = kCommand;
  struct Known {
    Cell* cell;  // of its part
    const std::string* from;
  };
  std::map<Key, Known> cells;
  std::set<std::string> sources;
  for (NamedReport& part : parts) {
    merged.renamed.merge(part.report.renamed);
    JoinEnvironment(part.report.environment, &merged.environment);
    sources.insert(part.report.sources.begin(), part.report.sources.end());
    if (part.report.sources.empty() && !part.report.command.empty() && part.report.command != kCommand)
      sources.insert(part.report.command);
    for (Cell& cell : part.report.cells) {
      const auto [at, added] = cells.try_emplace(cell.key, Known{&cell, &part.name});
      if (added) continue;
      const Known& known = at->second;
      if (const std::string what = FirstDifference(*known.cell, cell); !what.empty())
        return Bad(StrCat("cell \"", cell.key.Describe(), "\": ", what, " differs between ", *known.from,
                          " and ", part.name, "; measure the cell again and merge one of them"));
      JoinFigures(cell, known.cell);
    }
  }
  for (const auto& entry : cells) merged.cells.push_back(std::move(*entry.second.cell));
  merged.sources.assign(sources.begin(), sources.end());
  return merged;
}

}  // namespace atome::harness::report
