// The memories of one emulated core, as bytes of the host. Nothing else exists.
#ifndef ATOME_EMULATION_MACHINE_GUEST_MEMORY_H_
#define ATOME_EMULATION_MACHINE_GUEST_MEMORY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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

  // Addresses with rights in common, as an emulator maps them. Two have the same bytes where one is an alias.
  struct Region {
    uint32_t address = 0;
    uint32_t bytes = 0;
    uint8_t* data = nullptr;
    bool writable = false;
    bool executable = false;
    bool program = false;  // of the memory that the program starts in

    bool Has(uint32_t at) const { return at - address < bytes; }
  };
  const std::vector<Region>& regions() const { return regions_; }

  const MemoryMap& map() const { return map_; }
  // Whether the address is in the memory that the program starts in, at the place it is linked for.
  bool InProgram(uint32_t address) const { return address - program_.begin < program_.bytes; }
  // Whether no store changes what is there.
  bool IsFixed(uint32_t address) const;
  // Which memory an access leads to, as the cycles of code at `code` see it.
  timing::DataMemory DataMemoryAt(uint32_t address, uint32_t code) const {
    using enum timing::DataMemory;
    if (address >= timing::kPrivateBusAddress) return kPrivate;
    const Place* const data = PlaceOf(address);
    if (data != nullptr) {
      const Place* const of_code = PlaceOf(code);
      if (of_code != nullptr && of_code->memory == data->memory) return kCodeMemory;
    }
    if (address < timing::kSystemBusAddress) return kCodeBus;
    return data != nullptr && data->second_bank ? kSecondBank : kSystemBus;
  }

  // The host's view of `bytes` bytes at `address`, nullptr unless they lie in memories without a gap.
  const uint8_t* Readable(uint32_t address, uint32_t bytes) const;
  uint8_t* Writable(uint32_t address, uint32_t bytes);  // nullptr also for what is fixed

  // The byte whoever may write it, as what a particle changes; nullptr outside of all memories.
  uint8_t* Anywhere(uint32_t address);

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
  // Memories that follow each other, or an alias of one.
  struct Span {
    uint32_t address;
    uint32_t bytes;
    uint8_t* data;
  };
  // A memory at its address or an alias, for timing.
  struct Place {
    uint32_t address;
    uint32_t bytes;
    uint32_t memory;  // its number
    bool second_bank;
  };
  const Span* SpanOf(uint32_t address) const;
  const Place* PlaceOf(uint32_t address) const {
    for (const Place& place : places_) {
      if (address - place.address < place.bytes) return &place;
    }
    return nullptr;
  }
  void AddRegion(const Region& region);

  MemoryMap map_;
  MemoryRange program_;
  std::vector<Bytes> bytes_;
  std::vector<Span> spans_;
  std::vector<Place> places_;  // the usual RAM first
  std::vector<Region> regions_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_MACHINE_GUEST_MEMORY_H_
