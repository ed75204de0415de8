// One Thumb instruction, decoded once for the cycle models, stack frames, facts of blocks and causes of
// faults.
#ifndef ATOME_EMULATION_THUMB_INSTRUCTION_H_
#define ATOME_EMULATION_THUMB_INSTRUCTION_H_

#include <cstdint>

namespace atome::thumb {

enum class Class : uint8_t {
  kUnknown,  // not known to this decoder; costs as kAlu and is counted
  kAlu,
  kShift,     // shifts and rotations, also as MOV with a shifted register
  kExtend,    // SXTB, UXTH, ... without addition
  kBitField,  // UBFX, BFI, REV, CLZ, SXTAB, PKHBT, parallel and saturating arithmetic
  kNop,       // hints without an effect here, SG
  kIt,
  kMultiply,                // MUL
  kMultiplyAccumulate,      // MLA, MLS
  kLongMultiply,            // UMULL, SMULL
  kLongMultiplyAccumulate,  // UMLAL, SMLAL
  kDspMultiply,             // SMLABB, SMUAD, SMMUL, UMAAL, ...
  kDivide,
  kLoad,
  kStore,
  kLoadDual,
  kStoreDual,
  kLoadMultiple,  // POP too
  kStoreMultiple,
  kBranch,  // without a load: B, BL, BX, BLX, CBZ; a MOV or ADD to pc
  kTableBranch,
  kStatus,  // MRS, MSR, CPS, TT
  kBarrier,
  kInstructionBarrier,
  kWait,        // WFI, WFE
  kBreakpoint,  // BKPT
  kTrap,        // SVC, UDF
  kFloat,
  kFloatMove,     // between FPU registers, or one general register; VMOV immediate
  kFloatMoveTwo,  // two general registers, or a double
  kFloatMultiplyAccumulate,
  kFloatDivide,
  kFloatSquareRoot,
  kFloatStatus,  // VMRS, VMSR
  kFloatLoad,
  kFloatStore,
  kFloatLoadMultiple,
  kFloatStoreMultiple,
};

enum class Branch : uint8_t {
  kNone,
  kDirect,        // B, CBZ, CBNZ
  kCall,          // BL
  kReturn,        // BX LR
  kIndirect,      // BX, MOV pc, ADD pc
  kIndirectCall,  // BLX
  kLoad,          // LDR pc
  kPop,           // POP or LDM with pc
  kTable,         // TBB, TBH
};

enum class Access : uint8_t { kNone, kLoad, kStore };

enum Property : uint32_t {
  kConditional = 1 << 0,     // decides by itself whether it branches: B<cond>, CBZ, CBNZ
  kRegisterOffset = 1 << 1,  // of a load or store
  kWriteBack = 1 << 2,
  // M7: takes the early ALU's shifter: an inline shift, a shifted constant, a bit field, REV, UXTAB, PKHBT
  kEarlyShifter = 1 << 3,
  kSubtracts = 1 << 4,    // MLS
  kDouble = 1 << 5,       // double precision, or a transfer of 64 bits
  kSigned = 1 << 6,       // of a division or a long multiplication
  kLiteral = 1 << 7,      // the base is pc
  kEarlyResult = 1 << 8,  // M7: ADD, SUB, MOV, plain shifts, REV, RBIT
  kWritesFloatFlags = 1 << 9,
  kReadsFloatFlags = 1 << 10,
  kFpu = 1 << 11,           // coprocessors 10 and 11: faults while the FPU is off, known or not
  kAddsConstant = 1 << 12,  // ADD or SUB: writes the one register that it reads, plus `change`
  kComparesZero = 1 << 13,  // CBZ, CBNZ
  // MOV of a register; MOVW, which reads none and writes `change`; MOVT, whose upper half `change` is
  kMoves = 1 << 14,
  kSendsEvent = 1 << 15,  // SEV
  kExclusive = 1 << 16,   // LDREX, STREX and those of bytes and halfwords
  kOrdered = 1 << 17,     // LDA, STL and those of bytes and halfwords, also exclusive
};

struct Instruction {
  uint32_t address = 0;
  int32_t branch_offset = 0;  // of a direct branch's target from `address`
  int32_t offset = 0;         // of a load's or store's lowest byte, from its base and index
  uint32_t properties = 0;
  int32_t change = 0;        // added to the base by write-back, or by kAddsConstant; of kMoves
  uint32_t float_reads = 0;  // bit n: s<n>; a double has two bits
  uint32_t float_writes = 0;
  uint16_t reads = 0;          // bit n: r<n>; address registers and accumulators included
  uint16_t writes = 0;         // pc not included
  uint16_t address_reads = 0;  // base and index of a load or store
  uint16_t late_reads = 0;     // accumulators and data to store
  uint16_t early_reads = 0;    // M7: what the early ALU shifts or extracts
  uint16_t data = 0;           // general registers that a load or store transfers, pc included
  Class kind = Class::kUnknown;
  Branch branch = Branch::kNone;
  uint8_t bytes = 2;
  uint8_t transfers = 0;     // loads and stores: registers, of a double two
  uint8_t access_bytes = 0;  // of each transfer
  uint8_t it_length = 0;     // IT: how many instructions it governs
  uint8_t base = 15;         // register of a load or store
  uint8_t index = 15;        // register, with kRegisterOffset; shifted left by `index_shift`
  uint8_t index_shift = 0;
  uint8_t left = 15;  // registers of a division (dividend and divisor) or the factors of a product
  uint8_t right = 15;
  uint8_t high = 15;  // RdHi of a long multiplication
  uint8_t last = 15;  // the register that an LDM or LDRD loads last, but for pc

  bool Has(Property property) const { return (properties & property) != 0; }
  bool is_float() const { return kind >= Class::kFloat; }
  bool is_call() const { return branch == Branch::kCall || branch == Branch::kIndirectCall; }
  uint32_t end() const { return address + bytes; }
  Access access() const;
};

}  // namespace atome::thumb

#endif  // ATOME_EMULATION_THUMB_INSTRUCTION_H_
