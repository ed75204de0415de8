// One run of a firmware as its emulator sees it: memory, peripherals and console, counting, limits and the
// verdict. Knows no emulator; an adapter tells it what happens.
#ifndef ATOME_EMULATION_GUEST_RUN_H_
#define ATOME_EMULATION_GUEST_RUN_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulation/fault.h"
#include "emulation/guest_memory.h"
#include "emulation/machine.h"
#include "emulation/ppb.h"
#include "emulation/prepare.h"
#include "emulation/semihosting.h"
#include "emulation/thumb.h"

namespace atome::emulation {

// A straight run of instructions that the emulator executes as one.
struct Block {
  uint32_t address = 0;
  uint32_t bytes = 0;
};

class GuestRun {
 public:
  // Loads the firmware. Both arguments must outlive this.
  GuestRun(const RunRequest& request, const Prepared& prepared);

  GuestMemory& memory() { return memory_; }
  Ppb& ppb() { return ppb_; }
  // Whether the ELF has executable segments in RAM.
  bool code_in_ram() const { return code_in_ram_; }

  // The emulator is about to execute a block. Counts it, or stops the run in front of it.
  void OnBlock(Block block);
  // BKPT 0xAB at `pc`. The new R0, or nothing when the run has stopped.
  std::optional<uint32_t> OnSemihosting(uint32_t pc, uint32_t r0, uint32_t r1);

  // How exactly facts.pc is known, and with it the number of executed instructions.
  enum class Where {
    kExact,        // the faulting instruction, in the block announced last
    kSomewhere,    // to be found in that block; facts.pc does not matter
    kAfterBranch,  // that block's last instruction, to be found; it has been executed
  };
  // The first fault stops the run; later ones are its consequences and ignored.
  void OnFault(FaultFacts facts, Where where);
  // Instructions at `target` would run in Arm state.
  void OnArmState(uint32_t target);

  bool stopped() const { return stopped_; }
  const std::optional<FaultFacts>& fault() const { return fault_; }
  // The block in which the fault's instruction is yet to be found.
  std::optional<Block> unclear_block() const;

  // The verdict; `pc` is the fault's instruction where there is a fault. To be called once.
  RunResult TakeResult(uint32_t pc);

 private:
  struct CachedBlock {
    uint32_t bytes = 0;
    BlockDecode decode;
  };

  BlockDecode Decode(Block block);
  void Stop(Outcome outcome, std::string message);
  Instructions CountAt(uint32_t pc) const;

  const RunRequest& request_;
  const Prepared& prepared_;
  GuestMemory memory_;
  Ppb ppb_;
  Semihosting semihosting_;
  bool code_in_ram_ = false;

  std::vector<CachedBlock> cache_;  // by halfword of flash, which never changes
  std::chrono::steady_clock::time_point deadline_;
  uint64_t blocks_ = 0;
  uint64_t count_ = 0;
  uint64_t count_before_block_ = 0;
  Block block_;
  Block previous_block_;

  bool stopped_ = false;
  Where where_ = Where::kExact;
  std::optional<FaultFacts> fault_;
  RunResult result_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_GUEST_RUN_H_
