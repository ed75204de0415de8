#include "emulation/unicorn/ppb.h"

namespace atome::emulation {
namespace {

// Armv7-M Architecture Reference Manual, B3.2.2.
constexpr uint32_t kCpuid = 0xED00;
constexpr uint32_t kAircr = 0xED0C;
constexpr uint32_t kCcr = 0xED14;
constexpr uint32_t kCpacr = 0xED88;

constexpr uint32_t kAircrKey = 0x05FA0000;
constexpr uint32_t kAircrKeyRead = 0xFA050000;
constexpr uint32_t kAircrSystemReset = 1u << 2;
constexpr uint32_t kCcrDivisionByZero = 1u << 4;
constexpr uint32_t kCpacrFpu = 0x00F00000;            // CP10 and CP11
constexpr uint32_t kCpacrFpuPrivileged = 0x00500000;  // enough here: programs run privileged

}  // namespace

// What a program writes and reads back.
constinit const std::array<Ppb::Stored, 9> Ppb::kStored = {{
    {0xED08, 0xFFFFFF80, 0, false},           // VTOR
    {0xED10, 0x00000016, 0, true},            // SCR
    {kCcr, 0x00070313, 0x00000200, false},    // CCR without UNALIGN_TRP; STKALIGN is set after reset
    {0xED18, 0xFFFFFFFF, 0, false},           // SHPR1
    {0xED1C, 0xFFFFFFFF, 0, true},            // SHPR2
    {0xED20, 0xFFFFFFFF, 0, true},            // SHPR3
    {0xED24, 0x00070000, 0, false},           // SHCSR: the enables of the fault handlers
    {kCpacr, kCpacrFpu, 0, false},            // CPACR, on cores with an FPU
    {0xEF34, 0xC0000000, 0xC0000000, false},  // FPCCR: ASPEN, LSPEN, on cores with an FPU
}};

Ppb::Ppb(const Core& core)
    : core_(core),
      cycle_counter_(timing::FindTimingCore(core.name)->pipeline == timing::PipelineKind::kFetchBuffer) {
  for (size_t i = 0; i < kStored.size(); ++i) stored_[i] = kStored[i].reset;
}

bool Ppb::NeedsTime(uint32_t offset) const {
  return SysTick::Has(offset & ~3u) || (!armv6m() && CycleCounter::Has(offset & ~3u));
}

uint32_t Ppb::StoredWord(uint32_t offset) const {
  const bool of_fpu = offset == kCpacr || offset == 0xEF34;
  for (size_t i = 0; i < kStored.size(); ++i) {
    if (kStored[i].offset != offset) continue;
    const bool there = (kStored[i].armv6m || !armv6m()) && (core_.has_fpu || !of_fpu);
    return there ? stored_[i] : 0;
  }
  return 0;
}

uint32_t Ppb::ReadWord(uint32_t offset, const timing::Moment& now) {
  if (offset == kCpuid) return core_.cpuid;
  if (offset == kAircr) return kAircrKeyRead;
  if (SysTick::Has(offset)) return systick_.Read(offset, now.cycles);
  if (!armv6m() && CycleCounter::Has(offset)) return cycle_counter_.Read(offset, now);
  return StoredWord(offset);
}

uint32_t Ppb::Read(uint32_t offset, unsigned bytes, const timing::Moment& now) {
  const uint32_t value = ReadWord(offset & ~3u, now) >> (8 * (offset & 3));
  return bytes >= 4 ? value : value & ((1u << (8 * bytes)) - 1);
}

void Ppb::Write(uint32_t offset, unsigned bytes, uint32_t value, const timing::Moment& now) {
  const uint32_t word = offset & ~3u;
  if (bytes == 4 && word == kAircr) {
    if ((value & 0xFFFF0000) == kAircrKey && (value & kAircrSystemReset) != 0) reset_requested_ = true;
  } else if (bytes == 4 && SysTick::Has(word)) {
    systick_.Write(word, value, now.cycles);
  } else if (bytes == 4 && !armv6m() && CycleCounter::Has(word)) {
    cycle_counter_.Write(word, value, now);
  }
  for (size_t i = 0; i < kStored.size(); ++i) {
    if (kStored[i].offset != word) continue;
    const uint32_t lane = bytes >= 4 ? 0xFFFFFFFF : ((1u << (8 * bytes)) - 1) << (8 * (offset & 3));
    const uint32_t changes = lane & kStored[i].writable;
    stored_[i] = (stored_[i] & ~changes) | (value << (8 * (offset & 3)) & changes);
  }
}

bool Ppb::fpu_enabled() const { return (StoredWord(kCpacr) & kCpacrFpuPrivileged) == kCpacrFpuPrivileged; }

bool Ppb::traps_division_by_zero() const { return (StoredWord(kCcr) & kCcrDivisionByZero) != 0; }

}  // namespace atome::emulation
