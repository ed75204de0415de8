#include "emulation/unicorn/exception_unit.h"

#include <algorithm>
#include <utility>

#include "emulation/machine/fault_handler.h"
#include "emulation/scene/fault_status.h"
#include "emulation/unicorn/exception_frame.h"

namespace atome::emulation {
namespace {

FaultStatus StackingError() { return {.exception = FaultException::kBusFault, .cfsr = kCfsrStacking}; }

}  // namespace

ExceptionUnit::ExceptionUnit(const Core& core, const Prepared& prepared, Registers& registers,
                             GuestMemory& memory, Ppb& ppb, timing::CycleModel& model, bool handles_faults)
    : core_(core),
      prepared_(prepared),
      registers_(registers),
      memory_(memory),
      ppb_(ppb),
      model_(model),
      handles_faults_(handles_faults),
      costs_(timing::ClockOf(core.name).exceptions) {}

ExceptionMasks ExceptionUnit::Masks() const {
  using enum SpecialRegister;
  return {.primask = (registers_.ReadSpecial(kPrimask) & 1) != 0,
          .faultmask = (registers_.ReadSpecial(kFaultmask) & 1) != 0,
          .basepri = static_cast<uint8_t>(registers_.ReadSpecial(kBasepri))};
}

void ExceptionUnit::Expect(Cycles now) {
  const std::optional<Cycles> tick = ppb_.NextTick(now);
  tick_at_ = tick ? Count(*tick) : kNever;
  if (!ppb_.exceptions().pending())
    pending_from_ = kNever;
  else if (pending_from_ == kNever)
    pending_from_ = Count(now);
  armed_ = tick_at_ != kNever || pending_from_ != kNever;
}

void ExceptionUnit::ExpectAfterStore(Cycles now) {
  Expect(now);
  if (pending_from_ == Count(now)) pending_from_ += costs_.pend;
}

bool ExceptionUnit::IsDue(Cycles now) {
  if (Count(now) >= tick_at_) {
    ppb_.exceptions().Pend(kSysTick);
    const uint64_t tick = tick_at_;
    Expect(Cycles{Count(now) + 1});
    pending_from_ = std::min(pending_from_, tick);
  }
  return Count(now) >= pending_from_ && ppb_.exceptions().Next(Masks());
}

bool ExceptionUnit::Undisturbed() const { return !armed_ || current() == kHardFault || current() == kNmi; }

uint32_t ExceptionUnit::VectorOf(unsigned number) const {
  const uint32_t table = ppb_.vector_table().value_or(prepared_.map.vector_address);
  return memory_.Word(table + 4 * number).value_or(0);
}

std::optional<uint32_t> ExceptionUnit::CodeOf(unsigned number) const {
  const uint32_t vector = VectorOf(number);
  if ((vector & 1) == 0 || memory_.Readable(vector & ~1u, 2) == nullptr) return std::nullopt;
  return vector & ~1u;
}

bool ExceptionUnit::StacksFloats() const {
  constexpr uint32_t kFpca = 1u << 2;
  return ppb_.keeps_float_state() && (registers_.ReadSpecial(SpecialRegister::kControl) & kFpca) != 0;
}

ExceptionUnit::Step ExceptionUnit::Enter(unsigned number, uint32_t address) {
  const std::optional<uint32_t> handler = CodeOf(number);
  if (!handler) {
    const bool call = number == kSvCall;
    return {.fault = FaultFacts{.kind = call ? FaultKind::kSupervisorCall : FaultKind::kNoHandler,
                                .pc = call ? address - 2 : address,
                                .address = number}};
  }
  const bool floats = StacksFloats();
  event_ = true;
  if (const auto bad = StackFrame(registers_, memory_, number, address, floats)) {
    // The exception that was to come stays pending; a fault that was is lost, as on silicon.
    const FaultFacts facts{.kind = FaultKind::kUnmappedWrite, .pc = address, .address = *bad};
    const std::optional<unsigned> derived = HandlerOf(StackingError());
    if (!derived || *derived == number) return {.fault = facts};
    Record(StackingError(), *derived);
    StackFrame(registers_, memory_, *derived, address, floats, /*regardless=*/true);
    ppb_.exceptions().Enter(*derived);
    return {.next = CodeOf(*derived), .fault = facts};
  }
  ppb_.exceptions().Enter(number);
  return {.next = handler};
}

Cycles ExceptionUnit::Entered(Cycles begins) const {
  const bool at_once = StacksFloats() && !ppb_.stacks_floats_late();
  return Cycles{Count(begins) + costs_.entry + (at_once ? costs_.floats : 0)};
}

ExceptionUnit::Step ExceptionUnit::EnterAt(Cycles at, unsigned number, uint32_t address, bool withdraw) {
  model_.BreakOff(at, withdraw);
  const Step step = Enter(number, address);
  Expect(model_.cycles());
  return step;
}

ExceptionUnit::Step ExceptionUnit::Take(uint32_t address, Cycles begins, bool withdraw) {
  const Cycles entered = Entered(begins);
  // One that comes while registers are stacked and has a higher priority is taken instead: late arrival.
  IsDue(Cycles{Count(entered) - 1});
  return EnterAt(entered, *ppb_.exceptions().Next(Masks()), address, withdraw);
}

bool ExceptionUnit::CallSupervisor() {
  if (!ppb_.exceptions().CanTake(kSvCall, Masks()) || !CodeOf(kSvCall)) return false;
  ppb_.exceptions().Pend(kSvCall);
  return true;
}

unsigned ExceptionUnit::Escalated(unsigned number) const {
  return ppb_.exceptions().CanTake(number, Masks()) ? number : +kHardFault;
}

std::optional<unsigned> ExceptionUnit::HandlerOf(const FaultStatus& status) const {
  if (!handles_faults_ || status.exception == FaultException::kNone) return std::nullopt;
  const unsigned number = Escalated(static_cast<unsigned>(status.exception));
  // A fault in HardFault or NMI, or under FAULTMASK, locks the core up.
  if (!ppb_.exceptions().CanTake(number, Masks())) return std::nullopt;
  if (!HandlesFaults(VectorOf(number), prepared_.reset, memory_.Reader())) return std::nullopt;
  return number;
}

void ExceptionUnit::Record(const FaultStatus& status, unsigned number) {
  const bool forced = number == kHardFault && status.exception != FaultException::kHardFault;
  ppb_.faults().Record(status, forced);
}

ExceptionUnit::Step ExceptionUnit::TakeFault(const FaultStatus& status, uint32_t address, Cycles begins,
                                             bool withdraw) {
  const unsigned number = HandlerOf(status).value_or(kHardFault);
  Record(status, number);
  return EnterAt(Entered(begins), number, address, withdraw);
}

bool ExceptionUnit::IsReturn(uint32_t address) const {
  // Of Armv8-M those to Non-secure state too: with one state alone they lead to the same.
  const bool to_non_secure = core_.armv8m && address >= 0xFFFFFF80;
  return (IsExceptionReturn(address) || to_non_secure) && ppb_.exceptions().any_active();
}

ExceptionUnit::Step ExceptionUnit::Return(uint32_t exception_return, uint32_t from, Cycles now) {
  Exceptions& exceptions = ppb_.exceptions();
  const unsigned ending = exceptions.current();
  if (ending != kNmi) registers_.WriteSpecial(SpecialRegister::kFaultmask, 0);
  exceptions.Leave(ending, 0);
  // Another one follows at once, or was late for the state that would be restored.
  if (const std::optional<unsigned> next = exceptions.Next(Masks())) {
    model_.BreakOff(Cycles{Count(now) + costs_.tail_chain}, false);
    const std::optional<uint32_t> handler = CodeOf(*next);
    if (!handler) return {.fault = FaultFacts{.kind = FaultKind::kNoHandler, .pc = from, .address = *next}};
    registers_.WriteSpecial(SpecialRegister::kIpsr, *next);
    registers_.Write(14, exception_return | 1);
    exceptions.Enter(*next);
    Expect(model_.cycles());
    return {.next = handler};
  }
  model_.BreakOff(Cycles{Count(now) + costs_.exit}, false);
  const Unstacked state = UnstackFrame(registers_, memory_, exception_return | 1, core_.has_fpu);
  if (state.bad_address)
    return {.fault = FaultFacts{.kind = FaultKind::kUnmappedRead, .pc = from, .address = *state.bad_address}};
  exceptions.Leave(ending, state.exception);
  Expect(model_.cycles());
  if (state.exception == 0 && ppb_.sleeps_on_exit()) return Sleep(state.pc);
  return {.next = state.pc};
}

ExceptionUnit::Step ExceptionUnit::WaitForEvent(uint32_t pc) {
  if (std::exchange(event_, false)) return {.next = pc};
  return Sleep(pc);
}

ExceptionUnit::Step ExceptionUnit::Sleep(uint32_t pc) {
  Exceptions& exceptions = ppb_.exceptions();
  if (exceptions.Wakes(Masks())) return {.next = pc};
  if (tick_at_ == kNever) return {.fault = FaultFacts{.kind = FaultKind::kSleep}};
  const Cycles woken{std::max(Count(model_.CyclesAtEnd()), tick_at_)};
  exceptions.Pend(kSysTick);
  Expect(Cycles{Count(woken) + 1});
  if (const std::optional<unsigned> number = exceptions.Next(Masks()))
    return EnterAt(Entered(woken), *number, pc, false);
  model_.BreakOff(woken, false);
  return {.next = pc};  // PRIMASK lets it wake, and no more
}

}  // namespace atome::emulation
