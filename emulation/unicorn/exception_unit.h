// When exceptions are taken and returned from, where the program goes on, and what that takes (Armv7-M
// Architecture Reference Manual, B1.5). It moves the core's registers; the run tells it when instructions
// begin.
#ifndef ATOME_EMULATION_UNICORN_EXCEPTION_UNIT_H_
#define ATOME_EMULATION_UNICORN_EXCEPTION_UNIT_H_

#include <cstdint>
#include <optional>

#include "emulation/boards/core.h"
#include "emulation/machine/guest_memory.h"
#include "emulation/machine/prepare.h"
#include "emulation/scene/fault.h"
#include "emulation/scene/scene.h"
#include "emulation/timing/cycle_model.h"
#include "emulation/unicorn/ppb.h"
#include "emulation/unicorn/registers.h"

namespace atome::emulation {

class ExceptionUnit {
 public:
  // Where the program goes on; or what happened instead.
  struct Step {
    std::optional<uint32_t> next = {};
    std::optional<FaultFacts> fault = {};
  };

  // All arguments must outlive this.
  // Without `handles_faults` no fault has a handler.
  ExceptionUnit(const Core& core, const Prepared& prepared, Registers& registers, GuestMemory& memory,
                Ppb& ppb, timing::CycleModel& model, bool handles_faults);

  // Learns anew when something may come: after whatever changes a register of exceptions or SysTick.
  void Expect(Cycles now);
  // The same after a store at `now`: what it makes pending is seen a little later.
  void ExpectAfterStore(Cycles now);
  // Whether anything is expected at all.
  bool armed() const { return armed_; }
  bool pending() const { return pending_from_ != kNever; }
  bool ticks() const { return tick_at_ != kNever; }
  // Whether SysTick interrupts at `at` or before.
  bool TicksBy(uint64_t at) const { return at >= tick_at_; }
  // Whether an exception is taken instead of an instruction that begins at `now`.
  bool IsDue(Cycles now);
  // Takes the exception that is due instead of the instruction at `address`, from `begins` on. With
  // `withdraw` that instruction begins the block that the model entered last.
  Step Take(uint32_t address, Cycles begins, bool withdraw);

  // SVC. false: its priority does not let it run, which is a HardFault.
  bool CallSupervisor();
  // The exception whose handler takes a fault, if there is one: by its priority and enable, or escalated. A
  // handler that only branches to itself, or that starts the program again, is none.
  std::optional<unsigned> HandlerOf(const FaultStatus& status) const;
  // Notes the fault for the program and goes to HandlerOf(status).
  Step TakeFault(const FaultStatus& status, uint32_t address, Cycles begins, bool withdraw);

  // Whether a jump to the address is a return from an exception: an EXC_RETURN value in a handler.
  bool IsReturn(uint32_t address) const;
  // The instruction at `from`, which begins at `now`, returns to an EXC_RETURN.
  Step Return(uint32_t exception_return, uint32_t from, Cycles now);

  // WFI, and WFE without an event; `pc` behind it. What wakes the core decides where it goes on.
  Step Sleep(uint32_t pc);
  Step WaitForEvent(uint32_t pc);
  void SendEvent() { event_ = true; }

  unsigned current() const { return ppb_.exceptions().current(); }
  // Whether nothing will interrupt what runs now.
  bool Undisturbed() const;

 private:
  ExceptionMasks Masks() const;
  uint32_t VectorOf(unsigned number) const;
  // The handler's code; nothing where no code is.
  std::optional<uint32_t> CodeOf(unsigned number) const;
  unsigned Escalated(unsigned number) const;
  void Record(const FaultStatus& status, unsigned number);
  // Stacks the registers and goes to the handler of `number`. When they cannot be stored: to that of
  // BusFault.
  Step Enter(unsigned number, uint32_t address);
  Step EnterAt(Cycles at, unsigned number, uint32_t address, bool withdraw);
  // When the handler begins, of an exception that is taken from `begins` on.
  Cycles Entered(Cycles begins) const;
  bool StacksFloats() const;

  static constexpr uint64_t kNever = ~uint64_t{0};

  const Core& core_;
  const Prepared& prepared_;
  Registers& registers_;
  GuestMemory& memory_;
  Ppb& ppb_;
  timing::CycleModel& model_;
  const bool handles_faults_;
  timing::ExceptionCosts costs_;
  bool armed_ = false;  // one of the two below is expected
  uint64_t tick_at_ = kNever;
  uint64_t pending_from_ = kNever;
  bool event_ = false;  // the event register: SEV, an exception
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_EXCEPTION_UNIT_H_
