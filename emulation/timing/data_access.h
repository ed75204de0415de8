// Where the data of a load or store lie, as far as it decides cycles.
#ifndef ATOME_EMULATION_TIMING_DATA_ACCESS_H_
#define ATOME_EMULATION_TIMING_DATA_ACCESS_H_

#include <cstdint>

namespace atome::timing {

// Loads overlap within one bus; an access to the memory that code is fetched from takes a cycle from the
// fetch.
enum class DataMemory : uint8_t {
  kUnknown,     // overlaps any other
  kCodeMemory,  // the memory that the code lies in, whatever its bus
  kCodeBus,     // below 0x20000000, another memory than the code's
  kSystemBus,   // 0x20000000 and above
  kSecondBank,  // on the system bus, a bank behind the first
  kPrivate,     // the private peripheral bus
};

struct DataAccess {
  DataMemory memory = DataMemory::kUnknown;
  uint8_t misaligned = 0;  // address modulo 4

  bool operator==(const DataAccess&) const = default;
};

inline constexpr uint32_t kSystemBusAddress = 0x20000000;
inline constexpr uint32_t kPrivateBusAddress = 0xE0000000;

}  // namespace atome::timing

#endif  // ATOME_EMULATION_TIMING_DATA_ACCESS_H_
