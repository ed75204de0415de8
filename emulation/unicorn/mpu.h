// The registers of the Memory Protection Unit (Armv7-M Architecture Reference Manual, B3.5; Armv6-M, B3.5;
// Armv8-M, D1.2.163 and following).
#ifndef ATOME_EMULATION_UNICORN_MPU_H_
#define ATOME_EMULATION_UNICORN_MPU_H_

#include <array>
#include <cstdint>

namespace atome::emulation {

// Keeps what a program sets up, so that it reads it back; protects nothing. Accesses are words.
class Mpu {
 public:
  static constexpr uint32_t kType = 0xED90, kControl = 0xED94, kNumber = 0xED98, kBase = 0xED9C,
                            kAttributes = 0xEDA0, kLastAlias = 0xEDB8, kMemoryTypes = 0xEDC0;
  // Offsets from the start of the private peripheral bus.
  static constexpr bool Has(uint32_t offset) {
    return (offset >= kType && offset <= kLastAlias) || offset - kMemoryTypes < 8;
  }

  // Armv7-M adds aliases of RBAR and RASR, for the same region. Armv8-M has RLAR in RASR's place, MAIR0 and
  // MAIR1, and each alias is of another region: of the four around RNR.
  enum class Layout : uint8_t { kArmv6M, kArmv7M, kArmv8M };
  // At most 16 regions; with 0 there is no MPU: all reads 0.
  Mpu(unsigned regions, Layout layout) : regions_(regions), layout_(layout) {}

  uint32_t Read(uint32_t offset) const;
  // An RBAR with VALID set chooses the region, if there is such a one.
  void Write(uint32_t offset, uint32_t value);
  // Whether the program has ever switched it on.
  bool was_enabled() const { return was_enabled_; }

 private:
  struct Region {
    uint32_t base = 0;
    uint32_t attributes = 0;
  };
  // The register that an alias stands for, and the number of the region that it is of.
  uint32_t Unaliased(uint32_t offset) const;
  uint32_t NumberOf(uint32_t offset) const;

  unsigned regions_;
  Layout layout_;
  uint32_t control_ = 0;
  uint32_t number_ = 0;
  std::array<Region, 16> region_{};
  std::array<uint32_t, 2> memory_types_{};
  bool was_enabled_ = false;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_MPU_H_
