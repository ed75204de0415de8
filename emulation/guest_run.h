// One run of a firmware as its emulator sees it: memory, peripherals and console, counting, cycles, limits
// and the verdict. Knows no emulator; an adapter tells it what happens.
#ifndef ATOME_EMULATION_GUEST_RUN_H_
#define ATOME_EMULATION_GUEST_RUN_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "emulation/block_facts.h"
#include "emulation/fault.h"
#include "emulation/guest_memory.h"
#include "emulation/machine.h"
#include "emulation/ppb.h"
#include "emulation/prepare.h"
#include "emulation/semihosting.h"
#include "emulation/timing/cycle_model.h"
#include "emulation/timing/flash_wait.h"

namespace atome::emulation {

// The emulated core's registers, as far as the emulator knows them in the middle of a block.
class Registers {
 public:
  virtual ~Registers() = default;
  // r0 to r14; not the PC.
  virtual uint32_t Read(unsigned number) const = 0;
  // The flags in bits 31 to 27.
  virtual uint32_t ReadStatus() const = 0;
};

// A place at which the adapter has to call OnWatch before the instruction executes.
struct Watch {
  enum class Kind : uint8_t {
    kExecuted,  // a conditional instruction
    kDivide,
    kLongMultiply,
    kAlignment,  // a load or store that faults unless its base is a multiple of 4
    kFpu,        // an FPU instruction, which faults while the FPU is off
    kPlace,      // every instruction of a block: tells where the program is
  };
  Kind kind = Kind::kPlace;
  Block block;        // one instruction, but for kPlace
  uint8_t first = 0;  // registers: of the operands, or the base
  uint8_t second = 0;
};

class GuestRun {
 public:
  // Loads the firmware. Where the program is inside of a block is known in `places` only. All arguments must
  // outlive this.
  GuestRun(const RunRequest& request, const Prepared& prepared, const Registers& registers,
           std::span<const Block> places);

  GuestMemory& memory() { return memory_; }
  // Whether the ELF has executable segments in RAM.
  bool code_in_ram() const { return code_in_ram_; }

  enum class Next {
    kRun,
    kStop,
    kWatch,  // not counted: begin the block again once TakeWatches are in place
  };
  // The emulator is about to execute a block. Counts it, or stops the run in front of it.
  Next OnBlock(Block block);
  std::vector<Watch> TakeWatches() { return std::exchange(watches_, {}); }
  void OnWatch(const Watch& watch, uint32_t pc);
  // BKPT 0xAB at `pc`. The new R0, or nothing when the run has stopped.
  std::optional<uint32_t> OnSemihosting(uint32_t pc, uint32_t r0, uint32_t r1);
  // Loads and stores on the private peripheral bus, at `offset` from its start.
  uint32_t OnPpbRead(uint32_t offset, unsigned bytes);
  void OnPpbWrite(uint32_t offset, unsigned bytes, uint32_t value);

  // Whether loads from flash take time that the model does not know, so that the adapter has to tell of them.
  bool flash_waits() const { return flash_waits_; }
  void OnFlashRead(uint32_t address, unsigned bytes) { model_.AddStall(flash_.Read(address, bytes)); }

  // How exactly facts.pc is known, and with it the number of executed instructions.
  enum class Where {
    kExact,        // the faulting instruction, in the block announced last
    kSomewhere,    // in that block; facts.pc does not matter
    kAfterBranch,  // that block's last instruction, which has been executed
  };
  // The first fault stops the run; later ones are its consequences and ignored.
  void OnFault(FaultFacts facts, Where where);
  // Instructions at `target` would run in Arm state.
  void OnArmState(uint32_t target);

  bool stopped() const { return stopped_; }
  // A block that has to be among the places for the run to be understood: runs are repeatable.
  std::optional<Block> wanted_place() const { return wanted_place_; }

  // The verdict. To be called once.
  RunResult TakeResult();

 private:
  // A block that has been executed.
  struct Known {
    Block block;
    timing::BlockId timing{};
    bool is_mark = false;
    uint32_t function = 0;  // for the profiler
    BlockFacts facts;
    std::vector<uint16_t> code;  // of a block in RAM, which may change
    Known* other = nullptr;      // another of this address
  };

  // By halfword of the flash that the image fills; larger elsewhere.
  size_t FlashIndex(uint32_t address) const { return (address - prepared_.map.flash_address) / 2; }
  // The block, or nothing when it cannot be known or is too much.
  Known* Find(Block block);
  Known* Learn(Block block, Known** head);
  void WatchCosts(Block block, std::span<const uint16_t> code, unsigned it_left);
  void WatchAlignment(const BlockFacts& facts, bool computed_only);
  bool AlignmentSuspect(const BlockFacts& facts) const;
  void WatchFpu(const Known& known);
  void AddWatch(const Watch& watch);
  void LookAtStack(const BlockFacts& facts);
  // The instruction that executes, where it is known.
  std::optional<uint32_t> Place() const;
  // When it began; stops the run where it is not known.
  std::optional<Cycles> Now();
  void Stop(Outcome outcome, std::string message);
  // Where and how the run ended; nothing when it exited.
  std::optional<Scene> MakeScene() const;

  const RunRequest& request_;
  const Prepared& prepared_;
  const Registers& registers_;
  const std::span<const Block> places_;
  const timing::TimingCore& timing_core_;
  GuestMemory memory_;
  Ppb ppb_;
  Semihosting semihosting_;
  timing::CycleModel model_;
  std::optional<Profiler> profiler_;
  timing::FlashWait flash_;
  bool flash_waits_ = false;
  bool code_in_ram_ = false;

  std::deque<Known> known_;
  std::vector<Known*> in_flash_;                        // by halfword
  std::unordered_map<uint32_t, Known*> in_ram_;         // by address
  std::vector<Watch> watches_;                          // to be put in place
  std::set<std::pair<uint32_t, Watch::Kind>> watched_;  // all that were asked for, by address
  std::chrono::steady_clock::time_point deadline_;
  uint64_t blocks_ = 0;
  uint64_t count_ = 0;
  uint64_t count_before_block_ = 0;
  Block block_;
  Block previous_block_;
  uint8_t it_left_ = 0;           // behind block_
  std::array<Block, 64> recent_;  // of which blocks_ says which is the latest
  // The instruction that began last in a place, and which block that was, counted as in blocks_.
  uint32_t place_ = 0;
  uint64_t place_block_ = ~uint64_t{0};
  uint32_t stack_top_ = 0;
  uint32_t stack_low_ = 0;
  bool look_at_stack_ = true;

  bool stopped_ = false;
  std::optional<Block> wanted_place_;
  Block stopped_at_;  // by a limit; no bytes when it is the block announced last
  Where where_ = Where::kExact;
  std::optional<FaultFacts> fault_;
  RunResult result_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_GUEST_RUN_H_
