#include "emulation/thumb/block_facts.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <optional>

#include "emulation/thumb/thumb.h"

namespace atome::emulation {
namespace {

using timing::Branch;
using timing::Class;
using timing::Instruction;

constexpr unsigned kSp = 13;

// ThumbExpandImm of a 32-bit data-processing instruction (Armv7-M Architecture Reference Manual, A5.3.2),
// rotated constants and plain bytes only; the replicated ones are no likely addend.
std::optional<uint32_t> ModifiedImmediate(uint16_t first, uint16_t second) {
  const unsigned rotation =
      static_cast<unsigned>((first & 0x0400) >> 6 | (second & 0x7000) >> 11 | (second & 0x0080) >> 7);
  const uint32_t byte = second & 0xFF;
  if (rotation >= 8) return std::rotr(byte | 0x80, static_cast<int>(rotation));
  return rotation < 2 ? std::optional(byte) : std::nullopt;
}

// The constant that the instruction adds to register `r` in place; nothing when it does something else.
// Encodings: Armv7-M Architecture Reference Manual, A5.2 and A5.3.
std::optional<int32_t> Addend(unsigned r, uint16_t first, uint16_t second) {
  const auto signed_by = [](bool subtract, uint32_t n) {
    return subtract ? -static_cast<int32_t>(n) : static_cast<int32_t>(n);
  };
  if (ThumbBytes(first) == 2) {
    if ((first & 0xF000) == 0x3000 && (first >> 8 & 7) == r)  // ADDS, SUBS Rd, #imm8
      return signed_by(first & 0x0800, first & 0xFF);
    if ((first & 0xFC00) == 0x1C00 && (first & 7) == r && (first >> 3 & 7) == r)  // Rd, Rn, #imm3
      return signed_by(first & 0x0200, first >> 6 & 7);
    if ((first & 0xFF00) == 0xB000 && r == kSp) return signed_by(first & 0x0080, 4u * (first & 0x7F));
    return std::nullopt;
  }
  if ((first & 15) != r || (second >> 8 & 15) != r || (second & 0x8000) != 0) return std::nullopt;
  const uint16_t operation = first & 0xFBE0;
  if (operation == 0xF200 || operation == 0xF2A0)  // ADDW, SUBW
    return signed_by(operation == 0xF2A0,
                     static_cast<uint32_t>((first & 0x0400) << 1 | (second & 0x7000) >> 4 | (second & 0xFF)));
  if (operation != 0xF100 && operation != 0xF1A0) return std::nullopt;
  const std::optional<uint32_t> constant = ModifiedImmediate(first, second);
  if (!constant || *constant > 0x10000) return std::nullopt;
  return signed_by(operation == 0xF1A0, *constant);
}

bool IsMemory(Class kind) {
  return (kind >= Class::kLoad && kind <= Class::kStoreMultiple) || kind >= Class::kFloatLoad;
}

// What a load or store with write-back adds to its base.
std::optional<int32_t> WriteBack(const Instruction& i, uint16_t first, uint16_t second) {
  switch (i.kind) {
    case Class::kLoadMultiple:
    case Class::kStoreMultiple:
    case Class::kFloatLoadMultiple:
    case Class::kFloatStoreMultiple: {
      const int32_t bytes = 4 * std::max<int32_t>(i.transfers, 1);
      const bool push = i.bytes == 2 ? (first & 0xFE00) == 0xB400 : (first & 0x0100) != 0;  // DB, or IA
      return push ? -bytes : bytes;
    }
    case Class::kLoadDual:
    case Class::kStoreDual:
      return (first & 0x80) != 0 ? 4 * (second & 0xFF) : -4 * (second & 0xFF);
    case Class::kLoad:
    case Class::kStore:
      if (i.bytes == 2) return std::nullopt;
      return (second & 0x200) != 0 ? second & 0xFF : -(second & 0xFF);
    default:
      return std::nullopt;
  }
}

// What the instruction adds to register `r`, which it writes; nothing when that is no constant.
std::optional<int32_t> Change(const Instruction& i, unsigned r, uint16_t first, uint16_t second) {
  if (!IsMemory(i.kind)) return Addend(r, first, second);
  const bool only_base = i.base == r && i.Has(timing::kWriteBack);
  return only_base ? WriteBack(i, first, second) : std::nullopt;
}

bool LeavesForTheUnknown(Branch branch) {
  return branch == Branch::kReturn || branch == Branch::kIndirect || branch == Branch::kLoad ||
         branch == Branch::kPop || branch == Branch::kTable;
}

}  // namespace

bool NeedsAlignment(const Instruction& i) {
  switch (i.kind) {
    case Class::kLoadDual:
    case Class::kStoreDual:
    case Class::kLoadMultiple:
    case Class::kStoreMultiple:
    case Class::kFloatLoad:
    case Class::kFloatStore:
    case Class::kFloatLoadMultiple:
    case Class::kFloatStoreMultiple:
      return i.base < kSp || i.base == 14;
    default:
      return false;
  }
}

BlockFacts FactsOf(std::span<const Instruction> run, std::span<const uint16_t> halfwords, unsigned it_left) {
  BlockFacts facts;
  uint16_t computed = 0;  // registers whose distance from their value at the start is no known multiple of 4
  int32_t stack = 0;
  size_t at = 0;
  for (const Instruction& i : run) {
    const uint16_t first = halfwords[at];
    const uint16_t second = at + 1 < halfwords.size() ? halfwords[at + 1] : 0;
    at += i.bytes / 2;
    const bool conditional = it_left > 0;
    if (it_left > 0) --it_left;
    if (i.kind == Class::kIt) it_left = i.it_length;
    if (i.bytes == 4 && IsFpuInstruction(first, second)) facts.fpu_instructions.push_back(i.address);

    if (NeedsAlignment(i)) {
      const uint16_t base = static_cast<uint16_t>(1u << i.base);
      const bool is_computed = (computed & base) != 0;
      facts.aligned_accesses.push_back({i.address, i.base, is_computed});
      if (!is_computed) facts.aligned_registers |= base;
    }
    for (uint32_t left = i.writes; left != 0; left &= left - 1) {
      const unsigned r = static_cast<unsigned>(std::countr_zero(left));
      const std::optional<int32_t> change = Change(i, r, first, second);
      if (r == kSp) {
        if (change && !conditional)
          stack += *change;
        else
          facts.sets_stack = true;
      } else if (!change || *change % 4 != 0) {
        computed |= static_cast<uint16_t>(1u << r);
      }
    }
    facts.stack_bytes = static_cast<uint16_t>(std::min(std::max<int32_t>(facts.stack_bytes, -stack), 0xFFFC));
    ++facts.instructions;
  }
  facts.it_left = static_cast<uint8_t>(it_left);
  if (!run.empty()) {
    const Branch last = run.back().branch;
    facts.calls = last == Branch::kCall || last == Branch::kIndirectCall;
    facts.leaves = LeavesForTheUnknown(last);
  }
  return facts;
}

}  // namespace atome::emulation
