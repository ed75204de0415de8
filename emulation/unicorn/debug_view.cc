#include "emulation/unicorn/debug_view.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "emulation/thumb/decode.h"
#include "emulation/unicorn/ppb.h"

namespace atome::emulation {
namespace {

constexpr uint32_t kFlags = 0xF80F0000;  // of xPSR: N, Z, C, V, Q, GE; the rest is the core's own

std::optional<SpecialRegister> SpecialOf(DebugRegister which) {
  switch (which) {
    case DebugRegister::kXpsr:
      return SpecialRegister::kXpsr;
    case DebugRegister::kMsp:
      return SpecialRegister::kMsp;
    case DebugRegister::kPsp:
      return SpecialRegister::kPsp;
    case DebugRegister::kPrimask:
      return SpecialRegister::kPrimask;
    case DebugRegister::kBasepri:
      return SpecialRegister::kBasepri;
    case DebugRegister::kFaultmask:
      return SpecialRegister::kFaultmask;
    case DebugRegister::kControl:
      return SpecialRegister::kControl;
    case DebugRegister::kFpscr:
      return SpecialRegister::kFpscr;
    default:
      return std::nullopt;
  }
}

}  // namespace

uint32_t RunView::ReadRegister(DebugRegister which) const {
  if (which == DebugRegister::kPc) return pc_;
  if (which < DebugRegister::kPc) return registers_.Read(static_cast<unsigned>(which));
  if (const auto special = SpecialOf(which)) return registers_.ReadSpecial(*special);
  return has_fpu_
             ? registers_.ReadFloat(static_cast<unsigned>(which) - static_cast<unsigned>(DebugRegister::kS0))
             : 0;
}

void RunView::WriteRegister(DebugRegister which, uint32_t value) {
  if (which == DebugRegister::kPc) {
    if ((value & ~1u) == pc_ && !restart_) return;
    pc_ = value & ~1u;
    restart_ = pc_;
  } else if (which < DebugRegister::kPc) {
    registers_.Write(static_cast<unsigned>(which), value);
  } else if (which == DebugRegister::kXpsr) {
    const uint32_t before = registers_.ReadSpecial(SpecialRegister::kXpsr);
    registers_.WriteSpecial(SpecialRegister::kXpsr, (before & ~kFlags) | (value & kFlags));
  } else if (const auto special = SpecialOf(which)) {
    registers_.WriteSpecial(*special, value);
  } else if (has_fpu_) {
    registers_.WriteFloat(static_cast<unsigned>(which) - static_cast<unsigned>(DebugRegister::kS0), value);
  }
}

bool RunView::ReadMemory(uint32_t address, std::span<uint8_t> bytes) const {
  if (bytes.empty()) return true;
  const auto count = static_cast<uint32_t>(bytes.size());
  if (const uint8_t* from = run_.memory().Readable(address, count)) {
    std::copy_n(from, bytes.size(), bytes.begin());
    return true;
  }
  // Private peripherals by whole words, as they are read on silicon.
  if (address < kPpbAddress || uint64_t{address} + count > uint64_t{kPpbAddress} + kPpbBytes ||
      (address | count) % 4 != 0)
    return false;
  for (uint32_t at = 0; at < count; at += 4) {
    const uint32_t word = run_.OnPpbRead(address - kPpbAddress + at, 4);
    for (uint32_t k = 0; k < 4; ++k) bytes[at + k] = static_cast<uint8_t>(word >> 8 * k);
  }
  return true;
}

bool RunView::WriteMemory(uint32_t address, std::span<const uint8_t> bytes) {
  uint8_t* to = run_.memory().Writable(address, static_cast<uint32_t>(bytes.size()));
  if (to == nullptr) return false;
  std::ranges::copy(bytes, to);
  restart_ = pc_;
  return true;
}

std::optional<DebugAccess> RunView::AccessAt(uint32_t pc) const {
  const auto instruction = thumb::DecodeAt(pc, run_.memory().Reader());
  if (!instruction || instruction->access() == thumb::Access::kNone) return std::nullopt;
  std::array<uint32_t, 16> registers{};
  for (unsigned r = 0; r < 15; ++r) registers[r] = registers_.Read(r);
  registers[15] = (pc + 4) & ~3u;
  const auto address = thumb::AccessAddress(*instruction, registers);
  if (!address) return std::nullopt;
  return DebugAccess{
      .address = *address,
      .bytes = std::max<uint32_t>(1, uint32_t{instruction->transfers} * instruction->access_bytes),
      .stores = instruction->access() == thumb::Access::kStore};
}

}  // namespace atome::emulation
