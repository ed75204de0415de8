#include "harness/cycles/profile_output.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "harness/base/text.h"
#include "harness/report/names.h"

namespace atome::harness {
namespace {

struct FunctionCost {
  std::string name;
  uint64_t calls = 0;
  uint64_t instructions = 0;
  uint64_t own = 0;  // cycles; instructions of a profile without cycles
  uint64_t all = 0;  // with callees
};

uint64_t CostOf(const emulation::Profile& profile, const emulation::ProfileNode& node) {
  return profile.has_cycles ? node.cycles : node.instructions;
}

std::string Percent(uint64_t part, uint64_t whole) {
  return whole == 0 ? "-"
                    : fmt::format("{:.1f}%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace

Table FlatProfile(const emulation::Profile& profile) {
  const auto& nodes = profile.nodes;
  std::map<std::string, FunctionCost> by_name;
  uint64_t total = 0;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const uint64_t own_cost = CostOf(profile, nodes[i]);
    total += own_cost;
    FunctionCost& own = by_name[nodes[i].function];
    own.calls += nodes[i].calls;
    own.instructions += nodes[i].instructions;
    own.own += own_cost;
    std::set<std::string_view> counted;  // functions on the way up
    for (size_t at = i;; at = nodes[at].parent) {
      if (counted.insert(nodes[at].function).second) by_name[nodes[at].function].all += own_cost;
      if (at == nodes[at].parent) break;
    }
  }
  std::vector<FunctionCost> costs;
  for (auto& [name, cost] : by_name) {
    cost.name = report::FunctionName(name);
    if (cost.own != 0) costs.push_back(cost);
  }
  std::ranges::stable_sort(costs, [](const FunctionCost& a, const FunctionCost& b) {
    return std::pair(a.own, a.all) > std::pair(b.own, b.all);
  });
  Table table;
  table.columns = {{profile.has_cycles ? "own cycles" : "own instructions", true},
                   {"share", true},
                   {"with callees", true},
                   {"share", true},
                   {"calls", true}};
  if (profile.has_cycles) table.columns.push_back({"instructions", true});
  table.columns.push_back({"function"});
  for (const FunctionCost& cost : costs) {
    std::vector<std::string>& row =
        table.rows.emplace_back(std::vector{Grouped(cost.own), Percent(cost.own, total), Grouped(cost.all),
                                            Percent(cost.all, total), Grouped(cost.calls)});
    if (profile.has_cycles) row.push_back(Grouped(cost.instructions));
    row.push_back(cost.name);
  }
  return table;
}

std::string FoldedStacks(const emulation::Profile& profile) {
  std::map<std::string, uint64_t> stacks;
  for (const emulation::ProfileNode& node : profile.nodes) {
    const uint64_t cost = CostOf(profile, node);
    if (cost == 0) continue;
    std::string chain = report::FunctionName(node.function);
    for (size_t at = node.parent; at != profile.nodes[at].parent; at = profile.nodes[at].parent)
      chain = report::FunctionName(profile.nodes[at].function) + ";" + chain;
    stacks[chain] += cost;
  }
  std::string text;
  for (const auto& [chain, cost] : stacks) StrAppend(&text, chain, " ", cost, "\n");
  return text;
}

}  // namespace atome::harness
