#include "emulation/profile.h"

#include <algorithm>
#include <utility>

namespace atome::emulation {
namespace {

// Recursion deeper than this is followed no further, and a tree larger than this grows no more: a profile
// of it would tell nothing.
constexpr size_t kMostFrames = 4096;
constexpr size_t kMostNodes = size_t{1} << 18;

}  // namespace

Profiler::Profiler() {
  nodes_.push_back({.function = Function("(program)"), .parent = 0});
}

uint32_t Profiler::Function(const std::string& name) {
  const auto [found, is_new] = ids_.try_emplace(name, static_cast<uint32_t>(names_.size()));
  if (is_new) names_.push_back(name);
  return found->second;
}

uint32_t Profiler::Enter(uint32_t parent, uint32_t function) {
  const uint64_t key = uint64_t{parent} << 32 | function;
  const auto found = children_.find(key);
  uint32_t node = parent;
  if (found != children_.end()) {
    node = found->second;
  } else if (nodes_.size() < kMostNodes) {
    node = static_cast<uint32_t>(nodes_.size());
    nodes_.push_back({.function = function, .parent = parent});
    children_.emplace(key, node);
  }
  if (counting_) ++nodes_[node].calls;
  return node;
}

void Profiler::Attribute(Instructions instructions, Cycles cycles) {
  const uint64_t more_instructions = emulation::Count(instructions) - instructions_;
  const uint64_t more_cycles = timing::Count(cycles) - cycles_;
  instructions_ += more_instructions;
  cycles_ += more_cycles;
  if (!counting_) return;
  nodes_[current_].instructions += more_instructions;
  nodes_[current_].cycles += more_cycles;
}

bool Profiler::Return(uint32_t address, uint32_t function) {
  for (size_t depth = frames_.size(); depth > 0; --depth) {
    if (frames_[depth - 1].return_address != address) continue;
    current_ = frames_[depth - 1].node;
    frames_.resize(depth - 1);
    return true;
  }
  // Helpers of the compiler return to where a table says.
  if (frames_.empty() || nodes_[frames_.back().node].function != function) return false;
  current_ = frames_.back().node;
  frames_.pop_back();
  return true;
}

void Profiler::Follow(uint32_t address, uint32_t function) {
  if (called_ && address != end_) {
    if (frames_.size() < kMostFrames) {
      frames_.push_back({current_, end_});
      current_ = Enter(current_, function);
    }
    return;
  }
  const bool elsewhere = function != nodes_[current_].function;
  if (left_ && (elsewhere || (!frames_.empty() && frames_.back().return_address == address)) &&
      Return(address, function)) {
    return;
  }
  if (elsewhere) current_ = Enter(nodes_[current_].parent, function);
}

void Profiler::OnBlock(Block block, const BlockFacts& facts, uint32_t function, Instructions instructions,
                       Cycles cycles) {
  if (begun_) {
    Attribute(instructions, cycles);
    Follow(block.address, function);
  } else {
    begun_ = true;
    current_ = Enter(0, function);
  }
  end_ = block.end();
  called_ = facts.calls;
  left_ = facts.leaves;
}

void Profiler::Finish(Instructions instructions, Cycles cycles) {
  if (begun_) Attribute(instructions, cycles);
}

Profile Profiler::TakeProfile() {
  Profile profile;
  for (const Node& node : nodes_) {
    profile.nodes.push_back({.function = names_[node.function],
                             .parent = node.parent,
                             .calls = node.calls,
                             .instructions = node.instructions,
                             .cycles = node.cycles});
  }
  return profile;
}

}  // namespace atome::emulation
