// One run of a firmware as its emulator sees it: memory, peripherals, exceptions, console, counts, cycles,
// limits and the verdict. An adapter tells it what happens; it knows no emulator.
#ifndef ATOME_EMULATION_UNICORN_GUEST_RUN_H_
#define ATOME_EMULATION_UNICORN_GUEST_RUN_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "emulation/machine/guest_memory.h"
#include "emulation/machine/machine.h"
#include "emulation/machine/prepare.h"
#include "emulation/scene/fault.h"
#include "emulation/scene/scene_builder.h"
#include "emulation/semihosting/semihosting.h"
#include "emulation/timing/cycle_model.h"
#include "emulation/unicorn/block_table.h"
#include "emulation/unicorn/exception_unit.h"
#include "emulation/unicorn/flips.h"
#include "emulation/unicorn/peripherals.h"
#include "emulation/unicorn/ppb.h"
#include "emulation/unicorn/profiler.h"
#include "emulation/unicorn/registers.h"
#include "emulation/unicorn/rtt.h"

namespace atome::emulation {

class GuestRun {
 public:
  // Loads the firmware. Only in `places` the run knows where inside a block the program is. All arguments
  // must outlive this.
  GuestRun(const RunRequest& request, const Prepared& prepared, Registers& registers,
           std::span<const thumb::Block> places, std::chrono::steady_clock::time_point deadline);

  GuestMemory& memory() { return memory_; }
  // Whether the ELF has executable segments in RAM.
  bool code_in_ram() const { return code_in_ram_; }

  enum class Next {
    kRun,
    kStop,
    kWatch,  // not counted: begin the block again once TakeWatches are in place
    kStep,   // not counted: begin it again with OnInstruction called at each of its instructions, this time
    kExceptional,  // not executed: go on where TakeException says
    kFlip,         // not executed: go on where TakeFlip says
    kForget,       // not counted: begin it again once all translated code and all watches are dropped
  };
  // The emulator is about to execute a block. Counts it, or stops the run in front of it.
  Next OnBlock(thumb::Block block);
  // An exception comes before the instruction that OnInstruction was just called for, or a fault has a
  // handler: stop.
  bool exception_due() const { return due_ || fault_due_; }
  // Whether a block that was to be stepped still is.
  bool stepping() const { return stepped_.has_value(); }
  // Goes to the handler of what is due. Where the program goes on; nothing when the run has stopped. The
  // program is stopped meanwhile.
  std::optional<uint32_t> TakeException();
  // Something flips in front of the block, or of the instruction that OnInstruction was just called for:
  // stop.
  bool flip_due() const { return flip_at_.has_value(); }
  // Lets it flip. Where the program goes on. The program is stopped meanwhile.
  uint32_t TakeFlip();
  // Code that has changed by it.
  std::vector<Flips::Memory> TakeChangedCode() { return std::exchange(changed_, {}); }
  // The instruction that executes as it is not, once: OnInstruction has to be called for what follows it.
  std::optional<uint32_t> changed_instruction() const {
    return flips_.changes_instruction() ? std::optional(flips_.changed_instruction()) : std::nullopt;
  }
  // SVC, `pc` behind it. Whether it is due.
  bool OnSupervisorCall(uint32_t pc);
  // Whether a jump to the address is a return from an exception: an EXC_RETURN value in a handler.
  bool ReturnsFromException(uint32_t address) const { return exceptions_.IsReturn(address); }
  std::optional<uint32_t> OnExceptionReturn(uint32_t value);
  // The emulator stopped behind an instruction that it does not run, at `pc`: WFE or YIELD. Where the program
  // goes on; nothing when it was another one, or when nothing will wake the core.
  std::optional<uint32_t> OnHint(uint32_t pc);
  // WFI, `pc` behind it: waits for what wakes the core. Where the program goes on; nothing when nothing will.
  std::optional<uint32_t> OnSleep(uint32_t pc);

  // More places where OnInstruction has to be called before the instruction executes. It may be called
  // anywhere else too.
  std::vector<thumb::Block> TakeWatches() { return blocks_.TakeWatches(); }
  void OnInstruction(uint32_t pc);
  // BKPT 0xAB at `pc`. The new R0, or nothing when the run has stopped.
  std::optional<uint32_t> OnSemihosting(uint32_t pc, uint32_t r0, uint32_t r1);
  // Loads and stores on the private peripheral bus, at `offset` from its start.
  uint32_t OnPpbRead(uint32_t offset, unsigned bytes);
  void OnPpbWrite(uint32_t offset, unsigned bytes, uint32_t value);

  // Loads and stores in the peripheral space, which only a board has, and of bit-band aliases of RAM, which
  // Cortex-M3 and M4 have.
  std::span<const AddressRange> peripheral_spaces() const {
    return peripherals_ ? std::span(peripherals_->spaces()) : std::span<const AddressRange>();
  }
  bool has_bit_band() const { return has_bit_band_; }
  uint32_t OnPeripheralRead(uint32_t address, unsigned bytes);
  void OnPeripheralWrite(uint32_t address, unsigned bytes, uint32_t value);
  uint32_t OnBitBandRead(uint32_t offset) const;
  void OnBitBandWrite(uint32_t offset, uint32_t value);

  // Where the control block of RTT is or will be; nothing when the program has none, as far as is known. Its
  // loads and stores have to be told before they happen.
  std::optional<uint32_t> rtt_block() const { return rtt_.block(); }
  bool has_input() const { return console_.is_given(); }
  void OnRttLoad(uint32_t address) { rtt_.OnLoad(address); }
  void OnRttStore(uint32_t address, uint32_t value);

  // Whether loads from flash take time that the model does not know, so that the adapter has to tell of them.
  bool flash_waits() const { return flash_waits_; }
  void OnFlashRead(uint32_t address, unsigned bytes) { model_.ReadFlash(address, bytes); }

  // How exactly facts.pc is known, and with it the number of executed instructions.
  enum class Where {
    kExact,        // the faulting instruction, in the block announced last
    kInFront,      // of that instruction: the block that begins there was not entered
    kSomewhere,    // in that block; facts.pc does not matter
    kAfterBranch,  // that block's last instruction, which has been executed
  };
  // Makes the fault's exception due when the program has a handler for it, otherwise stops the run. Further
  // faults are consequences of the first until its handler runs, and are ignored.
  void OnFault(FaultFacts facts, Where where);
  // Instructions at `target` would run in Arm state.
  void OnArmState(uint32_t target);

  bool stopped() const { return stopped_; }
  // Why: the fault, if it was one, with its place where that is known.
  Outcome outcome() const { return result_.outcome; }
  int exit_code() const { return result_.exit_code; }
  const std::optional<FaultFacts>& fault() const { return fault_; }
  // Blocks that have to be among the places before the result means anything. The run is repeatable.
  const std::vector<thumb::Block>& wanted_places() const { return wanted_places_; }

  // What the run did to granted files, for the host.
  FileChanges TakeFileChanges() { return semihosting_.TakeFileChanges(); }
  // For a debugger (RunRequest::debugger): what was spent before an instruction of the block entered last.
  Instructions InstructionsBefore(uint32_t pc) const;
  Cycles CyclesBefore(uint32_t pc) const { return current_ != nullptr ? model_.CyclesAt(pc) : Cycles{}; }
  std::string_view output() const { return console_.output(); }
  // The program does not go on with the instruction at `pc` of the block entered last.
  void LeaveBlock(uint32_t pc);
  void EndByDebugger() { Stop(Outcome::kEnded, "ended by the debugger"); }
  void Excuse(std::chrono::nanoseconds waited) { deadline_ += waited; }

  // The verdict. Call it once.
  RunResult TakeResult();

 private:
  // Whether OnInstruction is called for all of the block; a debugger is asked before each instruction.
  bool IsFollowed(const KnownBlock& known) const { return known.followed || request_.debugger != nullptr; }
  // Whether the time is over, which stops the run in front of `block`.
  bool StopLate(thumb::Block block);
  // Whether what is kept of the run has its share of memory, which stops it in front of `block`.
  bool StopLarge(thumb::Block block);
  // Whether what is remembered of code has its share; then it is forgotten.
  bool ForgetIfFull();
  // A block that was not executed before; nullptr when it cannot be, which may have stopped the run.
  KnownBlock* Learn(thumb::Block block);
  uint64_t MostCyclesOf(const KnownBlock& known) const;
  bool MayTickIn(const KnownBlock& known) const;
  bool StepInto(const KnownBlock& known);
  bool Interrupted(Cycles before);
  bool AlignmentSuspect(const thumb::BlockFacts& facts) const;
  void Act(const Look& look);
  void Between(const KnownBlock& known);
  void LookAtStack(const thumb::BlockFacts& facts);
  bool FlipsInFrontOf(thumb::Block block) const;
  bool FlipsBefore(uint32_t pc) const;
  // Where the block's data lie now.
  DataPattern PatternOf(const KnownBlock& known) const;
  // An exception that is taken instead of the instruction at `address`, from when that would have begun.
  struct Due {
    uint32_t address = 0;
    Cycles begins{};
    bool withdraw = false;  // the block entered last did not run
  };
  // A fault whose handler runs.
  struct OpenFault {
    unsigned exception = 0;
    Fault fault;
    std::optional<Scene> scene;
  };
  std::optional<uint32_t> TakeFault();
  Due PlaceOf(const FaultFacts& facts, const FaultStatus& status);
  void FinishStore(const thumb::Instruction& store);
  void Open(unsigned exception, const FaultFacts& facts, std::optional<Scene> scene);
  std::optional<uint32_t> Follow(const ExceptionUnit::Step& step);
  uint8_t ItStateAt(uint32_t address) const;

  // Looks for a control block of RTT that has no symbol, ever more rarely. Whether it was found.
  bool FindRtt();
  // The instruction of the current block that accesses the address; the block's first where none seems to.
  uint32_t PlaceOfAccess(uint32_t address) const;
  // Text from elsewhere than semihosting.
  void Print(ConsoleSource source, std::string_view text);

  // When the current instruction, which reads or sets a counter, began. Where that is not known, a time near
  // it; the block then becomes a wanted place. So it does when events matter that are not counted yet: they
  // are once a place was wanted.
  timing::Moment Now(bool of_events = false);
  uint32_t AlignStackPointer();
  void WantPlace();
  // The program asks what time it is, or sets a timer.
  void UseTime() { told_time_ = !has_cycles_; }
  void Stop(Outcome outcome, std::string message);
  uint64_t InstructionsBetween(uint32_t begin, uint32_t end) const;
  SceneFacts FactsNow(const std::optional<FaultFacts>& fault) const;
  FaultStatus StatusOf(const FaultFacts& facts) const;
  // Where and how the run ended, or the fault that its handler takes; nothing when it exited.
  std::optional<Scene> MakeScene() const;
  void TellOfOpenFault();

  const RunRequest& request_;
  const Prepared& prepared_;
  Registers& registers_;
  GuestMemory memory_;
  Ppb ppb_;
  bool has_cycles_;  // else the model counts instructions
  static constexpr uint64_t kNever = ~uint64_t{0};
  Console console_;
  Rtt rtt_;
  uint64_t find_rtt_at_ = kNever;       // in entered_
  std::vector<MemoryRange> variables_;  // writable memory of the image
  std::optional<Peripherals> peripherals_;
  bool has_bit_band_ = false;
  Semihosting semihosting_;
  bool counts_events_ = false;  // as a run does whose places are known, and a debugged one
  timing::CycleModel model_;
  ExceptionUnit exceptions_;
  std::optional<Profiler> profiler_;
  bool flash_waits_ = false;
  bool code_in_ram_ = false;
  bool told_time_ = false;  // what the program knows of time rests on instructions

  BlockTable blocks_;
  Flips flips_;
  std::optional<uint32_t> flip_at_;       // in front of this instruction
  bool flip_inside_ = false;              // of the block entered last
  std::optional<thumb::Block> flips_in_;  // OnInstruction is called for all of it
  std::vector<Flips::Memory> changed_;
  std::chrono::steady_clock::time_point deadline_;
  uint64_t limit_;        // instructions
  uint64_t entered_ = 0;  // blocks
  uint64_t count_ = 0;
  uint64_t count_before_block_ = 0;
  KnownBlock* current_ = nullptr;
  KnownBlock* previous_ = nullptr;
  std::array<KnownBlock, 2> kept_;       // these two, once all is forgotten
  bool current_watched_ = false;         // each instruction of it is looked at
  bool broken_off_ = false;              // behind it, by an exception
  size_t next_look_ = 0;                 // of the current block
  uint64_t looked_ = 0;                  // instructions, for the clock
  std::array<thumb::Block, 64> recent_;  // a ring; entered_ tells the latest
  std::optional<uint32_t> place_;        // of the instruction that executes, where it is known
  std::optional<uint32_t> previous_place_;
  std::optional<Cycles> from_at_;  // since the first of two functions was reached
  struct StackUse {
    uint32_t top = 0;
    uint32_t low = 0;
    uint32_t deepest = 0;
  };
  std::array<StackUse, 2> stacks_;  // main, process
  size_t active_stack_ = 0;
  bool look_at_stack_ = true;
  bool look_at_control_ = false;

  bool may_interrupt_ = false;           // something may come inside the block entered last
  std::optional<thumb::Block> stepped_;  // OnInstruction is called for all of it
  std::optional<Due> due_;
  bool fault_due_ = false;  // fault_ is taken by its handler
  std::optional<OpenFault> open_;

  bool stopped_ = false;
  std::vector<thumb::Block> wanted_places_;
  thumb::Block stopped_at_;  // by a limit, in front of it
  Where where_ = Where::kExact;
  std::optional<FaultFacts> fault_;
  std::optional<Cycles> ended_;  // where the model went further than the program
  RunResult result_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_GUEST_RUN_H_
