// Coprocessors 10 and 11: FPv4-SP and FPv5; chapters A6.4 to A6.7 of the Armv7-M reference manual.
#include "emulation/thumb/decode_internal.h"

namespace atome::thumb::internal {
namespace {

// Bits of the S registers that hold register `number` of an instruction, `extra` its fifth bit.
uint32_t Register(bool is_double, unsigned number, unsigned extra) {
  if (!is_double) return 1u << (number << 1 | extra);
  return number > 15 || extra != 0 ? 0u : 3u << (number << 1);
}

struct Operands {
  uint32_t d, n, m;
};

Operands OperandsOf(uint16_t first, uint16_t second, bool is_double) {
  return {Register(is_double, second >> 12, first >> 6 & 1), Register(is_double, first & 15, second >> 7 & 1),
          Register(is_double, second & 15, second >> 5 & 1)};
}

void Set(Instruction& i, Class kind, uint32_t writes, uint32_t reads) {
  i.kind = kind;
  i.float_writes = writes;
  i.float_reads = reads;
}

// VMOV immediate, VABS, VNEG, VSQRT, VCMP, VCVT, VRINT.
void OneOperand(Instruction& i, uint16_t first, uint16_t second, const Operands& o, bool is_double) {
  const unsigned operation = first & 15;
  if ((second & 0x40) == 0) return Set(i, Class::kFloatMove, o.d, 0);
  const uint32_t single_d = Register(false, second >> 12, first >> 6 & 1);
  const uint32_t single_m = Register(false, second & 15, second >> 5 & 1);
  switch (operation) {
    case 0:
      return Set(i, (second & 0x80) != 0 ? Class::kFloat : Class::kFloatMove, o.d, o.m);
    case 1:
      return Set(i, (second & 0x80) != 0 ? Class::kFloatSquareRoot : Class::kFloat, o.d, o.m);
    case 2:
    case 3:
      return Set(i, Class::kFloat, o.d, o.m);
    case 4:
    case 5:
      Add(i, kWritesFloatFlags);
      return Set(i, Class::kFloat, 0, o.d | (operation == 4 ? o.m : 0u));
    case 7:
      if ((second & 0x80) == 0) return Set(i, Class::kFloat, o.d, o.m);
      // Between the precisions: bit 8 tells the source's.
      return Set(i, Class::kFloat, is_double ? single_d : Register(true, second >> 12, first >> 6 & 1), o.m);
    case 8:
      return Set(i, Class::kFloat, o.d, single_m);
    case 12:
    case 13:
      return Set(i, Class::kFloat, single_d, o.m);
    default:  // VRINT; fixed point, which reads what it writes
      return Set(i, Class::kFloat, o.d, o.m | o.d);
  }
}

void DataProcessing(Instruction& i, uint16_t first, uint16_t second) {
  const bool is_double = (second & 0x0100) != 0;
  const Operands o = OperandsOf(first, second, is_double);
  if (is_double) Add(i, kDouble);
  if ((first & 0x1000) != 0) {  // FPv5: VSEL, VMAXNM, VRINTA, VCVTA
    const bool one = (first & 0xB0) == 0xB0;
    if (one) return Set(i, Class::kFloat, Register(false, second >> 12, first >> 6 & 1) | o.d, o.m);
    return Set(i, Class::kFloat, o.d, o.n | o.m);
  }
  switch (first >> 4 & 11) {
    case 0:
    case 1:
    case 9:
    case 10:  // VMLA, VNMLA, VFNMA, VFMA
      return Set(i, Class::kFloatMultiplyAccumulate, o.d, o.n | o.m | o.d);
    case 2:
    case 3:  // VMUL, VADD, VSUB
      return Set(i, Class::kFloat, o.d, o.n | o.m);
    case 8:
      return Set(i, Class::kFloatDivide, o.d, o.n | o.m);
    default:
      return OneOperand(i, first, second, o, is_double);
  }
}

// VLDR, VSTR, VLDM, VSTM, VPUSH, VPOP.
void LoadStore(Instruction& i, uint16_t first, uint16_t second) {
  const bool load = (first & 0x10) != 0;
  const bool is_double = (second & 0x0100) != 0;
  const bool multiple = (first & 0x0120) != 0x0100;
  const unsigned base = first & 15;
  const unsigned words = multiple ? second & 0xFF : is_double ? 2 : 1;
  const unsigned start = is_double ? (second >> 12) * 2u : (second >> 12) * 2u + (first >> 6 & 1);
  uint32_t registers = 0;
  for (unsigned k = 0; k < words && start + k < 32; ++k) registers |= 1u << (start + k);
  SetAccess(i, load, 0, 4, base);
  i.transfers = static_cast<uint8_t>(words);
  if (is_double) Add(i, kDouble);
  if (multiple) {
    i.kind = load ? Class::kFloatLoadMultiple : Class::kFloatStoreMultiple;
    SetMultiple(i, words, (first & 0x100) != 0, (first & 0x20) != 0);
  } else {
    i.kind = load ? Class::kFloatLoad : Class::kFloatStore;
    i.offset = ((first & 0x80) != 0 ? 4 : -4) * (second & 0xFF);
  }
  (load ? i.float_writes : i.float_reads) = registers;
}

// VLLDM, VLSTM: all of the FPU's state where it is in use, which only the data tell.
void LazyState(Instruction& i, uint16_t first) {
  const bool load = (first & 0x10) != 0;
  SetAccess(i, load, 0, 4, first & 15);
  i.kind = load ? Class::kFloatLoadMultiple : Class::kFloatStoreMultiple;
  (load ? i.float_writes : i.float_reads) = 0xFFFFFFFF;
}

// Two general registers and a double or two singles.
void MoveTwo(Instruction& i, uint16_t first, uint16_t second) {
  const bool is_double = (second & 0x0100) != 0;
  const bool to_general = (first & 0x10) != 0;
  uint32_t floats = Register(is_double, second & 15, second >> 5 & 1);
  if (!is_double) floats |= floats << 1;
  const uint16_t general = Bit(second >> 12) | Bit(first);
  i.kind = Class::kFloatMoveTwo;
  (to_general ? i.writes : i.reads) = general;
  (to_general ? i.float_reads : i.float_writes) = floats;
}

// One general register: VMOV, VMRS, VMSR.
void MoveOne(Instruction& i, uint16_t first, uint16_t second) {
  const bool to_general = (first & 0x10) != 0;
  const uint16_t general = Bit(second >> 12);
  if ((first & 0xE0) == 0xE0) {
    i.kind = Class::kFloatStatus;
    if (to_general) Add(i, kReadsFloatFlags);
    if (to_general && general == kPc) return;  // to the flags
    (to_general ? i.writes : i.reads) = general;
    return;
  }
  const bool half_of_double = (second & 0x0100) != 0;
  const uint32_t floats = half_of_double ? 1u << ((first & 15) * 2u + (first >> 5 & 1))
                                         : Register(false, first & 15, second >> 7 & 1);
  i.kind = Class::kFloatMove;
  (to_general ? i.writes : i.reads) = general;
  (to_general ? i.float_reads : i.float_writes) = floats;
}

}  // namespace

void DecodeFloat(Instruction& i, uint16_t first, uint16_t second) {
  const unsigned top = first & 0x0F00;
  if (top == 0x0E00) {
    return (second & 0x10) != 0 ? MoveOne(i, first, second) : DataProcessing(i, first, second);
  }
  if (top > 0x0E00) return;
  if ((first & 0x0FE0) == 0x0C40) return MoveTwo(i, first, second);
  if ((first & 0x0FE0) == 0x0C20) return LazyState(i, first);
  LoadStore(i, first, second);
}

}  // namespace atome::thumb::internal
