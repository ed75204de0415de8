#include "emulation/machine/fault_handler.h"

#include "emulation/thumb/decode.h"

namespace atome::emulation {

bool BranchesToItself(uint32_t address, const MemoryReader& read) {
  constexpr uint16_t kNarrow = 0xE7FE;
  constexpr uint16_t kWide[] = {0xF7FF, 0xBFFE};
  const std::optional<uint16_t> first = ReadHalfword(address, read);
  if (first == kNarrow) return true;
  return first == kWide[0] && ReadHalfword(address + 2, read) == kWide[1];
}

bool HandlesFaults(uint32_t vector, uint32_t reset, const MemoryReader& read) {
  const uint32_t code = vector & ~1u;
  if ((vector & 1) == 0 || code == reset || !ReadHalfword(code, read)) return false;
  return !BranchesToItself(code, read);
}

}  // namespace atome::emulation
