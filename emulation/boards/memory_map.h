// The memories of a core's emulated machine or of a board, and where among them a program lies.
#ifndef ATOME_EMULATION_BOARDS_MEMORY_MAP_H_
#define ATOME_EMULATION_BOARDS_MEMORY_MAP_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace atome::emulation {

// The emulators' pages.
inline constexpr uint32_t kMemoryPage = 1024;
// What a file or a command line may ask for.
inline constexpr uint32_t kMostMemoryBytes = 64u << 20;
inline constexpr uint64_t kMostMemoriesBytes = 256u << 20;  // of all memories together
inline constexpr size_t kMostMemories = 32;

struct MemoryRange {
  uint32_t begin = 0;
  uint32_t bytes = 0;

  uint64_t end() const { return uint64_t{begin} + bytes; }
  bool Has(uint32_t address) const { return address - begin < bytes; }
  bool Overlaps(const MemoryRange& other) const { return begin < other.end() && other.begin < end(); }
};

// Flash, ROM or RAM. All can be read.
struct Memory {
  std::string name;  // as in messages and on the command line: "flash", "SRAM1"
  uint32_t address = 0;
  uint32_t bytes = 0;
  bool writable = true;
  bool executable = true;              // RAM moreover only when the image has code there
  bool second_bank = false;            // on the system bus, behind the first
  std::vector<uint32_t> aliases = {};  // where the same bytes also are
  // Where an image may be linked besides, as if this memory were there; what the chip has there gives way.
  std::vector<uint32_t> image_places = {};
};

// "rwx", "rx", ...; nothing when the text has another letter, one twice, or no r.
struct Rights {
  bool writable = false;
  bool executable = false;
};
std::optional<Rights> ParseRights(std::string_view text);

// What is wrong with the memories, and the remedy; empty when they can be emulated. Sizes, pages, overlaps
// among them and with peripherals; with `bit_band`, with the aliases that Cortex-M3 and M4 have.
std::string WhyNotSound(std::span<const Memory> memories, bool bit_band);

// A memory that a user adds to a machine, or puts in place of its memory of that name.
struct MemoryOverride {
  std::string name;
  uint32_t address = 0;
  uint32_t bytes = 0;
  std::optional<Rights> rights;  // else those of the memory of that name, or all
};
// "SRAM2=0x20010000:64K", "ROM=0x1FFF0000:32K:rx". Nothing, and `why` with the remedy, for another text.
std::optional<MemoryOverride> ParseMemoryOverride(std::string_view text, std::string& why);
// The text that reads back as it.
std::string TextOf(const MemoryOverride& memory);

struct MemoryMap {
  std::vector<Memory> memories;  // at least one: the program starts in the first
  uint32_t program_address = 0;  // of the first memory, or an alias of it that the image is linked for
  uint32_t vector_address = 0;   // of the vector table that the program starts with
  // In front of the first memory when that is RAM: the program's code and constants, which are kept from
  // stores to find those through wild pointers. A multiple of kMemoryPage.
  uint32_t protected_bytes = 0;
  std::string title;  // of what has these memories, for messages

  MemoryRange program() const {
    return memories.empty() ? MemoryRange{} : MemoryRange{program_address, memories.front().bytes};
  }
  // How much of the program's memory never changes.
  uint32_t fixed_bytes() const {
    return !memories.empty() && memories.front().writable ? protected_bytes : program().bytes;
  }
  // The memory that has the address or an alias there; nullptr: none.
  const Memory* At(uint32_t address) const;
  bool IsWritable(uint32_t address) const;
  // Writable memory, kept from stores all the same.
  bool IsProtected(uint32_t address) const {
    return address - program_address < protected_bytes && memories.front().writable;
  }
  // The memories without a gap, of those that a program can write, that have the address or end there, as
  // the top of a stack does. No bytes: none.
  MemoryRange WritableRun(uint32_t address) const;
  // The same of the first RAM, where the data of a usual program are.
  MemoryRange ram() const;
  // Changes the memories. One that keeps its address keeps its aliases.
  void Put(const MemoryOverride& memory);
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BOARDS_MEMORY_MAP_H_
