// The blocks that a program has executed, and where inside them the machine has to look.
#ifndef ATOME_EMULATION_UNICORN_BLOCK_TABLE_H_
#define ATOME_EMULATION_UNICORN_BLOCK_TABLE_H_

#include <cstdint>
#include <deque>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "emulation/machine/guest_memory.h"
#include "emulation/thumb/architecture.h"
#include "emulation/thumb/block_addresses.h"
#include "emulation/thumb/block_facts.h"
#include "emulation/timing/cycle_model.h"
#include "emulation/unicorn/code_seen.h"
#include "emulation/unicorn/registers.h"

namespace atome::emulation {

// Something that is decided when an instruction executes.
struct Look {
  enum class Kind : uint8_t {
    kExecuted,  // a conditional instruction
    kDivide,
    kLongMultiply,
    kAlignment,     // a load or store that faults unless its base is a multiple of 4
    kFpu,           // faults while the FPU is off
    kStackPointer,  // SP was set to what may have bits 1 and 0
    kUndefined,     // the core lacks it, though the emulator runs it
  };
  uint32_t pc = 0;
  Kind kind = Kind::kExecuted;
  uint8_t first = 0;  // registers: of the operands, or the base
  uint8_t second = 0;
};

// Where a block's data lie, by the registers at its start: loads and stores that have base and index in
// common lie in one memory.
struct DataGroup {
  thumb::BlockAddress first;
  std::vector<thumb::BlockAddress> accesses;
};

// What is seen of the data of one execution: kPatternBits for each group.
using DataPattern = uint32_t;
inline constexpr unsigned kPatternBits = 5;  // the memory and the address modulo 4
inline constexpr size_t kMostGroups = 6;

struct KnownBlock {
  thumb::Block block;
  timing::BlockId timing{};
  bool is_mark = false;
  bool is_from = false;
  bool is_to = false;
  bool followed = false;      // every instruction of it is looked at
  bool looks_at_fpu = false;  // `looks` has its FPU instructions
  bool depends_on_data = false;
  uint32_t most_cycles = 0;  // of MostCycles
  uint32_t slack = 0;        // how much longer than `longest` data and neighbours may make it
  uint32_t longest = 0;      // cycles that were seen to its successor's start; 0: not yet
  uint32_t function = 0;     // for the profiler
  bool begins_function = false;
  bool wanted = false;  // among the places that the next run has to follow
  thumb::BlockFacts facts;
  std::vector<Look> looks;     // by pc
  std::vector<uint16_t> code;  // of a block that may change, or whose data are followed
  std::vector<DataGroup> groups;
  // Followed by itself, it finds its data in the same memories at the same alignment.
  bool steady = false;
  DataPattern pattern = ~0u;                 // that `timing` is for
  std::vector<timing::DataAccess> accesses;  // by instruction, those that are always the same
  std::vector<std::pair<DataPattern, timing::BlockId>> patterns;
  KnownBlock* other = nullptr;  // another of this address
  uint32_t others = 0;          // how many follow it there
};

// What an instruction takes at most, without waits of flash.
uint32_t MostCycles(const thumb::Instruction& i, const timing::TimingCore& core);

class BlockTable {
 public:
  struct Options {
    // Conditional instructions and operands decide costs, so they are looked at.
    bool by_operands = true;
    // The emulated core passes misaligned accesses that fault on this one.
    bool check_alignment = true;
    thumb::Architecture architecture = thumb::Architecture::kArmv7EM;
    std::span<const thumb::Block> places;  // where every instruction is looked at
  };
  // Code in the first `fixed_bytes` of the program's memory never changes. A block that reaches the private
  // peripheral bus by the registers with which it is first executed is followed. All references must outlive
  // this.
  BlockTable(const GuestMemory& memory, const timing::TimingCore& core, timing::CycleModel& model,
             uint32_t fixed_bytes, const Registers& registers, Options options);

  // The block as it is in memory now, when it has been executed before; else nullptr.
  KnownBlock* Find(thumb::Block block) {
    const size_t index = Index(block.address);
    if (index >= fixed_.size()) return FindChanging(block);
    KnownBlock* known = fixed_[index];
    while (known != nullptr && known->block.bytes != block.bytes) known = known->other;
    return known;
  }
  // Memory of the host for all blocks, of the emulator's too, about.
  uint64_t bytes() const { return bytes_; }
  // Of what Forget() keeps.
  uint64_t kept_bytes() const { return seen_.bytes(); }
  // Drops all blocks and watches: pointers to blocks are invalid, and the emulator has to drop its code and
  // watches.
  void Forget();

  // Adds the block. `it_left` of its instructions belong to an IT block that began before it. nullptr when it
  // is not in memory, or when the program has executed too much code.
  KnownBlock* Learn(thumb::Block block, unsigned it_left);
  bool full() const { return full_; }
  // Code there is no longer what it was.
  void Forget(uint32_t address, uint32_t bytes);

  // The block's timing when its data lie as `pattern` says.
  void SetPattern(KnownBlock& known, DataPattern pattern);

  // From now on looks at each access of the block that needs alignment, or at its FPU instructions.
  void LookAtAlignment(KnownBlock& known);
  void LookAtFpu(KnownBlock& known);

  // New places where the emulator has to call back before the instruction executes.
  bool HasWatches() const { return !watches_.empty(); }
  std::vector<thumb::Block> TakeWatches();

 private:
  // By halfword; larger outside the fixed part of the program's memory.
  size_t Index(uint32_t address) const { return (address - memory_.map().program_address) / 2; }
  KnownBlock** Head(uint32_t address);
  KnownBlock* FindChanging(thumb::Block block);
  timing::DataAccess AccessAt(uint32_t address, const thumb::BlockAddress& access,
                              std::span<const thumb::Instruction> run, uint32_t code) const;
  thumb::BlockAddresses AddressesOf(std::span<const thumb::Instruction> run, unsigned it_left) const;
  // Whether the block lies in one of the places to follow.
  bool IsPlace(thumb::Block block) const;
  bool ReachesPrivateBus(const thumb::BlockAddresses& addresses) const;
  void FollowData(KnownBlock& known, std::span<const thumb::Instruction> run,
                  const thumb::BlockAddresses& addresses);
  void LookAtCosts(KnownBlock& known, std::span<const thumb::Instruction> run, unsigned it_left);
  void Add(KnownBlock& known, Look look);

  const GuestMemory& memory_;
  const timing::TimingCore& core_;
  timing::CycleModel& model_;
  const Registers& registers_;
  const Options options_;
  // By address; of each the furthest end of those up to it.
  struct Place {
    uint32_t address;
    uint32_t furthest;
  };
  std::vector<Place> places_;
  std::deque<KnownBlock> blocks_;
  std::vector<KnownBlock*> fixed_;  // by Index
  std::unordered_map<uint32_t, KnownBlock*> changing_;
  std::unordered_map<uint64_t, KnownBlock*> by_code_;  // by CodeSeen::HashOf, where an address had much code
  uint64_t bytes_ = 0;
  CodeSeen seen_;
  bool full_ = false;
  std::unordered_set<uint32_t> watched_;
  std::vector<thumb::Block> watches_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_BLOCK_TABLE_H_
