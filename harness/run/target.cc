#include "harness/run/target.h"

#include <algorithm>

#include "harness/base/nearest.h"
#include "harness/base/text.h"

namespace atome::harness {

std::vector<std::string> CoreNames() {
  std::vector<std::string> names;
  for (const emulation::Core& core : emulation::Cores()) names.emplace_back(core.name);
  return names;
}

std::vector<std::string> BoardNames() {
  std::vector<std::string> names{"all"};
  for (const emulation::Board& board : emulation::Boards()) names.emplace_back(board.name);
  return names;
}

std::string KnownCores() { return Join(CoreNames(), ", "); }

Result<std::vector<Target>> ParseTargets(const std::vector<std::string>& cores,
                                         const std::vector<std::string>& boards) {
  for (const std::string& name : cores) {
    if (emulation::FindCore(name) == nullptr) return Bad(UnknownWord("core", name, CoreNames()));
  }
  const auto wanted = [&](std::string_view core) {
    return cores.empty() || std::ranges::find(cores, core) != cores.end();
  };
  std::vector<Target> targets;
  for (const std::string& name : boards) {
    for (const emulation::Board& board : emulation::Boards()) {
      if ((name != "all" && name != board.name) || !wanted(board.core)) continue;
      targets.push_back({emulation::FindCore(board.core), &board});
    }
    if (name != "all" && emulation::FindBoard(name) == nullptr)
      return Bad(UnknownWord("board", name, BoardNames()));
  }
  if (boards.empty()) {
    for (const emulation::Core& core : emulation::Cores()) {
      if (wanted(core.name)) targets.push_back({&core, nullptr});
    }
  }
  if (targets.empty())
    return Bad(fmt::format("board {} does not have core {}", Join(boards, ", "), Join(cores, ", ")));
  return targets;
}

}  // namespace atome::harness
