#include "emulation/thumb/thumb_frame.h"

#include <bit>

#include "emulation/thumb/thumb.h"

namespace atome::emulation {
namespace {

constexpr uint32_t kMaxFunctionBytes = 8 << 10;
constexpr uint32_t kMaxEpilogueBytes = 64;
constexpr size_t kLr = 14, kPc = 15;

uint32_t WordsOf(unsigned registers) { return 4 * static_cast<uint32_t>(std::popcount(registers)); }

// The 12 bits i:imm3:imm8.
uint32_t PlainImmediate(ThumbCode code) {
  return (code.first & 0x400u) << 1 | (code.second & 0x7000u) >> 4 | (code.second & 0xFFu);
}

// They as a modified immediate constant (A5.3.2): 8 bits, plain or rotated. Repeated bytes are no frame's
// size.
uint32_t ModifiedImmediate(ThumbCode code) {
  const uint32_t field = PlainImmediate(code);
  return field < 0x400 ? field & 0xFF : std::rotr(0x80u | (field & 0x7F), static_cast<int>(field >> 7));
}

struct Growth {
  uint32_t bytes = 0;
  uint32_t registers = 0;  // pushed, as bits
};

Growth Push(uint32_t registers) { return {WordsOf(registers), registers}; }

// How far an instruction moves SP down. Encodings: Armv7-M Architecture Reference Manual, A5.2.5 and A7.7.
Growth GrowthOf(ThumbCode code) {
  const uint16_t first = code.first, second = code.second;
  if ((first & 0xFE00) == 0xB400) return Push((first & 0xFFu) | (first & 0x100u) << 6);   // PUSH
  if ((first & 0xFF80) == 0xB080) return {4u * (first & 0x7F)};                           // SUB SP
  if (first == 0xE92D) return Push(second & 0x5FFFu);                                     // PUSH.W
  if (first == 0xF84D && (second & 0x0FFF) == 0x0D04) return Push(1u << (second >> 12));  // PUSH.W, one
  if ((first & 0xFFBF) == 0xED2D) return {4u * (second & 0xFF)};                          // VPUSH
  if ((first & 0xFBFF) == 0xF1AD && (second & 0x8F00) == 0x0D00)
    return {ModifiedImmediate(code)};                                                            // SUB.W SP
  if ((first & 0xFBFF) == 0xF2AD && (second & 0x8F00) == 0x0D00) return {PlainImmediate(code)};  // SUBW SP
  return {};
}

// How far an instruction moves SP up, and which registers it fills while it does.
Growth ShrinkageOf(ThumbCode code) {
  const uint16_t first = code.first, second = code.second;
  if ((first & 0xFE00) == 0xBC00) return Push((first & 0xFFu) | (first & 0x100u) << 7);   // POP
  if ((first & 0xFF80) == 0xB000) return {4u * (first & 0x7F)};                           // ADD SP
  if (first == 0xE8BD) return Push(second);                                               // POP.W
  if (first == 0xF85D && (second & 0x0FFF) == 0x0B04) return Push(1u << (second >> 12));  // POP.W, one
  if ((first & 0xFFBF) == 0xECBD) return {4u * (second & 0xFF)};                          // VPOP
  if ((first & 0xFBFF) == 0xF10D && (second & 0x8F00) == 0x0D00)
    return {ModifiedImmediate(code)};                                                            // ADD.W SP
  if ((first & 0xFBFF) == 0xF20D && (second & 0x8F00) == 0x0D00) return {PlainImmediate(code)};  // ADDW SP
  return {};
}

// MOV SP and ADD SP with a register.
bool SetsSp(ThumbCode code) { return (code.first & 0xFF87) == 0x4685 || (code.first & 0xFF87) == 0x4485; }

// A branch other than a call. Encodings: A5.2.1, A5.2.6, A5.3.4, A7.7.
bool IsJump(ThumbCode code) {
  const uint16_t first = code.first;
  if (ThumbBytes(first) == 2) {
    return (first & 0xF000) == 0xD000 || (first & 0xF800) == 0xE000 || (first & 0xF500) == 0xB100 ||
           (first & 0xFF80) == 0x4700;
  }
  const bool branch =
      (first & 0xF800) == 0xF000 && (code.second & 0xD000) != 0xD000 && (code.second & 0x8000) != 0;
  return branch || ((first & 0xFFF0) == 0xE8D0 && (code.second & 0xFFE0) == 0xF000);
}

}  // namespace

std::optional<ThumbCode> ReadThumb(uint32_t address, const MemoryReader& read) {
  const std::optional<uint16_t> first = ReadHalfword(address, read);
  if (!first) return std::nullopt;
  return ThumbCode{*first, ReadHalfword(address + 2, read).value_or(0)};
}

std::optional<GuessedFrame> FrameFromEpilogue(uint32_t pc, const MemoryReader& read) {
  std::array<uint32_t, 16> slots{};  // upwards from SP at `pc`, plus 1; 0: not filled
  GuessedFrame frame;
  const auto done = [&frame, &slots](size_t return_register) {
    slots[kLr] = slots[return_register];
    for (size_t i = 0; i < frame.saved.size(); ++i) {
      if (slots[i] != 0) frame.saved[i] = frame.bytes - (slots[i] - 1);
    }
    return frame;
  };
  for (uint32_t at = pc; at < pc + kMaxEpilogueBytes;) {
    const std::optional<ThumbCode> code = ReadThumb(at, read);
    if (!code || GrowthOf(*code).bytes != 0 || SetsSp(*code)) return std::nullopt;
    if ((code->first & 0xFF87) == 0x4700) {  // BX, to LR or a register that has just been filled
      const size_t target = code->first >> 3 & 15;
      if (target != kLr && slots[target] == 0) return std::nullopt;
      return done(target);
    }
    if (IsJump(*code)) return std::nullopt;
    const Growth shrinkage = ShrinkageOf(*code);
    uint32_t slot = frame.bytes + 1;
    for (size_t i = 0; i < slots.size(); ++i) {
      if ((shrinkage.registers >> i & 1) == 0) continue;
      slots[i] = slot;
      slot += 4;
    }
    frame.bytes += shrinkage.bytes;
    if (slots[kPc] != 0) return done(kPc);
    at += ThumbBytes(code->first);
  }
  return std::nullopt;
}

GuessedFrame GuessFrame(uint32_t function, uint32_t pc, const MemoryReader& read) {
  GuessedFrame frame;
  if (pc < function || pc - function > kMaxFunctionBytes) return frame;
  // Only growth counts: SP moves up where the function returns, and behind that another path goes on with the
  // whole frame.
  for (uint32_t at = function; at < pc;) {
    const std::optional<ThumbCode> code = ReadThumb(at, read);
    if (!code) break;
    const Growth growth = GrowthOf(*code);
    frame.bytes += growth.bytes;
    uint32_t offset = frame.bytes;
    for (size_t i = 0; i < frame.saved.size(); ++i) {
      if ((growth.registers >> i & 1) == 0) continue;
      if (frame.saved[i] == 0) frame.saved[i] = offset;  // pushed again, it has another value
      offset -= 4;
    }
    at += ThumbBytes(code->first);
  }
  return frame;
}

std::optional<uint32_t> CallBefore(uint32_t address, const MemoryReader& read) {
  const std::optional<uint16_t> first = ReadHalfword(address - 4, read);
  const std::optional<uint16_t> second = ReadHalfword(address - 2, read);
  if (!second) return std::nullopt;
  if (first && (*first & 0xF800) == 0xF000 && (*second & 0xD000) == 0xD000) return address - 4;  // BL
  if ((*second & 0xFF87) == 0x4780) return address - 2;                                          // BLX
  return std::nullopt;
}

uint32_t PoppedByReturn(ThumbCode code) {
  if ((code.first & 0xFF00) == 0xBD00) return WordsOf(code.first & 0x1FFu);              // POP with PC
  if (code.first == 0xE8BD && (code.second & 0x8000) != 0) return WordsOf(code.second);  // POP.W with PC
  if (code.first == 0xF85D && (code.second & 0xFF00) == 0xFB00)
    return code.second & 0xFFu;  // LDR PC, [SP], #n
  return 0;
}

}  // namespace atome::emulation
