// 32-bit encodings without the coprocessors; tables A5-9 and following of the Armv7-M reference manual.
#include <bit>

#include "emulation/thumb/decode_internal.h"

namespace atome::thumb::internal {
namespace {

void Set(Instruction& i, Class kind, unsigned writes, unsigned reads) {
  i.kind = kind;
  i.writes = static_cast<uint16_t>(writes);
  i.reads = static_cast<uint16_t>(reads);
}

void LoadStoreMultiple(Instruction& i, uint16_t first, uint16_t second) {
  const bool load = (first & 0x10) != 0;
  const unsigned base = first & 15;
  SetAccess(i, load, second, 4, base);
  i.kind = load ? Class::kLoadMultiple : Class::kStoreMultiple;
  SetMultiple(i, static_cast<unsigned>(std::popcount(second)), (first & 0x100) != 0, (first & 0x20) != 0);
  if (load && (second & kPc) != 0) TakePc(i, Branch::kPop);
}

// LDRD, STRD, exclusive and ordered accesses, table branches, and what Armv8-M put between them: TT, SG.
void DualExclusiveTable(Instruction& i, uint16_t first, uint16_t second) {
  if (first == 0xE97F && second == 0xE97F) {
    i.kind = Class::kNop;  // SG
    return;
  }
  if ((first & 0xFFF0) == 0xE840 && (second & 0xF03F) == 0xF000)
    return Set(i, Class::kStatus, Bit(second >> 8), Bit(first));  // TT, TTT, TTA, TTAT
  const bool load = (first & 0x10) != 0;
  const unsigned base = first & 15;
  const uint16_t data = Bit(second >> 12);
  if ((first & 0x0120) != 0) {
    SetAccess(i, load, data | Bit(second >> 8), 4, base);
    i.kind = load ? Class::kLoadDual : Class::kStoreDual;
    i.transfers = 2;
    const int change = ((first & 0x80) != 0 ? 4 : -4) * (second & 0xFF);
    if (load) i.last = static_cast<uint8_t>(second >> 8 & 15);
    if ((first & 0x100) != 0) i.offset = change;
    if ((first & 0x20) != 0) SetWriteBack(i, change);
    return;
  }
  if ((first & 0x0080) == 0) {  // LDREX, STREX
    SetAccess(i, load, data, 4, base);
    i.offset = 4 * (second & 0xFF);
    Add(i, kExclusive);
    if (!load) i.writes |= Bit(second >> 8);
    return;
  }
  const unsigned operation = second >> 4 & 15;
  if (load && operation <= 1) {
    SetAccess(i, true, 0, operation + 1, base);
    SetIndex(i, second & 15, operation);
    i.kind = Class::kTableBranch;
    i.branch = Branch::kTable;
    return;
  }
  // 4 to 7: LDREXB, LDREXH, STREXB, STREXH; of Armv8-M 8 to 11: LDAB, LDAH, LDA, STLB, STLH, STL, and 12 to
  // 15: the same, exclusive.
  const unsigned size = operation & 3;
  if (operation < 4 || size == 3 || (operation < 8 && size == 2)) return;
  SetAccess(i, load, data, 1u << size, base);
  const bool exclusive = (operation & 4) != 0;
  Add(i, (exclusive ? kExclusive : 0u) | (operation >= 8 ? kOrdered : 0u));
  if (exclusive && !load) i.writes |= Bit(second);
}

constexpr unsigned kAnd = 0, kOr = 2, kOrNot = 3, kXor = 4, kAdd = 8, kSub = 13;

// AND, ORR, ADD, ... with `operand` as the second operand.
void ArithmeticLogic(Instruction& i, unsigned operation, bool sets_flags, unsigned destination,
                     unsigned source, uint16_t operand) {
  const bool compares = destination == 15 && sets_flags &&
                        (operation == kAnd || operation == kXor || operation == kAdd || operation == kSub);
  const bool moves = source == 15 && (operation == kOr || operation == kOrNot);
  Set(i, Class::kAlu, compares ? 0u : Bit(destination), operand | (moves ? 0u : Bit(source)));
  if (!compares && (operation == kAdd || operation == kSub || (moves && operation == kOr)))
    Add(i, kEarlyResult);
  if (moves && operation == kOr && operand != 0) Add(i, kMoves);
}

void ShiftedRegister(Instruction& i, uint16_t first, uint16_t second) {
  const unsigned operation = first >> 5 & 15;
  const bool shifted = (second & 0x70F0) != 0;
  if (operation == 6) {  // PKHBT, PKHTB
    Set(i, Class::kBitField, Bit(second >> 8), Bit(first) | Bit(second));
    const bool takes_top = (second & 0x20) != 0;
    return SetExtracts(i, Bit(second) | (takes_top ? Bit(first) : 0u), false);
  }
  ArithmeticLogic(i, operation, (first & 0x10) != 0, second >> 8 & 15, first & 15, Bit(second));
  if (!shifted) return;
  i.properties &= ~uint32_t{kMoves};
  if (operation == 2 && (first & 15) == 15) {
    i.kind = Class::kShift;  // MOV with a shift is LSL, LSR, ASR, ROR, RRX
    const bool rrx = (second & 0x70F0) == 0x0030;
    if (rrx) i.properties &= ~uint32_t{kEarlyResult};
  } else {
    SetExtracts(i, Bit(second), false);
    i.properties &= ~uint32_t{kEarlyResult};
  }
}

// The 12 bits i:imm3:imm8.
uint32_t ImmediateField(uint16_t first, uint16_t second) {
  return (first & 0x400u) << 1 | (second & 0x7000u) >> 4 | (second & 0xFFu);
}

// ThumbExpandImm (A5.3.2).
uint32_t ExpandedImmediate(uint32_t field) {
  const uint32_t byte = field & 0xFF;
  if (field >= 0x400) return std::rotr(byte | 0x80, static_cast<int>(field >> 7));
  constexpr uint32_t kPatterns[] = {0x00000001, 0x00010001, 0x01000100, 0x01010101};
  return byte * kPatterns[field >> 8];
}

// ADD or SUB of a constant, unless it only compares or its source is pc.
void AddsConstant(Instruction& i, bool subtracts, uint32_t constant) {
  if (i.reads != 0 && i.writes != 0) SetAddsConstant(i, subtracts, constant);
}

void ModifiedImmediate(Instruction& i, uint16_t first, uint16_t second) {
  const unsigned operation = first >> 5 & 15;
  ArithmeticLogic(i, operation, (first & 0x10) != 0, second >> 8 & 15, first & 15, 0);
  if (operation == kAdd || operation == kSub)
    AddsConstant(i, operation == kSub, ExpandedImmediate(ImmediateField(first, second)));
  // i:imm3 of 0 to 3 are patterns of whole bytes; others rotate.
  if ((first & 0x0400) != 0 || (second & 0x4000) != 0) {
    Add(i, kEarlyShifter);
    i.properties &= ~uint32_t{kEarlyResult};
  }
}

void PlainImmediate(Instruction& i, uint16_t first, uint16_t second) {
  const unsigned destination = Bit(second >> 8);
  const unsigned source = Bit(first);
  switch (first >> 4 & 31) {
    case 0:
    case 10:  // ADDW, SUBW, ADR
      Set(i, Class::kAlu, destination, source & ~unsigned{kPc});
      AddsConstant(i, (first & 0x80) != 0, ImmediateField(first, second));
      return Add(i, kEarlyResult);
    case 4:  // MOVW
      Set(i, Class::kAlu, destination, 0);
      i.change = static_cast<int32_t>((first & 15u) << 12 | ImmediateField(first, second));
      return Add(i, kEarlyResult | kMoves);
    case 12:  // MOVT
      Set(i, Class::kAlu, destination, destination);
      i.change = static_cast<int32_t>((first & 15u) << 28 | ImmediateField(first, second) << 16);
      return Add(i, kMoves);
    case 16:
    case 18:
    case 24:
    case 26:  // SSAT, USAT
      return Set(i, Class::kBitField, destination, source);
    case 20:
    case 28:  // SBFX, UBFX
      Set(i, Class::kBitField, destination, source);
      return SetExtracts(i, source, false);
    case 22:  // BFI, BFC
      Set(i, Class::kBitField, destination, destination | (source & ~unsigned{kPc}));
      return SetExtracts(i, source & ~unsigned{kPc}, false);
    default:
      return;
  }
}

int32_t LongOffset(uint16_t first, uint16_t second) {
  const uint32_t sign = first >> 10 & 1;
  const uint32_t j1 = (second >> 13 & 1) ^ sign ^ 1;
  const uint32_t j2 = (second >> 11 & 1) ^ sign ^ 1;
  const uint32_t bits = sign << 24 | j1 << 23 | j2 << 22 | (first & 0x3FFu) << 12 | (second & 0x7FFu) << 1;
  return 4 + (static_cast<int32_t>(bits << 7) >> 7);
}

int32_t ConditionalOffset(uint16_t first, uint16_t second) {
  const uint32_t bits = (first >> 10 & 1u) << 20 | (second >> 11 & 1u) << 19 | (second >> 13 & 1u) << 18 |
                        (first & 0x3Fu) << 12 | (second & 0x7FFu) << 1;
  return 4 + (static_cast<int32_t>(bits << 11) >> 11);
}

void BranchOrControl(Instruction& i, uint16_t first, uint16_t second) {
  if ((second & 0x5000) != 0) {  // B, BL
    const bool link = (second & 0x5000) == 0x5000;
    if (!link && (second & 0x5000) != 0x1000) return;  // BLX immediate
    Set(i, Class::kBranch, link ? kLr : 0u, 0);
    i.branch = link ? Branch::kCall : Branch::kDirect;
    i.branch_offset = LongOffset(first, second);
    return;
  }
  if ((first & 0x0380) != 0x0380) {
    Set(i, Class::kBranch, 0, 0);
    i.branch = Branch::kDirect;
    i.branch_offset = ConditionalOffset(first, second);
    return Add(i, kConditional);
  }
  switch (first >> 4 & 0x7F) {
    case 0x38:
    case 0x39:
      return Set(i, Class::kStatus, 0, Bit(first));
    case 0x3A: {
      const unsigned hint = second & 0xFF;
      i.kind = hint == 2 || hint == 3 ? Class::kWait : Class::kNop;
      if (hint == 4) Add(i, kSendsEvent);
      return;
    }
    case 0x3B: {
      const unsigned operation = second >> 4 & 15;
      i.kind = operation == 6                     ? Class::kInstructionBarrier
               : operation == 4 || operation == 5 ? Class::kBarrier
               : operation == 2                   ? Class::kAlu  // CLREX
                                                  : Class::kUnknown;
      return;
    }
    case 0x3E:
    case 0x3F:
      return Set(i, Class::kStatus, Bit(second >> 8), 0);
    case 0x7F:
      i.kind = Class::kTrap;
      return;
    default:
      return;
  }
}

void SingleAccess(Instruction& i, uint16_t first, uint16_t second) {
  constexpr unsigned kSizes[] = {1, 2, 4, 0};
  const bool load = (first & 0x10) != 0;
  const unsigned bytes = kSizes[first >> 5 & 3];
  const unsigned base = first & 15;
  const unsigned data = second >> 12;
  const bool long_immediate = (first & 0x80) != 0 || base == 15;
  if (bytes == 0 || (!load && base == 15)) return;
  if (load && data == 15 && bytes != 4) {  // PLD, PLI
    i.kind = Class::kAlu;
    i.reads = static_cast<uint16_t>(Bit(base) & ~kPc);
    return;
  }
  if (!long_immediate && (second & 0x0FC0) == 0) {
    SetAccess(i, load, Bit(data), bytes, base);
    SetIndex(i, second & 15, second >> 4 & 3);
  } else {
    SetAccess(i, load, Bit(data), bytes, base);
    const bool up = (long_immediate ? first & 0x80 : second & 0x200) != 0;
    const int immediate = (up ? 1 : -1) * (second & (long_immediate ? 0xFFF : 0xFF));
    if (long_immediate || (second & 0x400) != 0) i.offset = immediate;
    if (!long_immediate && (second & 0x0900) == 0x0900) SetWriteBack(i, immediate);
  }
  if (load && data == 15) TakePc(i, Branch::kLoad);
}

void RegisterOperation(Instruction& i, uint16_t first, uint16_t second) {
  const unsigned operation = first >> 4 & 15;
  const unsigned destination = Bit(second >> 8);
  const unsigned source = Bit(first);
  const unsigned operand = Bit(second);
  if ((second & 0x80) == 0) {
    if (operation >= 8) return Set(i, Class::kBitField, destination, source | operand);  // parallel
    Set(i, Class::kShift, destination, source | operand);
    return Add(i, kEarlyResult);
  }
  if (operation < 8) {  // SXTAH, UXTB, ...
    if (operation > 5) return;
    const bool adds = (first & 15) != 15;
    const bool sixteen = operation == 2 || operation == 3;  // SXTB16, UXTB16
    Set(i, adds || sixteen ? Class::kBitField : Class::kExtend, destination, operand | (adds ? source : 0u));
    if (adds) SetExtracts(i, operand, false);
    return;
  }
  // Saturating arithmetic, REV, RBIT, SEL, CLZ; the one-operand ones repeat their operand.
  if (operation <= 11) Set(i, Class::kBitField, destination, source | operand);
  if (operation == 9) SetExtracts(i, operand, true);
}

void Multiply(Instruction& i, uint16_t first, uint16_t second) {
  const unsigned operation = first >> 4 & 7;
  const bool accumulates = (second >> 12) != 15;
  const unsigned reads = Bit(first) | Bit(second) | (accumulates ? Bit(second >> 12) : 0u);
  Class kind = Class::kDspMultiply;
  if (operation == 0) kind = accumulates ? Class::kMultiplyAccumulate : Class::kMultiply;
  Set(i, kind, Bit(second >> 8), reads);
  i.left = first & 15;
  i.right = second & 15;
  if (accumulates) i.late_reads = Bit(second >> 12);
  if (operation == 0 && (second & 0x10) != 0) Add(i, kSubtracts);
}

void LongMultiplyDivide(Instruction& i, uint16_t first, uint16_t second) {
  const unsigned operation = first >> 4 & 7;
  const unsigned sources = Bit(first) | Bit(second);
  const unsigned high_low = Bit(second >> 12) | Bit(second >> 8);
  i.left = first & 15;
  i.right = second & 15;
  const bool plain = (second & 0xF0) == 0;
  if (operation != 1 && operation != 3) i.high = second >> 8 & 15;
  switch (operation) {
    case 0:
    case 2:
      Set(i, Class::kLongMultiply, high_low, sources);
      break;
    case 1:
    case 3:
      if ((second & 0xF0) != 0xF0) return;
      Set(i, Class::kDivide, Bit(second >> 8), sources);
      break;
    case 4:
    case 6:
      Set(i, plain ? Class::kLongMultiplyAccumulate : Class::kDspMultiply, high_low, sources | high_low);
      i.late_reads = static_cast<uint16_t>(high_low);
      break;
    case 5:
      Set(i, Class::kDspMultiply, high_low, sources | high_low);
      i.late_reads = static_cast<uint16_t>(high_low);
      break;
    default:
      return;
  }
  if (operation == 0 || operation == 1 || operation == 4) Add(i, kSigned);
}

}  // namespace

void DecodeWide(Instruction& i, uint16_t first, uint16_t second) {
  const unsigned group = first >> 11 & 3;
  if (group != 2 && (first & 0x0400) != 0) {
    if ((second & 0x0E00) != 0x0A00) return;
    Add(i, kFpu);
    return DecodeFloat(i, first, second);
  }
  if (group == 1) {
    if ((first & 0x0200) != 0) return ShiftedRegister(i, first, second);
    if ((first & 0x0040) != 0) return DualExclusiveTable(i, first, second);
    return LoadStoreMultiple(i, first, second);
  }
  if (group == 2) {
    if ((second & 0x8000) != 0) return BranchOrControl(i, first, second);
    return (first & 0x0200) != 0 ? PlainImmediate(i, first, second) : ModifiedImmediate(i, first, second);
  }
  if ((first & 0x0200) == 0) return SingleAccess(i, first, second);
  if ((first & 0x0100) == 0) return RegisterOperation(i, first, second);
  return (first & 0x0080) == 0 ? Multiply(i, first, second) : LongMultiplyDivide(i, first, second);
}

}  // namespace atome::thumb::internal
