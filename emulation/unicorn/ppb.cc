#include "emulation/unicorn/ppb.h"

#include "emulation/unicorn/lanes.h"

namespace atome::emulation {
namespace {

// Armv7-M Architecture Reference Manual, B3.2.2.
constexpr uint32_t kCpuid = 0xED00;
constexpr uint32_t kAircr = 0xED0C;
constexpr uint32_t kCcr = 0xED14;
constexpr uint32_t kCpacr = 0xED88;

constexpr uint32_t kAircrKey = 0x05FA0000;
constexpr uint32_t kVtor = 0xED08;
constexpr uint32_t kScr = 0xED10;
constexpr uint32_t kScrSleepOnExit = 1u << 1;
constexpr uint32_t kActlr = 0xE008;
constexpr uint32_t kActlrUnbuffered = 1u << 1;  // DISDEFWBUF, of Cortex-M3 and M4
constexpr uint32_t kFpccr = 0xEF34;
constexpr uint32_t kFpccrAutomatic = 1u << 31, kFpccrLazy = 1u << 30;
constexpr uint32_t kAircrSystemReset = 1u << 2;
constexpr uint32_t kTraceEnable = 1u << 24;  // DEMCR.TRCENA
constexpr uint32_t kCcrDivisionByZero = 1u << 4;
constexpr uint32_t kCpacrFpu = 0x00F00000;            // CP10 and CP11
constexpr uint32_t kCpacrFpuPrivileged = 0x00500000;  // enough here: programs run privileged

}  // namespace

// What a program writes and reads back.
constinit const std::array<Ppb::Stored, 6> Ppb::kStored = {{
    {kVtor, 0xFFFFFF80, 0, true},             // VTOR, on cores that have it
    {kScr, 0x00000016, 0, true},              // SCR
    {kCcr, 0x00070313, 0x00000200, false},    // CCR without UNALIGN_TRP; STKALIGN is set after reset
    {kActlr, 0x00000307, 0, false},           // ACTLR
    {kCpacr, kCpacrFpu, 0, false},            // CPACR, on cores with an FPU
    {kFpccr, 0xC0000000, 0xC0000000, false},  // FPCCR: ASPEN, LSPEN, on cores with an FPU
}};

Ppb::Ppb(const Core& core, bool traces, uint32_t vector_table)
    : core_(core),
      cycle_counter_(timing::ClockOf(core.name).pipeline == timing::PipelineKind::kFetchBuffer,
                     core.has_cycles()),
      exceptions_(core.strict_alignment),
      mpu_(core.mpu_regions, core.armv8m             ? Mpu::Layout::kArmv8M
                             : core.strict_alignment ? Mpu::Layout::kArmv6M
                                                     : Mpu::Layout::kArmv7M) {
  for (size_t i = 0; i < kStored.size(); ++i)
    stored_[i] = kStored[i].offset == kVtor ? vector_table : kStored[i].reset;
  if (!traces) return;
  itm_.SwitchOn();
  cycle_counter_.Write(CycleCounter::kDebugControl, kTraceEnable, {});
}

bool Ppb::traces() const {
  return (cycle_counter_.Read(CycleCounter::kDebugControl, {}) & kTraceEnable) != 0;
}

bool Ppb::NeedsTime(uint32_t offset) const {
  return SysTick::Has(offset & ~3u) ||
         (!armv6m() && cycle_counter_.counts() && CycleCounter::Has(offset & ~3u));
}

bool Ppb::NeedsEvents(uint32_t offset, uint32_t value) const {
  return !armv6m() && CycleCounter::CountsEvents(offset & ~3u, value);
}

uint32_t Ppb::StoredWord(uint32_t offset) const {
  const bool of_fpu = offset == kCpacr || offset == kFpccr;
  for (size_t i = 0; i < kStored.size(); ++i) {
    if (kStored[i].offset != offset) continue;
    const bool there =
        (kStored[i].armv6m || !armv6m()) && (core_.has_fpu || !of_fpu) && (core_.has_vtor || offset != kVtor);
    return there ? stored_[i] : 0;
  }
  return 0;
}

uint32_t Ppb::ReadWord(uint32_t offset, const timing::Moment& now) {
  if (offset == kCpuid) return core_.cpuid;
  if (SysTick::Has(offset)) return systick_.Read(offset, now.cycles);
  if (!armv6m() && CycleCounter::Has(offset)) return cycle_counter_.Read(offset, now);
  if (Exceptions::Has(offset)) return exceptions_.Read(offset);
  if (Mpu::Has(offset)) return mpu_.Read(offset);
  if (FaultRegisters::Has(offset)) return armv6m() ? 0 : faults_.Read(offset);
  if (!armv6m() && Itm::Has(offset)) return itm_.Read(offset, traces());
  return StoredWord(offset);
}

uint32_t Ppb::Read(uint32_t offset, unsigned bytes, const timing::Moment& now) {
  return LoadedFrom(ReadWord(offset & ~3u, now), offset, bytes);
}

void Ppb::Write(uint32_t offset, unsigned bytes, uint32_t value, const timing::Moment& now) {
  const uint32_t word = offset & ~3u;
  const unsigned shift = ShiftOf(offset);
  const uint32_t lane = LaneOf(offset, bytes);
  if (!armv6m() && Itm::Has(word)) printed_ += itm_.Write(offset, bytes, value, traces());
  if (Exceptions::Has(word)) exceptions_.Write(word, value << shift, lane);
  if (FaultRegisters::Has(word)) faults_.Write(word, value << shift, lane);
  if (bytes == 4 && word == kAircr) {
    if ((value & 0xFFFF0000) == kAircrKey && (value & kAircrSystemReset) != 0) reset_requested_ = true;
  } else if (bytes == 4 && SysTick::Has(word)) {
    systick_.Write(word, value, now.cycles);
  } else if (bytes == 4 && !armv6m() && CycleCounter::Has(word)) {
    cycle_counter_.Write(word, value, now);
  } else if (bytes == 4 && Mpu::Has(word)) {
    mpu_.Write(word, value);
  }
  for (size_t i = 0; i < kStored.size(); ++i) {
    if (kStored[i].offset != word) continue;
    const uint32_t changes = lane & kStored[i].writable;
    stored_[i] = (stored_[i] & ~changes) | (value << shift & changes);
  }
}

std::optional<uint32_t> Ppb::vector_table() const {
  const uint32_t table = StoredWord(kVtor);
  return table != 0 ? std::optional(table) : std::nullopt;
}

bool Ppb::sleeps_on_exit() const { return (StoredWord(kScr) & kScrSleepOnExit) != 0; }

bool Ppb::fpu_enabled() const { return (StoredWord(kCpacr) & kCpacrFpuPrivileged) == kCpacrFpuPrivileged; }

bool Ppb::buffers_stores() const { return !armv6m() && (StoredWord(kActlr) & kActlrUnbuffered) == 0; }

bool Ppb::keeps_float_state() const { return (StoredWord(kFpccr) & kFpccrAutomatic) != 0; }

bool Ppb::stacks_floats_late() const { return (StoredWord(kFpccr) & kFpccrLazy) != 0; }

bool Ppb::traps_division_by_zero() const { return (StoredWord(kCcr) & kCcrDivisionByZero) != 0; }

}  // namespace atome::emulation
