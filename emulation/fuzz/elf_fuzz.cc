// An ELF, and all that is asked of it: what a run loads, names, lines, sizes, call traces.
#include <array>
#include <memory>
#include <string>

#include "emulation/boards/core.h"
#include "emulation/elf/elf_image.h"
#include "emulation/fuzz/input.h"
#include "emulation/machine/guest_memory.h"

using namespace atome::emulation;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  std::string error;
  const std::unique_ptr<ElfImage> image = ElfImage::Read(bytes, "f.elf", error);
  if (image == nullptr) {
    atome::fuzz::Require(error.starts_with("f.elf: ") && atome::fuzz::IsOneLine(error),
                         "a line that names the file");
    return 0;
  }
  uint32_t sum = 0;
  for (const ElfImage::Segment& segment : image->segments()) {
    atome::fuzz::Require(segment.memory_bytes >= segment.bytes.size(), "memory holds what the file has");
    for (const uint8_t byte : segment.bytes) sum += byte;
  }
  (void)image->WhyNotOn(*FindCore("m33"));
  static const MemoryMap kSmall{
      .memories = {{.name = "flash", .address = 0, .bytes = 65'536, .writable = false},
                   {.name = "RAM", .address = 0x20000000, .bytes = 65'536}},
      .title = "a small core"};
  if (image->WhyNotOn(kSmall).empty()) GuestMemory(kSmall).Load(*image);  // what fits can be loaded
  std::array<uint32_t, 16> registers{};
  registers[13] = 0x20000000;
  const auto read = [&image](uint32_t address) { return image->WordAt(address); };
  const auto ask = [&](uint32_t address) {
    (void)image->FunctionAt(address);
    (void)image->Locate(address);
    (void)image->LineAt(address);
    (void)image->Symbolise(address);
    (void)image->HalfwordAt(address);
    registers[14] = address | 1;
    registers[15] = address;
    (void)image->CallTrace(registers, read);
  };
  (void)image->FindSymbol("atome_mark");
  (void)image->Sections();
  (void)image->Compiler();
  for (const ElfImage::SizedSymbol& symbol : image->SizedSymbols()) {
    sum += symbol.bytes;
    if (sum % 4 == 0) ask(symbol.address + symbol.bytes / 2);
  }
  for (const uint32_t address : {0u, 0x40u, 0x100u, 0x20000000u, 0xFFFFFFFFu, image->entry()}) ask(address);
  return sum == 0xDEADBEEF ? -1 : 0;
}
