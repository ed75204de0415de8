// The one place that knows Unicorn.
#include <unicorn/unicorn.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "emulation/base/address_space.h"
#include "emulation/machine/machine.h"
#include "emulation/machine/prepare.h"
#include "emulation/thumb/decode.h"
#include "emulation/unicorn/debug_view.h"
#include "emulation/unicorn/guest_run.h"

namespace atome::emulation {
namespace {

using Clock = std::chrono::steady_clock;
using Where = GuestRun::Where;

// Numbers of UC_HOOK_INTR: EXCP_* of QEMU's Arm target.
enum Exception : uint32_t {
  kUndefined = 1,
  kSupervisor = 2,
  kPrefetchAbort = 3,  // of what the architecture never executes; BXNS and BLXNS to Non-secure state
  kDataAbort = 4,      // of mapped memory: misaligned
  kBreakpoint = 7,
  kExceptionReturn = 8,  // a jump to an EXC_RETURN value
  kNoCoprocessor = 17,
  kInvalidState = 18,
  kStackOverflow = 19,  // Armv8-M's stack limits
  kUnaligned = 22,
};

constexpr uint32_t kThumbState = 1u << 5;  // of CPSR, which Unicorn shows for a Cortex-M too
constexpr uint64_t kNowhere = 0xFFFFFFFF;  // odd: no block ends there
constexpr int kHighRegisters[] = {UC_ARM_REG_SP, UC_ARM_REG_LR};
// As enum SpecialRegister.
constexpr int kSpecialRegisters[] = {UC_ARM_REG_XPSR,      UC_ARM_REG_IPSR,    UC_ARM_REG_PSP,
                                     UC_ARM_REG_CONTROL,   UC_ARM_REG_PRIMASK, UC_ARM_REG_BASEPRI,
                                     UC_ARM_REG_FAULTMASK, UC_ARM_REG_FPSCR,   UC_ARM_REG_MSP};

// Of the first MiB of RAM, on Cortex-M3 and M4.
constexpr uint32_t kBitBandAddress = 0x22000000;
constexpr uint32_t kBitBandBytes = 0x02000000;

// Hooks for single places of code.
constexpr size_t kMostHooks = 96;

// The most repetitions of one run that follow single blocks: where a program goes may depend on what its
// counters say, and each repetition shows other blocks. Behind them one run follows all.
constexpr int kMostRuns = 16;
constexpr thumb::Block kEverywhere{.address = 0, .bytes = ~0u};

// What a fault is to a debugger.
DebugStop StopOf(FaultKind kind) {
  switch (kind) {
    case FaultKind::kUnmappedRead:
    case FaultKind::kUnmappedWrite:
    case FaultKind::kUnmappedAccess:
    case FaultKind::kUnmappedFetch:
    case FaultKind::kFlashWrite:
    case FaultKind::kRamFetch:
      return DebugStop::kBadMemory;
    case FaultKind::kUndefinedInstruction:
    case FaultKind::kNoCoprocessor:
    case FaultKind::kNoFpu:
    case FaultKind::kFpuOff:
    case FaultKind::kArmState:
      return DebugStop::kBadInstruction;
    case FaultKind::kUnaligned:
      return DebugStop::kBadAlignment;
    case FaultKind::kDivisionByZero:
      return DebugStop::kBadDivision;
    default:
      return DebugStop::kOther;
  }
}

// One Unicorn engine; it serves one run.
class Session : public Registers {
 public:
  Session(const RunRequest& request, const Prepared& prepared, std::span<const thumb::Block> places,
          Clock::time_point deadline);
  ~Session() override {
    if (uc_ != nullptr) uc_close(uc_);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void Run(const Prepared& prepared);
  uint32_t Read(unsigned number) const override {
    if (number > 14) return Pc();  // close enough: as an operand it is unpredictable
    return Register(number < 13 ? UC_ARM_REG_R0 + static_cast<int>(number) : kHighRegisters[number - 13]);
  }

  uint32_t ReadStatus() const override { return Register(UC_ARM_REG_CPSR); }
  void Write(unsigned number, uint32_t value) override {
    const int id = number < 13 ? UC_ARM_REG_R0 + static_cast<int>(number) : kHighRegisters[number - 13];
    uc_reg_write(uc_, id, &value);
  }
  uint32_t ReadSpecial(SpecialRegister which) const override {
    return Register(kSpecialRegisters[static_cast<size_t>(which)]);
  }
  void WriteSpecial(SpecialRegister which, uint32_t value) override {
    uc_reg_write(uc_, kSpecialRegisters[static_cast<size_t>(which)], &value);
  }
  uint32_t ReadFloat(unsigned number) const override {
    return Register(UC_ARM_REG_S0 + static_cast<int>(number));
  }
  void WriteFloat(unsigned number, uint32_t value) override {
    uc_reg_write(uc_, UC_ARM_REG_S0 + static_cast<int>(number), &value);
  }

  GuestRun& guest() { return guest_; }
  // Tells the debugger how the run ended.
  void ReportEnd();
  // Empty unless Unicorn itself failed.
  const std::string& internal_error() const { return internal_error_; }

 private:
  // Asks the debugger in front of the instruction at `pc`.
  void AskDebugger(uint32_t pc);
  // Of UC_HOOK_CODE.
  static void (*const kOnInstruction)(uc_engine*, uint64_t, uint32_t, void*);

  void Check(uc_err error, const char* what);
  template <typename Callback>
  uc_hook Hook(int type, Callback callback, uint64_t begin = 1, uint64_t end = 0);
  bool IsCode(const GuestMemory::Region& region) const;
  void Open();
  // The engine anew, with the state of the core: Unicorn drops translated code in no other way.
  void Renew();
  std::vector<uint64_t> Context();
  void MapMemory();
  void MapPeripherals();
  void InstallHooks();
  void PutWatches();
  void WatchRtt();
  void RetranslateAll();
  void PutStep(const thumb::Block& block);
  void DropSteps();
  uint32_t Flip();
  std::optional<uint32_t> NextBegin(uc_err error);
  void Retranslate(uint64_t begin, uint64_t end);
  uint32_t Register(int id) const;
  bool InThumbState() const { return (Register(UC_ARM_REG_CPSR) & kThumbState) != 0; }
  uint32_t Pc() const { return Register(UC_ARM_REG_PC) & ~1u; }
  void StopIfDone() {
    if (guest_.stopped() || guest_.exception_due() || guest_.flip_due()) uc_emu_stop(uc_);
  }
  void OnInterrupt(uint32_t number);
  void OnBreakpoint(uint32_t pc);
  void GoOn(uint32_t pc);
  void OnBadAccess(uc_mem_type type, uint32_t address);
  void OnUnaligned(uint32_t pc);
  void OnStop(uc_err error);

  const Core& core_;
  Debugger* const debugger_;
  GuestRun guest_;
  RunView view_;  // for the debugger
  uc_engine* uc_ = nullptr;
  struct PeripheralSpace {
    Session* session;
    uint32_t begin;
  };
  std::deque<PeripheralSpace> spaces_;  // Unicorn has their addresses
  std::vector<uint64_t> fresh_;         // the context of the engine when it was new
  bool watches_rtt_ = false;
  std::string internal_error_;
  std::vector<uc_hook> code_hooks_;
  bool everywhere_ = false;                    // one hook for all code
  std::optional<uint32_t> watched_block_;      // begins again
  std::optional<thumb::Block> stepped_block_;  // begins again, with each instruction looked at
  std::optional<uint32_t> renewed_block_;      // begins again in a new engine
  std::optional<uint32_t> returns_;            // to this EXC_RETURN
  std::optional<uint32_t> restart_;   // here, as the debugger wants, and in code that may have changed
  std::optional<uint32_t> asked_at_;  // the debugger has said already that this one executes
  uint32_t left_at_ = 0;              // in front of this instruction
  struct Step {
    uc_hook hook = 0;
    thumb::Block block;
  };
  std::vector<Step> steps_;
};

void (*const Session::kOnInstruction)(uc_engine*, uint64_t, uint32_t,
                                      void*) = [](uc_engine*, uint64_t address, uint32_t, void* self) {
  auto* session = static_cast<Session*>(self);
  session->guest_.OnInstruction(static_cast<uint32_t>(address));
  if (session->debugger_ != nullptr) session->AskDebugger(static_cast<uint32_t>(address));
  session->StopIfDone();
};

Session::Session(const RunRequest& request, const Prepared& prepared, std::span<const thumb::Block> places,
                 Clock::time_point deadline)
    : core_(*request.core),
      debugger_(request.debugger),
      guest_(request, prepared, *this, places, deadline),
      view_(*this, guest_, request.core->has_fpu) {
  Open();
}

void Session::Open() {
  // Without UC_MODE_MCLASS: that would force a Cortex-M33.
  Check(uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &uc_), "uc_open");
  if (uc_ == nullptr) return;
  Check(uc_ctl_set_cpu_model(uc_, core_.unicorn_model), "uc_ctl_set_cpu_model");
  fresh_ = Context();
  MapMemory();
  MapPeripherals();
  InstallHooks();
}

// The state of the core, and pointers of the engine.
std::vector<uint64_t> Session::Context() {
  uc_context* context = nullptr;
  Check(uc_context_alloc(uc_, &context), "uc_context_alloc");
  if (context == nullptr) return {};
  Check(uc_context_save(uc_, context), "uc_context_save");
  std::vector<uint64_t> words(uc_context_size(uc_) / sizeof(uint64_t));
  std::memcpy(words.data(), context, words.size() * sizeof(uint64_t));
  Check(uc_context_free(context), "uc_context_free");
  return words;
}

void Session::Renew() {
  std::vector<uint64_t> words = Context();
  const std::vector<uint64_t> old = std::move(fresh_);
  uc_close(std::exchange(uc_, nullptr));
  spaces_.clear();
  code_hooks_.clear();
  steps_.clear();
  everywhere_ = watches_rtt_ = false;
  Open();
  if (uc_ == nullptr || words.size() != fresh_.size() || old.size() != fresh_.size()) return;
  // Words in which two new engines of one core differ are the engine's own.
  for (size_t k = 0; k < words.size(); ++k) {
    if (old[k] != fresh_[k]) words[k] = fresh_[k];
  }
  uc_context* context = nullptr;
  Check(uc_context_alloc(uc_, &context), "uc_context_alloc");
  if (context == nullptr) return;
  std::memcpy(static_cast<void*>(context), words.data(), words.size() * sizeof(uint64_t));
  Check(uc_context_restore(uc_, context), "uc_context_restore");
  Check(uc_context_free(context), "uc_context_free");
}

// RAM is executable only if the ELF says so. That finds jumps to data.
bool Session::IsCode(const GuestMemory::Region& region) const {
  return region.executable && (!region.writable || region.program || guest_.code_in_ram());
}

void Session::MapMemory() {
  GuestMemory& memory = guest_.memory();
  for (const GuestMemory::Region& region : memory.regions()) {
    const int rights =
        UC_PROT_READ | (region.writable ? UC_PROT_WRITE : 0) | (IsCode(region) ? UC_PROT_EXEC : 0);
    Check(uc_mem_map_ptr(uc_, region.address, region.bytes, static_cast<uint32_t>(rights), region.data),
          "mapping memory");
  }
  const auto read = [](uc_engine*, uint64_t offset, unsigned bytes, void* self) -> uint64_t {
    auto* session = static_cast<Session*>(self);
    const uint32_t value = session->guest_.OnPpbRead(static_cast<uint32_t>(offset), bytes);
    session->StopIfDone();
    return value;
  };
  const auto write = [](uc_engine*, uint64_t offset, unsigned bytes, uint64_t value, void* self) {
    auto* session = static_cast<Session*>(self);
    session->guest_.OnPpbWrite(static_cast<uint32_t>(offset), bytes, static_cast<uint32_t>(value));
    session->StopIfDone();
  };
  Check(uc_mmio_map(uc_, kPpbAddress, kPpbBytes, read, this, write, this),
        "mapping the private peripheral bus");
}

// Peripherals of a board, and the bit-band aliases of RAM.
void Session::MapPeripherals() {
  for (const AddressRange& range : guest_.peripheral_spaces()) {
    PeripheralSpace* space = &spaces_.emplace_back(PeripheralSpace{this, range.address});
    Check(uc_mmio_map(
              uc_, range.address, range.bytes,
              [](uc_engine*, uint64_t offset, unsigned bytes, void* of) -> uint64_t {
                const auto [session, begin] = *static_cast<PeripheralSpace*>(of);
                const uint32_t value =
                    session->guest_.OnPeripheralRead(begin + static_cast<uint32_t>(offset), bytes);
                session->StopIfDone();
                return value;
              },
              space,
              [](uc_engine*, uint64_t offset, unsigned bytes, uint64_t value, void* of) {
                const auto [session, begin] = *static_cast<PeripheralSpace*>(of);
                session->guest_.OnPeripheralWrite(begin + static_cast<uint32_t>(offset), bytes,
                                                  static_cast<uint32_t>(value));
                session->StopIfDone();
              },
              space),
          "mapping peripherals");
  }
  if (guest_.has_bit_band()) {
    Check(uc_mmio_map(
              uc_, kBitBandAddress, kBitBandBytes,
              [](uc_engine*, uint64_t offset, unsigned, void* self) -> uint64_t {
                return static_cast<Session*>(self)->guest_.OnBitBandRead(static_cast<uint32_t>(offset));
              },
              this,
              [](uc_engine*, uint64_t offset, unsigned, uint64_t value, void* self) {
                static_cast<Session*>(self)->guest_.OnBitBandWrite(static_cast<uint32_t>(offset),
                                                                   static_cast<uint32_t>(value));
              },
              this),
          "mapping bit-band aliases");
  }
}

void Session::InstallHooks() {
  if (debugger_ != nullptr) {
    Hook(UC_HOOK_CODE, kOnInstruction);
    everywhere_ = true;
  }
  Hook(
      UC_HOOK_BLOCK, +[](uc_engine*, uint64_t address, uint32_t bytes, void* self) {
        auto* session = static_cast<Session*>(self);
        const GuestRun::Next next = session->guest_.OnBlock({static_cast<uint32_t>(address), bytes});
        if (next == GuestRun::Next::kRun) return;
        if (next == GuestRun::Next::kWatch) session->watched_block_ = static_cast<uint32_t>(address);
        if (next == GuestRun::Next::kStep)
          session->stepped_block_ = thumb::Block{static_cast<uint32_t>(address), bytes};
        if (next == GuestRun::Next::kForget) session->renewed_block_ = static_cast<uint32_t>(address);
        uc_emu_stop(session->uc_);
      });
  Hook(
      UC_HOOK_INTR, +[](uc_engine*, uint32_t number, void* self) {
        auto* session = static_cast<Session*>(self);
        if (!session->guest_.stopped()) session->OnInterrupt(number);
        session->StopIfDone();
      });
  if (guest_.flash_waits()) {
    for (const GuestMemory::Region& region : guest_.memory().regions()) {
      if (!region.program) continue;
      Hook(
          UC_HOOK_MEM_READ,
          +[](uc_engine*, uc_mem_type, uint64_t address, int bytes, int64_t, void* self) {
            static_cast<Session*>(self)->guest_.OnFlashRead(static_cast<uint32_t>(address),
                                                            static_cast<unsigned>(bytes));
          },
          region.address, uint64_t{region.address} + region.bytes - 1);
    }
  }
  Hook(
      UC_HOOK_MEM_INVALID, +[](uc_engine*, uc_mem_type type, uint64_t address, int, int64_t, void* self) {
        static_cast<Session*>(self)->OnBadAccess(type, static_cast<uint32_t>(address));
        return false;
      });
}

void Session::Check(uc_err error, const char* what) {
  if (error != UC_ERR_OK && internal_error_.empty()) {
    internal_error_ = std::string("Unicorn failed: ") + what + ": " + uc_strerror(error);
  }
}

template <typename Callback>
uc_hook Session::Hook(int type, Callback callback, uint64_t begin, uint64_t end) {
  uc_hook hook = 0;
  Check(uc_hook_add(uc_, &hook, type, reinterpret_cast<void*>(callback), this, begin, end), "uc_hook_add");
  return hook;
}

uint32_t Session::Register(int id) const {
  uint32_t value = 0;
  uc_reg_read(uc_, id, &value);
  return value;
}

// Hooks what the guest run wants to see. Code that was translated without the hooks is translated again.
// Unicorn walks the list of all hooks at each hooked instruction, so beyond some number one hook for all code
// costs less.
void Session::PutWatches() {
  for (const thumb::Block& watch : guest_.TakeWatches()) {
    if (everywhere_) continue;
    if (watch != kEverywhere && code_hooks_.size() < kMostHooks) {
      code_hooks_.push_back(Hook(UC_HOOK_CODE, kOnInstruction, watch.address, watch.end() - 1));
      Retranslate(watch.address, watch.end());
      continue;
    }
    everywhere_ = true;
    for (const uc_hook hook : code_hooks_) Check(uc_hook_del(uc_, hook), "uc_hook_del");
    Hook(UC_HOOK_CODE, kOnInstruction);
    RetranslateAll();
  }
  WatchRtt();
}

// The loads matter only where there is input; hooks of stores and loads make all of them slower.
void Session::WatchRtt() {
  const std::optional<uint32_t> block = guest_.rtt_block();
  if (!block || watches_rtt_) return;
  watches_rtt_ = true;
  const uint64_t end = uint64_t{*block} + Rtt::kWatchedBytes - 1;
  Hook(
      UC_HOOK_MEM_WRITE,
      +[](uc_engine*, uc_mem_type, uint64_t address, int, int64_t value, void* self) {
        static_cast<Session*>(self)->guest_.OnRttStore(static_cast<uint32_t>(address),
                                                       static_cast<uint32_t>(value));
        static_cast<Session*>(self)->StopIfDone();
      },
      *block, end);
  if (guest_.has_input()) {
    Hook(
        UC_HOOK_MEM_READ,
        +[](uc_engine*, uc_mem_type, uint64_t address, int, int64_t, void* self) {
          static_cast<Session*>(self)->guest_.OnRttLoad(static_cast<uint32_t>(address));
        },
        *block, end);
  }
  RetranslateAll();
}

void Session::RetranslateAll() {
  for (const GuestMemory::Region& region : guest_.memory().regions()) {
    if (IsCode(region)) Retranslate(region.address, uint64_t{region.address} + region.bytes);
  }
}

void Session::Retranslate(uint64_t begin, uint64_t end) {
  if (watched_block_) Check(uc_ctl_remove_cache(uc_, begin, end), "uc_ctl_remove_cache");
}

void Session::OnInterrupt(uint32_t number) {
  const uint32_t pc = Pc();
  if (guest_.ReturnsFromException(pc)) {
    returns_ = pc;
    uc_emu_stop(uc_);
    return;
  }
  switch (number) {
    case kBreakpoint:
      OnBreakpoint(pc);
      break;
    case kUndefined:
      guest_.OnFault({.kind = FaultKind::kUndefinedInstruction, .pc = pc}, Where::kExact);
      break;
    case kNoCoprocessor: {
      const bool fpu =
          thumb::DecodeAt(pc, guest_.memory().Reader()).value_or(thumb::Instruction{}).Has(thumb::kFpu);
      const FaultKind kind = !fpu            ? FaultKind::kNoCoprocessor
                             : core_.has_fpu ? FaultKind::kUndefinedInstruction
                                             : FaultKind::kNoFpu;
      guest_.OnFault({.kind = kind, .pc = pc}, Where::kExact);
      break;
    }
    case kSupervisor:  // Unicorn gives the return address
      guest_.OnSupervisorCall(pc);
      break;
    case kPrefetchAbort: {
      const bool non_secure = core_.armv8m && !IsNeverExecutable(pc);
      guest_.OnFault({.kind = non_secure ? FaultKind::kNonSecure : FaultKind::kUnmappedFetch, .address = pc},
                     Where::kAfterBranch);
      break;
    }
    case kExceptionReturn:  // outside a handler
      guest_.OnFault({.kind = FaultKind::kUnmappedFetch, .address = pc}, Where::kAfterBranch);
      break;
    case kDataAbort:
    case kUnaligned:
      OnUnaligned(pc);
      break;
    case kStackOverflow:
      guest_.OnFault({.kind = FaultKind::kStackLimit, .pc = pc}, Where::kExact);
      break;
    case kInvalidState:
      guest_.OnArmState(pc);
      break;
    default:
      guest_.OnFault({.kind = FaultKind::kUnknown, .pc = pc}, Where::kExact);
  }
}

void Session::OnBreakpoint(uint32_t pc) {
  if (guest_.memory().Halfword(pc) != thumb::kSemihostingBreakpoint) {
    if (debugger_ != nullptr && debugger_->attached()) {
      view_.SetPc(pc);
      const Debugger::Then then = debugger_->OnStop(view_, DebugStop::kBreakpointInstruction);
      if (then == Debugger::Then::kEnd) return guest_.EndByDebugger();
      const std::optional<uint32_t> elsewhere = view_.TakeRestart();
      return GoOn(elsewhere && *elsewhere != pc ? *elsewhere : pc + 2);
    }
    guest_.OnFault({.kind = FaultKind::kBreakpoint, .pc = pc}, Where::kExact);
    return;
  }
  const std::optional<uint32_t> result =
      guest_.OnSemihosting(pc, Register(UC_ARM_REG_R0), Register(UC_ARM_REG_R1));
  if (!result) return;  // writing PC would cancel the stop
  uc_reg_write(uc_, UC_ARM_REG_R0, &*result);
  GoOn(pc + 2);
}

// Behind BKPT. The emulator leaves the state of an IT block as it was for BKPT (ITAdvance of the Armv7-M
// Architecture Reference Manual, A7.3.3).
void Session::GoOn(uint32_t pc) {
  constexpr uint32_t kItLow = 3u << 25, kItHigh = 0x3Fu << 10;
  const uint32_t status = ReadSpecial(SpecialRegister::kXpsr);
  const uint32_t it = (status >> 25 & 3) | (status >> 8 & 0xFC);
  const uint32_t next = (it & 7) == 0 ? 0 : (it & 0xE0) | (it << 1 & 0x1F);
  if (it != 0)
    WriteSpecial(SpecialRegister::kXpsr,
                 (status & ~(kItLow | kItHigh)) | (next & 3) << 25 | (next & 0xFC) << 8);
  const uint32_t address = pc | 1;
  uc_reg_write(uc_, UC_ARM_REG_PC, &address);
}

void Session::OnUnaligned(uint32_t pc) {
  std::array<uint32_t, 16> registers{};
  for (unsigned i = 0; i < 15; ++i) registers[i] = Read(i);
  const auto access = thumb::DecodeAt(pc, guest_.memory().Reader()).value_or(thumb::Instruction{});
  guest_.OnFault(
      {.kind = FaultKind::kUnaligned, .pc = pc, .address = thumb::AccessAddress(access, registers)},
      Where::kExact);
}

void Session::OnBadAccess(uc_mem_type type, uint32_t address) {
  if (type == UC_MEM_FETCH_UNMAPPED && guest_.ReturnsFromException(address)) {
    returns_ = address;
    return;
  }
  switch (type) {
    case UC_MEM_READ_UNMAPPED:
      return guest_.OnFault({.kind = FaultKind::kUnmappedRead, .address = address}, Where::kSomewhere);
    case UC_MEM_WRITE_UNMAPPED:
      return guest_.OnFault({.kind = FaultKind::kUnmappedWrite, .address = address}, Where::kSomewhere);
    case UC_MEM_WRITE_PROT:
      return guest_.OnFault({.kind = FaultKind::kFlashWrite, .address = address}, Where::kSomewhere);
    case UC_MEM_FETCH_PROT:  // registers are mapped too
      return guest_.OnFault(
          {.kind = IsNeverExecutable(address) ? FaultKind::kUnmappedFetch : FaultKind::kRamFetch,
           .address = address},
          Where::kAfterBranch);
    case UC_MEM_FETCH_UNMAPPED:
      return guest_.OnFault({.kind = FaultKind::kUnmappedFetch, .address = address}, Where::kAfterBranch);
    default:
      return guest_.OnFault({.kind = FaultKind::kUnknown, .address = address}, Where::kSomewhere);
  }
}

void Session::Run(const Prepared& prepared) {
  if (!internal_error_.empty()) return;
  uc_reg_write(uc_, UC_ARM_REG_SP, &prepared.stack_pointer);
  PutWatches();
  uint32_t begin = prepared.reset;
  for (;;) {
    const uc_err error = uc_emu_start(uc_, begin | 1, kNowhere, 0, 0);
    const std::optional<uint32_t> next = NextBegin(error);
    if (!next || !internal_error_.empty()) return;
    begin = *next;
  }
}

// Where the program goes on after a stop; nothing when it is over.
std::optional<uint32_t> Session::NextBegin(uc_err error) {
  if (guest_.stopped()) return std::nullopt;
  if (guest_.flip_due()) return Flip();
  if (restart_) {
    guest_.LeaveBlock(left_at_);
    for (const GuestMemory::Region& region : guest_.memory().regions()) {
      if (IsCode(region) && region.writable)
        Check(uc_ctl_remove_cache(uc_, region.address, uint64_t{region.address} + region.bytes),
              "uc_ctl_remove_cache");
    }
    asked_at_ = restart_;
    return std::exchange(restart_, std::nullopt);
  }
  if (renewed_block_) {
    Renew();
    PutWatches();
    return std::exchange(renewed_block_, std::nullopt);
  }
  if (watched_block_) {
    PutWatches();
    return std::exchange(watched_block_, std::nullopt);
  }
  if (stepped_block_) {
    PutStep(*stepped_block_);
    const uint32_t begin = stepped_block_->address;
    stepped_block_.reset();
    return begin;
  }
  if (returns_) return guest_.OnExceptionReturn(*std::exchange(returns_, std::nullopt));
  if (!guest_.exception_due() && error == UC_ERR_INSN_INVALID && InThumbState()) {
    const std::optional<uint32_t> next = guest_.OnHint(Pc());
    if (next || guest_.stopped()) return next;
  }
  if (!guest_.exception_due() && error == UC_ERR_OK && internal_error_.empty()) {
    const std::optional<uint32_t> next = guest_.OnSleep(Pc());
    if (next || guest_.stopped()) return next;
  }
  if (!guest_.exception_due()) OnStop(error);
  if (!guest_.exception_due()) return std::nullopt;
  const std::optional<uint32_t> next = guest_.TakeException();
  if (!guest_.stepping()) DropSteps();
  return next;
}

uint32_t Session::Flip() {
  const uint32_t begin = guest_.TakeFlip();
  DropSteps();
  const auto changed = guest_.TakeChangedCode();
  const GuestMemory& memory = guest_.memory();
  for (const Flips::Memory& each : changed) {
    const uint8_t* const byte = memory.Readable(each.address, each.bytes);
    for (const GuestMemory::Region& region : memory.regions()) {
      if (!IsCode(region) || byte < region.data || byte >= region.data + region.bytes) continue;
      const uint64_t at = uint64_t{region.address} + static_cast<uint64_t>(byte - region.data);
      Check(uc_ctl_remove_cache(uc_, at, at + each.bytes), "uc_ctl_remove_cache");
    }
  }
  // Behind an instruction of either size.
  if (const auto once = guest_.changed_instruction()) PutStep({*once, 6});
  return begin;
}

void Session::AskDebugger(uint32_t pc) {
  // The emulator is on its way out of this block, which begins again.
  if (watched_block_ || stepped_block_ || renewed_block_ || guest_.exception_due()) return;
  if (std::exchange(asked_at_, std::nullopt) == pc) return;
  view_.SetPc(pc);
  const Debugger::Then then = debugger_->OnInstruction(view_, pc);
  if (guest_.stopped()) return;
  if (then == Debugger::Then::kEnd) return guest_.EndByDebugger();
  restart_ = view_.TakeRestart();
  left_at_ = pc;
  if (restart_) uc_emu_stop(uc_);
}

void Session::ReportEnd() {
  if (debugger_ == nullptr || !internal_error_.empty() || guest_.outcome() == Outcome::kEnded) return;
  const std::optional<FaultFacts>& fault = guest_.fault();
  view_.SetPc(fault ? fault->pc : Pc());
  if (guest_.outcome() == Outcome::kExited)
    debugger_->OnExit(view_, guest_.exit_code());
  else
    debugger_->OnStop(view_, fault ? StopOf(fault->kind) : DebugStop::kLimit);
}

// A hook for a block that SysTick may interrupt. It stays until that is over: a loop comes back to its
// blocks.
void Session::PutStep(const thumb::Block& block) {
  const auto same = [&block](const Step& step) { return step.block == block; };
  if (everywhere_ || std::ranges::any_of(steps_, same)) return;
  steps_.push_back({Hook(UC_HOOK_CODE, kOnInstruction, block.address, block.end() - 1), block});
  Check(uc_ctl_remove_cache(uc_, block.address, block.end()), "uc_ctl_remove_cache");
}

// The blocks at their full speed again.
void Session::DropSteps() {
  for (const Step& step : steps_) {
    Check(uc_hook_del(uc_, step.hook), "uc_hook_del");
    Check(uc_ctl_remove_cache(uc_, step.block.address, step.block.end()), "uc_ctl_remove_cache");
  }
  steps_.clear();
}

// A stop that no hook explained.
void Session::OnStop(uc_err error) {
  if (!internal_error_.empty()) return;
  if (error == UC_ERR_INSN_INVALID && !InThumbState())
    guest_.OnArmState(Pc());
  else if (error == UC_ERR_INSN_INVALID)
    guest_.OnFault({.kind = FaultKind::kUndefinedInstruction, .pc = Pc()}, Where::kExact);
  else
    Check(error, "uc_emu_start");
}

class Unicorn : public Machine {
 public:
  std::string_view name() const override { return "unicorn"; }
  std::string_view Note(const Core& core) const override { return core.unicorn_note; }
  std::string Version() const override {
    unsigned major = 0, minor = 0;
    uc_version(&major, &minor);
    return std::to_string(major) + "." + std::to_string(minor);
  }
  RunResult Run(const RunRequest& request) const override;
};

RunResult Unicorn::Run(const RunRequest& request) const {
  const Clock::time_point deadline = Clock::now() + request.time_limit;
  RunResult rejected;
  const std::optional<Prepared> prepared = Prepare(request, rejected);
  if (!prepared) return rejected;

  // Inside a block Unicorn knows the place of an event only where hooks follow the block, which costs time.
  // Runs are repeatable, so another run follows the blocks where the place matters.
  std::vector<thumb::Block> places;
  std::unordered_set<uint64_t> known;
  std::optional<RunResult> before;
  FileChanges changes;  // of the run that counts
  const auto finish = [&](RunResult result) {
    if (!prepared->files) return result;
    if (std::string why = prepared->files->Apply(changes); !why.empty()) {
      result.outcome = Outcome::kCrashed;
      result.message = std::move(why);
    }
    return result;
  };
  for (int run = 0;; ++run) {
    Session session(request, *prepared, places, deadline);
    session.Run(*prepared);
    session.ReportEnd();
    RunResult result = session.guest().TakeResult();
    if (!session.internal_error().empty()) {
      result.outcome = Outcome::kCrashed;
      result.message = session.internal_error();
      return result;
    }
    // The fault of the run before, whose place this one did not reach; one that it went beyond was handled.
    if (result.outcome == Outcome::kTimeLimit && before && before->outcome == Outcome::kFault &&
        result.instructions <= before->instructions)
      return finish(*std::move(before));
    changes = session.guest().TakeFileChanges();
    bool more = false;
    for (const thumb::Block& wanted : session.guest().wanted_places()) {
      if (!known.insert(uint64_t{wanted.address} << 32 | wanted.bytes).second) continue;
      places.push_back(wanted);
      more = true;
    }
    if (!more || result.outcome == Outcome::kTimeLimit || request.debugger != nullptr)
      return finish(std::move(result));
    if (run == kMostRuns) places = {kEverywhere};
    if (run > kMostRuns) {
      result.outcome = Outcome::kCrashed;
      result.message = "after " + std::to_string(run) + " runs there are still new places that read counters";
      return result;
    }
    before = std::move(result);
  }
}

}  // namespace

const Machine& UnicornMachine() {
  static const Unicorn machine;
  return machine;
}

}  // namespace atome::emulation
