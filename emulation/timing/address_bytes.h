// A byte for each halfword of a program's memory, 0 where none was set. Of an address that was used all bytes
// of its page of 4 KiB are kept, so that a program which uses every address costs little more than half its
// memory.
#ifndef ATOME_EMULATION_TIMING_ADDRESS_BYTES_H_
#define ATOME_EMULATION_TIMING_ADDRESS_BYTES_H_

#include <array>
#include <cstdint>
#include <unordered_map>

namespace atome::timing {

class AddressBytes {
 public:
  uint8_t& At(uint32_t address) { return pages_[address / kPageBytes][address % kPageBytes / 2]; }
  uint64_t bytes() const { return pages_.size() * kPageBytes / 2; }

 private:
  static constexpr uint32_t kPageBytes = 4096;
  std::unordered_map<uint32_t, std::array<uint8_t, kPageBytes / 2>> pages_;
};

}  // namespace atome::timing

#endif  // ATOME_EMULATION_TIMING_ADDRESS_BYTES_H_
