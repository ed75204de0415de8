#include "emulation/unicorn/profiler.h"

#include "emulation/base/hex.h"

namespace atome::emulation {
namespace {

// Calls that wait beyond this are forgotten, the oldest first: longjmp leaked them, or a recursion of which a
// profile would tell nothing. Longer chains and larger trees are cut likewise.
constexpr size_t kMostFrames = 4096;
constexpr uint32_t kMostDepth = 256;
constexpr size_t kMostNodes = size_t{1} << 18;

constexpr uint32_t kNoName = 1;  // number of a function without one

}  // namespace

Profiler::Profiler() {
  nodes_.push_back({.function = Function("(program)"), .parent = 0});
  Function("");
}

uint32_t Profiler::Function(const std::string& name) {
  const auto [found, is_new] = ids_.try_emplace(name, static_cast<uint32_t>(names_.size()));
  if (is_new) names_.push_back(name);
  return found->second;
}

uint32_t Profiler::Enter(uint32_t parent, uint32_t function) {
  if (nodes_[parent].depth == kMostDepth) parent = nodes_[parent].parent;
  const uint64_t key = uint64_t{parent} << 32 | function;
  const auto found = children_.find(key);
  uint32_t node = parent;
  if (found != children_.end()) {
    node = found->second;
  } else if (nodes_.size() < kMostNodes) {
    node = static_cast<uint32_t>(nodes_.size());
    nodes_.push_back({.function = function, .parent = parent, .depth = nodes_[parent].depth + 1});
    children_.emplace(key, node);
  }
  if (counting_) ++nodes_[node].calls;
  return node;
}

void Profiler::Attribute(Instructions instructions, Cycles cycles) {
  const uint64_t more_instructions = emulation::Count(instructions) - instructions_;
  const uint64_t more_cycles = emulation::Count(cycles) - cycles_;
  instructions_ += more_instructions;
  cycles_ += more_cycles;
  if (!counting_) return;
  nodes_[current_].instructions += more_instructions;
  nodes_[current_].cycles += more_cycles;
}

bool Profiler::Return(uint32_t address, uint32_t function, bool begins_function) {
  for (size_t depth = frames_.size(); depth > 0; --depth) {
    if (frames_[depth - 1].return_address != address) continue;
    current_ = frames_[depth - 1].node;
    frames_.resize(depth - 1);
    return true;
  }
  // longjmp and compiler helpers that return by a table lead into the middle of a function.
  if (begins_function) return false;
  for (size_t depth = frames_.size(); depth > 0; --depth) {
    if (nodes_[frames_[depth - 1].node].function != function) continue;
    current_ = frames_[depth - 1].node;
    frames_.resize(depth - 1);
    return true;
  }
  return false;
}

void Profiler::Follow(uint32_t address, uint32_t function, bool begins_function) {
  if (called_ && address != end_) {
    if (frames_.size() == kMostFrames) frames_.erase(frames_.begin(), frames_.begin() + kMostFrames / 2);
    frames_.push_back({current_, end_});
    current_ = Enter(current_, function);
    return;
  }
  const bool elsewhere = function != nodes_[current_].function;
  if (left_ && (elsewhere || (!frames_.empty() && frames_.back().return_address == address)) &&
      Return(address, function, begins_function)) {
    return;
  }
  if (elsewhere) current_ = Enter(nodes_[current_].parent, function);
}

void Profiler::OnBlock(const KnownBlock& block, Instructions instructions, Cycles cycles) {
  const uint32_t address = block.block.address;
  uint32_t function = block.function;
  if (begun_) Attribute(instructions, cycles);
  if (function == kNoName && (called_ || !begun_)) {
    function = Function(Hex(address));
  } else if (function == kNoName) {
    const bool returns = left_ && !frames_.empty() && frames_.back().return_address == address;
    function = nodes_[returns ? frames_.back().node : current_].function;
  }
  if (begun_) {
    Follow(address, function, block.begins_function);
  } else {
    begun_ = true;
    current_ = Enter(0, function);
  }
  end_ = block.block.end();
  called_ = block.facts.calls;
  left_ = block.facts.leaves;
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
