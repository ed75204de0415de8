// The flash and RAM of one emulated core, as bytes of the host. Nothing else exists.
#ifndef ATOME_EMULATION_MACHINE_GUEST_MEMORY_H_
#define ATOME_EMULATION_MACHINE_GUEST_MEMORY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "emulation/base/memory_reader.h"
#include "emulation/boards/memory_map.h"
#include "emulation/elf/elf_image.h"
#include "emulation/timing/data_access.h"

namespace atome::emulation {

class GuestMemory {
 public:
  explicit GuestMemory(const MemoryMap& map);

  // Copies the image's segments to their load addresses. They must fit (ElfImage::WhyNotOn).
  void Load(const ElfImage& image);

  uint8_t* flash() { return flash_.get(); }
  uint8_t* ram() { return ram_.get(); }
  const MemoryMap& map() const { return map_; }
  bool InFlash(uint32_t address) const { return address - map_.flash_address < map_.flash_bytes; }
  bool InRam(uint32_t address) const { return address - map_.ram_address < map_.ram_bytes; }
  // Which memory an access leads to, as the cycles of code at `code` see it.
  timing::DataMemory DataMemoryAt(uint32_t address, uint32_t code) const {
    using enum timing::DataMemory;
    if (address >= timing::kPrivateBusAddress) return kPrivate;
    if (InFlash(address)) return InFlash(code) ? kCodeMemory : kCodeBus;
    if (InRam(address) && InRam(code)) return kCodeMemory;
    if (address < timing::kSystemBusAddress) return kCodeBus;
    return map_.second_bank_address != 0 && address >= map_.second_bank_address ? kSecondBank : kSystemBus;
  }

  // The host's view of `bytes` bytes at `address`, nullptr unless they lie in one memory.
  const uint8_t* Readable(uint32_t address, uint32_t bytes) const;
  uint8_t* Writable(uint32_t address, uint32_t bytes);  // nullptr also for what is fixed

  // Little-endian; nothing when outside.
  std::optional<uint16_t> Halfword(uint32_t address) const;
  std::optional<uint32_t> Word(uint32_t address) const;
  MemoryReader Reader() const {
    return [this](uint32_t address) { return Word(address); };
  }
  bool SetWord(uint32_t address, uint32_t value);  // false when it is not RAM

  // The bytes up to a NUL; nothing when the memory ends before one.
  std::optional<std::string> Text(uint32_t address) const;

 private:
  struct Free {
    void operator()(uint8_t* bytes) const;
  };
  using Bytes = std::unique_ptr<uint8_t[], Free>;
  static Bytes Zeroed(uint32_t bytes);

  MemoryMap map_;
  Bytes flash_;
  Bytes ram_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_MACHINE_GUEST_MEMORY_H_
