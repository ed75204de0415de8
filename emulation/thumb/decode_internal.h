// The parts of the decoder. Each fills an Instruction whose address and bytes are set already.
#ifndef ATOME_EMULATION_THUMB_DECODE_INTERNAL_H_
#define ATOME_EMULATION_THUMB_DECODE_INTERNAL_H_

#include "emulation/thumb/decode.h"

namespace atome::thumb::internal {

constexpr uint16_t Bit(unsigned register_number) {
  return static_cast<uint16_t>(1u << (register_number & 15));
}
constexpr uint16_t kSp = 1u << 13;
constexpr uint16_t kLr = 1u << 14;
constexpr uint16_t kPc = 1u << 15;

inline void Add(Instruction& i, uint32_t properties) { i.properties |= properties; }

// A load or store of the registers `data`, as bits, `bytes` each.
void SetAccess(Instruction& i, bool load, uint16_t data, unsigned bytes, unsigned base);
void SetIndex(Instruction& i, unsigned index, unsigned shift);
// What LDM, STM and their like access: `words` words from the base upwards or, `down`, below it.
void SetMultiple(Instruction& i, unsigned words, bool down, bool write_back);
void SetWriteBack(Instruction& i, int32_t change);
// ADD or SUB of a constant.
void SetAddsConstant(Instruction& i, bool subtracts, uint32_t constant);
// Moves pc out of `writes` and into the branch kind.
// The early ALU shifts or extracts these registers (0: only a constant).
void SetExtracts(Instruction& i, unsigned registers, bool early_result);
void TakePc(Instruction& i, Branch branch);

void DecodeNarrow(Instruction& i, uint16_t h);
void DecodeWide(Instruction& i, uint16_t first, uint16_t second);
// Coprocessors 10 and 11.
void DecodeFloat(Instruction& i, uint16_t first, uint16_t second);

}  // namespace atome::thumb::internal

#endif  // ATOME_EMULATION_THUMB_DECODE_INTERNAL_H_
