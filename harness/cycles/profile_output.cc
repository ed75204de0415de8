#include "harness/cycles/profile_output.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

struct FunctionCost {
  std::string name;
  uint64_t calls = 0;
  uint64_t instructions = 0;
  uint64_t own_cycles = 0;
  uint64_t all_cycles = 0;
};

std::string Percent(uint64_t part, uint64_t whole) {
  return whole == 0 ? "-"
                    : fmt::format("{:.1f}%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace

std::string ShortFunctionName(std::string_view name) {
  std::string text;
  int depth = 0;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool anonymous = name.substr(i).starts_with("(anonymous namespace)::");
    if (anonymous && depth == 0) {
      i += std::string_view("(anonymous namespace)::").size() - 1;
      continue;
    }
    if (c == '<' || c == '(') ++depth;
    if (depth == 0) text += c;
    if (c == '>' || c == ')') --depth;
  }
  if (depth != 0 || text.empty()) return std::string(name);  // an operator, or not a C++ name
  if (text.ends_with(" const")) text.resize(text.size() - 6);
  const size_t space = text.rfind(' ');
  return space == std::string::npos || space + 1 == text.size() ? text : text.substr(space + 1);
}

Table FlatProfile(const emulation::Profile& profile) {
  const auto& nodes = profile.nodes;
  std::map<std::string, FunctionCost> by_name;
  uint64_t total = 0;
  for (size_t i = 0; i < nodes.size(); ++i) {
    total += nodes[i].cycles;
    FunctionCost& own = by_name[nodes[i].function];
    own.calls += nodes[i].calls;
    own.instructions += nodes[i].instructions;
    own.own_cycles += nodes[i].cycles;
    std::set<std::string_view> counted;  // functions on the way up
    for (size_t at = i;; at = nodes[at].parent) {
      if (counted.insert(nodes[at].function).second)
        by_name[nodes[at].function].all_cycles += nodes[i].cycles;
      if (at == nodes[at].parent) break;
    }
  }
  std::vector<FunctionCost> costs;
  for (auto& [name, cost] : by_name) {
    cost.name = ShortFunctionName(name);
    if (cost.own_cycles != 0) costs.push_back(cost);
  }
  std::ranges::stable_sort(costs, [](const FunctionCost& a, const FunctionCost& b) {
    return std::pair(a.own_cycles, a.all_cycles) > std::pair(b.own_cycles, b.all_cycles);
  });
  Table table;
  table.columns = {{"own cycles", true}, {"share", true}, {"with callees", true},
                   {"share", true},      {"calls", true}, {"instructions", true},
                   {"function"}};
  for (const FunctionCost& cost : costs) {
    table.rows.push_back({Grouped(cost.own_cycles), Percent(cost.own_cycles, total), Grouped(cost.all_cycles),
                          Percent(cost.all_cycles, total), Grouped(cost.calls), Grouped(cost.instructions),
                          cost.name});
  }
  return table;
}

std::string FoldedStacks(const emulation::Profile& profile) {
  std::map<std::string, uint64_t> stacks;
  for (const emulation::ProfileNode& node : profile.nodes) {
    if (node.cycles == 0) continue;
    std::string chain = ShortFunctionName(node.function);
    for (size_t at = node.parent; at != profile.nodes[at].parent; at = profile.nodes[at].parent)
      chain = ShortFunctionName(profile.nodes[at].function) + ";" + chain;
    stacks[chain] += node.cycles;
  }
  std::string text;
  for (const auto& [chain, cycles] : stacks) StrAppend(&text, chain, " ", cycles, "\n");
  return text;
}

}  // namespace atome::harness
