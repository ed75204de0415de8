// Follows the calls of a run and attributes its cycles to them.
#ifndef ATOME_EMULATION_UNICORN_PROFILER_H_
#define ATOME_EMULATION_UNICORN_PROFILER_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "emulation/base/counts.h"
#include "emulation/machine/profile.h"
#include "emulation/unicorn/block_table.h"

namespace atome::emulation {

// Follows calls by the blocks that a program executes. A return is known by its address, or because it leads
// into a function that waits for one. A jump to another function takes the place of the function it leaves.
// Compiled code does both. Code by hand that jumps otherwise is attributed to the right function in the wrong
// chain, and so are recursions deeper than some hundred calls.
class Profiler {
 public:
  Profiler();

  // The number of a function, for KnownBlock::function. Where there is no name, a call target is a function,
  // and a jump target belongs to the function that jumps.
  uint32_t Function(const std::string& name);
  // While not counting, calls are followed and nothing is attributed.
  void Count(bool counting) { counting_ = counting; }
  // The program is about to execute `block`, having spent so much before it.
  void OnBlock(const KnownBlock& block, Instructions instructions, Cycles cycles);
  // The end of the run.
  void Finish(Instructions instructions, Cycles cycles);
  Profile TakeProfile();

  // Memory of the host for what it knows, about.
  uint64_t bytes() const { return names_.size() * 256 + nodes_.size() * (sizeof(Node) + 64); }

 private:
  struct Frame {
    uint32_t node;
    uint32_t return_address;
  };
  struct Node {
    uint32_t function;
    uint32_t parent;
    uint32_t depth = 0;
    uint64_t calls = 0;
    uint64_t instructions = 0;
    uint64_t cycles = 0;
  };

  void Attribute(Instructions instructions, Cycles cycles);
  void Follow(uint32_t address, uint32_t function, bool begins_function);
  bool Return(uint32_t address, uint32_t function, bool begins_function);
  // The node of a function called from `parent`.
  uint32_t Enter(uint32_t parent, uint32_t function);

  std::vector<std::string> names_;
  std::unordered_map<std::string, uint32_t> ids_;
  std::vector<Node> nodes_;
  std::unordered_map<uint64_t, uint32_t> children_;  // by parent and function
  std::vector<Frame> frames_;
  uint32_t current_ = 0;
  uint32_t end_ = 0;  // behind the block before
  bool called_ = false;
  bool left_ = false;
  bool counting_ = true;
  bool begun_ = false;
  uint64_t instructions_ = 0;
  uint64_t cycles_ = 0;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_PROFILER_H_
