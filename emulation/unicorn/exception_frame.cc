#include "emulation/unicorn/exception_frame.h"

#include <array>

namespace atome::emulation {
namespace {

using enum SpecialRegister;

constexpr uint32_t kThreadBit = 1u << 3, kProcessStack = 1u << 2, kNoFloat = 1u << 4;  // of EXC_RETURN
constexpr uint32_t kSelectsProcess = 1u << 1, kUsesFloat = 1u << 2;                    // of CONTROL
constexpr uint32_t kThumb = 1u << 24, kAligned = 1u << 9, kNumber = 0x1FF;             // of xPSR
constexpr uint32_t kItState = 0x0600FC00;                                              // likewise
constexpr uint32_t kBasicBytes = 32, kFloatBytes = 104;
constexpr unsigned kSaved[] = {0, 1, 2, 3, 12, 14};

}  // namespace

std::optional<uint32_t> StackFrame(Registers& registers, GuestMemory& memory, unsigned number, uint32_t pc,
                                   bool floats, bool regardless) {
  const uint32_t control = registers.ReadSpecial(kControl);
  const uint32_t status = registers.ReadSpecial(kXpsr);
  const bool from_thread = (status & kNumber) == 0;
  const uint32_t before = registers.Read(13) & ~3u;
  const bool realigned = (before & 4) != 0;
  const uint32_t frame = before - (realigned ? 4 : 0) - (floats ? kFloatBytes : kBasicBytes);
  std::array<uint32_t, 25> words{};
  for (unsigned k = 0; k < 6; ++k) words[k] = registers.Read(kSaved[k]);
  words[6] = pc;
  words[7] = (status & ~kAligned) | kThumb | (realigned ? kAligned : 0);
  for (unsigned k = 0; k < 16 && floats; ++k) words[8 + k] = registers.ReadFloat(k);
  if (floats) words[24] = registers.ReadSpecial(kFpscr);
  std::optional<uint32_t> bad;
  for (uint32_t k = 0; k < (floats ? 25u : 8u); ++k) {
    if (memory.SetWord(frame + 4 * k, words[k]) || bad) continue;
    bad = frame + 4 * k;
    if (!regardless) return bad;
  }
  registers.Write(13, frame);
  const bool process = from_thread && (control & kSelectsProcess) != 0;
  if (floats) registers.WriteSpecial(kControl, control & ~kUsesFloat);
  registers.WriteSpecial(kIpsr, number);
  if ((status & kItState) != 0)
    registers.WriteSpecial(kXpsr, (status & ~(kItState | kNumber)) | kThumb | number);
  registers.Write(14, 0xFFFFFFE1 | (floats ? 0 : kNoFloat) | (from_thread ? kThreadBit : 0) |
                          (process ? kProcessStack : 0));
  return bad;
}

void SetItState(Registers& registers, uint8_t state) {
  const uint32_t status = registers.ReadSpecial(kXpsr) & ~kItState;
  registers.WriteSpecial(kXpsr, status | (state & 0xFCu) << 8 | (state & 3u) << 25);
}

Unstacked UnstackFrame(Registers& registers, GuestMemory& memory, uint32_t exception_return, bool has_fpu) {
  Unstacked result;
  const bool to_thread = (exception_return & kThreadBit) != 0;
  const bool process = to_thread && (exception_return & kProcessStack) != 0;
  const bool floats = has_fpu && (exception_return & kNoFloat) == 0;
  const uint32_t frame = (process ? registers.ReadSpecial(kPsp) : registers.Read(13)) & ~3u;
  uint32_t words[25] = {};
  for (uint32_t k = 0; k < (floats ? 25u : 8u); ++k) {
    const std::optional<uint32_t> word = memory.Word(frame + 4 * k);
    if (!word) {
      result.bad_address = frame + 4 * k;
      return result;
    }
    words[k] = *word;
  }
  const uint32_t status = words[7];
  result.pc = words[6] & ~1u;
  result.exception = to_thread ? 0 : status & kNumber;
  registers.WriteSpecial(kIpsr, result.exception);
  if (to_thread) {
    const uint32_t control = registers.ReadSpecial(kControl) & ~(kSelectsProcess | kUsesFloat);
    registers.WriteSpecial(kControl, control | (process ? kSelectsProcess : 0) | (floats ? kUsesFloat : 0));
  } else if (floats) {
    registers.WriteSpecial(kControl, registers.ReadSpecial(kControl) | kUsesFloat);
  }
  registers.Write(13, frame + (floats ? kFloatBytes : kBasicBytes) + ((status & kAligned) != 0 ? 4 : 0));
  for (unsigned k = 0; k < 6; ++k) registers.Write(kSaved[k], words[k]);
  for (unsigned k = 0; k < 16 && floats; ++k) registers.WriteFloat(k, words[8 + k]);
  if (floats) registers.WriteSpecial(kFpscr, words[24]);
  registers.WriteSpecial(kXpsr, (status & ~(kAligned | kNumber)) | kThumb | result.exception);
  return result;
}

}  // namespace atome::emulation
