// Modelled cycles of a program that an emulator runs block by block.
//
//   CycleModel model(*FindTimingCore("m4"));
//   const BlockId id = model.Prepare(address, halfwords);   once a block
//   model.Enter(id);                                        at every execution, in order
//   model.cycles();                                         when the block's first instruction executes
//
// A block is any straight run of instructions; whether its last one branched is seen from where the next
// block is. How code is cut into blocks does not change the cycles. Costs are worked out once for each block
// and pipeline state and remembered. Deterministic, no clock, no threads: one model a run.
#ifndef ATOME_EMULATION_TIMING_CYCLE_MODEL_H_
#define ATOME_EMULATION_TIMING_CYCLE_MODEL_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "emulation/base/counts.h"
#include "emulation/timing/data_access.h"
#include "emulation/timing/flash_wait.h"
#include "emulation/timing/sites.h"
#include "emulation/timing/timing_core.h"

namespace atome::timing {

using emulation::Count;
using emulation::Cycles;

enum class BlockId : uint32_t {};

// What happened until an instruction began to execute, as the DWT's profiling counters have it.
struct Moment {
  Cycles cycles{};
  // With ModelOptions::count_events.
  uint64_t instructions = 0;
  uint64_t load_store = 0;  // LSUCNT
  uint64_t folded = 0;      // FOLDCNT
  // CPICNT: every other cycle beyond one an instruction.
  uint64_t more_cycles() const { return Count(cycles) - instructions - load_store + folded; }
};

struct ModelOptions {
  bool memoise = true;     // off: slow, for tests
  FlashTiming flash = {};  // of the memory of `flash_bytes` at each of `flash_addresses`, which are few
  std::vector<uint32_t> flash_addresses = {};
  uint32_t flash_bytes = 0;
  bool explain = false;       // keeps what Explain() needs; slower
  bool count_events = false;  // as Moment has them; slower
};

// What one instruction took in all its executions, and why. The parts add up to `cycles`.
struct InstructionCycles {
  uint32_t address = 0;
  uint64_t executions = 0;
  uint64_t skipped = 0;  // executions whose condition failed
  uint64_t cycles = 0;
  uint64_t own = 0;        // executing, before the next could begin
  uint64_t operand = 0;    // waited for a result
  uint64_t bus = 0;        // waited for the store buffer
  uint64_t fetch = 0;      // waited for its own words
  uint64_t refill = 0;     // a branch that was taken: until its target's words were there
  uint64_t pairing = 0;    // M7: could not issue beside the instruction before it
  uint64_t exception = 0;  // entry to or return from an exception behind it
  uint64_t flash = 0;      // waited for the flash, code and data
  uint64_t guess = 0;      // M7: a branch was guessed wrong
};

class CycleModel {
 public:
  explicit CycleModel(const TimingCore& core, ModelOptions options = {});
  ~CycleModel();
  CycleModel(const CycleModel&) = delete;
  CycleModel& operator=(const CycleModel&) = delete;

  // The emulator will note these sites. A conditional one among them without a note was skipped; other
  // conditional instructions count as executed. Call this before Prepare of a block that has them.
  void ExpectNotes(std::span<const Site> sites);
  // `halfwords` not empty; a 32-bit instruction that the end cuts off should be complete. Equal blocks have
  // equal ids. Code that changes must be prepared again before it is entered.
  // `accesses`: of each instruction, where its data lie; empty: nothing is known of any. A block whose data
  // lie elsewhere is another block.
  BlockId Prepare(uint32_t address, std::span<const uint16_t> halfwords,
                  std::span<const DataAccess> accesses = {});
  // Begins the execution of a block.
  void Enter(BlockId id);

  // The block entered last executes only what is in front of `address`, one of its instructions.
  void Cut(uint32_t address);
  // The flow is broken off behind the block entered last, by an exception or its return: the first
  // instruction of the block entered next begins at `at`, at the earliest. With `withdraw` that block did not
  // run at all.
  void BreakOff(Cycles at, bool withdraw);

  // For the instruction at `address` of the block entered last, at or before its execution, in order.
  void NoteExecuted(uint32_t address);
  void NoteOperands(uint32_t address, uint32_t first, uint32_t second);
  // The block entered last loads `bytes` from flash. What it waits counts in CyclesAt from now on and in all
  // later blocks.
  void ReadFlash(uint32_t address, uint32_t bytes);

  // From the program's first instruction, which begins at 0, to the moment the first instruction of the block
  // entered last begins to execute.
  Cycles cycles() const;
  // The same for the instruction at `address` in that block, with the notes made so far.
  Cycles CyclesAt(uint32_t address) const { return MomentAt(address).cycles; }
  Moment MomentAt(uint32_t address) const;
  // Including the last instruction of the block entered last: at the end of a run.
  Cycles CyclesAtEnd() const;

  // Drops what is remembered of blocks, so that bytes() is small again; all ids become invalid. Cycles go on
  // as if nothing had been dropped.
  void Forget();
  // Memory of the host for what is remembered, about; of it what Forget() cannot drop.
  uint64_t bytes() const;
  uint64_t kept_bytes() const;

  // Distinct instructions, in the prepared blocks, that the decoder does not know.
  uint32_t unknown_instructions() const;
  // Executed sites without a note whose cost depends on data; they took their longest.
  uint64_t assumed_sites() const;
  // How often a cost was worked out, not remembered.
  uint64_t evaluations() const;
  // With ModelOptions::explain: every executed instruction, by address. The block entered last counts as
  // left.
  std::vector<InstructionCycles> Explain() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace atome::timing

#endif  // ATOME_EMULATION_TIMING_CYCLE_MODEL_H_
