// One run of a firmware as its emulator sees it: memory, peripherals, console, counts, cycles, limits and the
// verdict. An adapter tells it what happens; it knows no emulator.
#ifndef ATOME_EMULATION_UNICORN_GUEST_RUN_H_
#define ATOME_EMULATION_UNICORN_GUEST_RUN_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emulation/machine/guest_memory.h"
#include "emulation/machine/machine.h"
#include "emulation/machine/prepare.h"
#include "emulation/scene/fault.h"
#include "emulation/semihosting/semihosting.h"
#include "emulation/timing/cycle_model.h"
#include "emulation/unicorn/block_table.h"
#include "emulation/unicorn/ppb.h"
#include "emulation/unicorn/profiler.h"

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

class GuestRun {
 public:
  // Loads the firmware. Only in `places` the run knows where inside a block the program is. All arguments
  // must outlive this.
  GuestRun(const RunRequest& request, const Prepared& prepared, const Registers& registers,
           std::span<const thumb::Block> places, std::chrono::steady_clock::time_point deadline);

  GuestMemory& memory() { return memory_; }
  // Whether the ELF has executable segments in RAM.
  bool code_in_ram() const { return code_in_ram_; }

  enum class Next {
    kRun,
    kStop,
    kWatch,  // not counted: begin the block again once TakeWatches are in place
  };
  // The emulator is about to execute a block. Counts it, or stops the run in front of it.
  Next OnBlock(thumb::Block block);
  // More places where OnInstruction has to be called before the instruction executes. It may be called
  // anywhere else too.
  std::vector<thumb::Block> TakeWatches() { return blocks_.TakeWatches(); }
  void OnInstruction(uint32_t pc);
  // BKPT 0xAB at `pc`. The new R0, or nothing when the run has stopped.
  std::optional<uint32_t> OnSemihosting(uint32_t pc, uint32_t r0, uint32_t r1);
  // Loads and stores on the private peripheral bus, at `offset` from its start.
  uint32_t OnPpbRead(uint32_t offset, unsigned bytes);
  void OnPpbWrite(uint32_t offset, unsigned bytes, uint32_t value);

  // Whether loads from flash take time that the model does not know, so that the adapter has to tell of them.
  bool flash_waits() const { return flash_waits_; }
  void OnFlashRead(uint32_t address, unsigned bytes) { model_.ReadFlash(address, bytes); }

  // How exactly facts.pc is known, and with it the number of executed instructions.
  enum class Where {
    kExact,        // the faulting instruction, in the block announced last
    kSomewhere,    // in that block; facts.pc does not matter
    kAfterBranch,  // that block's last instruction, which has been executed
  };
  // The first fault stops the run. Later ones are its consequences and are ignored.
  void OnFault(FaultFacts facts, Where where);
  // Instructions at `target` would run in Arm state.
  void OnArmState(uint32_t target);

  bool stopped() const { return stopped_; }
  // Blocks that have to be among the places before the result means anything. The run is repeatable.
  const std::vector<thumb::Block>& wanted_places() const { return wanted_places_; }

  // The verdict. Call it once.
  RunResult TakeResult();

 private:
  // A block that was not executed before; nullptr when it cannot be, which may have stopped the run.
  KnownBlock* Learn(thumb::Block block);
  bool AlignmentSuspect(const thumb::BlockFacts& facts) const;
  void Act(const Look& look);
  void LookAtStack(const thumb::BlockFacts& facts);
  // Where the block's data lie now.
  DataPattern PatternOf(const KnownBlock& known) const;
  // When the current instruction, which reads or sets a counter, began. Where that is not known, a time near
  // it; the block then becomes a wanted place. Events are counted once a place is wanted.
  timing::Moment Now();
  void WantPlace();
  void Stop(Outcome outcome, std::string message);
  uint64_t InstructionsBetween(uint32_t begin, uint32_t end) const;
  // Where and how the run ended; nothing when it exited.
  std::optional<Scene> MakeScene() const;

  const RunRequest& request_;
  const Prepared& prepared_;
  const Registers& registers_;
  GuestMemory memory_;
  Ppb ppb_;
  Semihosting semihosting_;
  timing::CycleModel model_;
  std::optional<Profiler> profiler_;
  bool flash_waits_ = false;
  bool code_in_ram_ = false;

  BlockTable blocks_;
  std::chrono::steady_clock::time_point deadline_;
  uint64_t limit_;        // instructions
  uint64_t entered_ = 0;  // blocks
  uint64_t count_ = 0;
  uint64_t count_before_block_ = 0;
  const KnownBlock* current_ = nullptr;
  const KnownBlock* previous_ = nullptr;
  size_t next_look_ = 0;                 // of the current block
  std::array<thumb::Block, 64> recent_;  // a ring; entered_ tells the latest
  std::optional<uint32_t> place_;        // of the instruction that executes, where it is known
  std::optional<uint32_t> previous_place_;
  uint32_t stack_top_ = 0;
  uint32_t stack_low_ = 0;
  bool look_at_stack_ = true;

  bool stopped_ = false;
  std::vector<thumb::Block> wanted_places_;
  thumb::Block stopped_at_;  // by a limit, in front of it
  Where where_ = Where::kExact;
  std::optional<FaultFacts> fault_;
  RunResult result_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_GUEST_RUN_H_
