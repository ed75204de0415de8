// The parts of the decoder. Each fills an Instruction whose address and bytes are set already.
#ifndef ATOME_EMULATION_THUMB_DECODE_INTERNAL_H_
#define ATOME_EMULATION_THUMB_DECODE_INTERNAL_H_

#include "emulation/thumb/decode.h"

namespace atome::timing::internal {

constexpr uint16_t Bit(unsigned register_number) {
  return static_cast<uint16_t>(1u << (register_number & 15));
}
constexpr uint16_t kSp = 1u << 13;
constexpr uint16_t kLr = 1u << 14;
constexpr uint16_t kPc = 1u << 15;

inline void Add(Instruction& i, uint16_t properties) { i.properties |= properties; }

// A load or store of one register. `loads` and `stores` are by the register's mask.
void SetAccess(Instruction& i, bool load, uint16_t data, unsigned bytes, unsigned base, uint16_t index = 0);
// Moves pc out of `writes` and into the branch kind.
void TakePc(Instruction& i, Branch branch);

void DecodeNarrow(Instruction& i, uint16_t h);
void DecodeWide(Instruction& i, uint16_t first, uint16_t second);
// Coprocessors 10 and 11.
void DecodeFloat(Instruction& i, uint16_t first, uint16_t second);

}  // namespace atome::timing::internal

#endif  // ATOME_EMULATION_THUMB_DECODE_INTERNAL_H_
