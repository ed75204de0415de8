#include "harness/run/target.h"

#include <algorithm>

#include "harness/base/text.h"

namespace atome::harness {

std::string KnownCores() {
  std::vector<std::string_view> names;
  for (const emulation::Core& core : emulation::Cores()) names.push_back(core.name);
  return Join(names, ", ");
}

Result<std::vector<Target>> ParseTargets(const std::vector<std::string>& cores,
                                         const std::vector<std::string>& boards) {
  std::vector<std::string_view> known_boards;
  for (const emulation::Board& board : emulation::Boards()) known_boards.push_back(board.name);
  for (const std::string& name : cores) {
    if (emulation::FindCore(name) == nullptr)
      return Bad(fmt::format("unknown core \"{}\"; known are {}", name, KnownCores()));
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
      return Bad(fmt::format("unknown board \"{}\"; known are all, {}", name, Join(known_boards, ", ")));
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
