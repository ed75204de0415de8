// Calls of a guest: any operation, with its words, names and buffers anywhere in memory, at its edges or
// outside.
#include <algorithm>
#include <optional>
#include <string>

#include "emulation/base/temporary_folder.h"
#include "emulation/boards/memory_map.h"
#include "emulation/fuzz/input.h"
#include "emulation/machine/console.h"
#include "emulation/machine/granted_folder.h"
#include "emulation/machine/guest_memory.h"
#include "emulation/semihosting/semihosting.h"

using namespace atome::emulation;

namespace {

constexpr uint32_t kFlash = 0, kRam = 0x20000000, kBytes = 1024;

const MemoryMap& Map() {
  static const MemoryMap map{
      .memories = {{.name = "flash", .address = kFlash, .bytes = kBytes, .writable = false},
                   {.name = "RAM", .address = kRam, .bytes = kBytes}},
      .title = "a small core"};
  return map;
}

const GrantedFolder* Folder() {
  static const TemporaryFolder folder;
  static std::string why;
  static const std::optional<GrantedFolder> granted =
      GrantedFolder::Open({.folder = folder.path().string(), .writable = true}, why);
  return &*granted;
}

}  // namespace

// A byte of options, then calls: an operation, how its parameter is made, four words for its block, a text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  atome::fuzz::Input input(data, size);
  const uint8_t options = input.Byte();
  GuestMemory memory(Map());
  const std::optional<std::string> keys =
      (options & 1) != 0 ? std::optional<std::string>("typed\n") : std::nullopt;
  Console console(kAllConsoles, keys);
  Semihosting semihosting(memory, console, (options & 2) != 0 ? Folder() : nullptr,
                          std::string(options >> 4, 'c'), {kRam + 64, kRam + kBytes});
  for (int calls = 0; calls < 64 && !input.empty(); ++calls) {
    const uint8_t operation = input.Byte();
    const uint8_t how = input.Byte();
    uint32_t parameter = kRam + 4 * (how & 0x1F);
    if ((how & 0x20) != 0) parameter = kRam + kBytes - (how & 0x1F);
    if ((how & 0x40) != 0) parameter = input.Word();
    if ((how & 0x80) != 0) {
      for (uint32_t k = 0; k < 4; ++k) memory.SetWord(parameter + 4 * k, input.Word());
      const std::string_view text = input.Text(input.Byte() & 0x3F);
      if (uint8_t* const at = memory.Writable(kRam + 0x200, static_cast<uint32_t>(text.size())))
        std::copy(text.begin(), text.end(), at);
    }
    // What a program writes behind a seek fills the file up to there, once a run 64 MiB: true, but slow.
    if ((operation & 0x3F) == 0x0A && memory.Word(parameter + 4).value_or(0) > 0xFFFF)
      memory.SetWord(parameter + 4, *memory.Word(parameter + 4) & 0xFFFF);
    const Semihosting::Reply reply =
        semihosting.Call((operation & 0x80) != 0 ? input.Word() : operation & 0x3Fu, parameter,
                         std::chrono::nanoseconds(1'000'000'000ll * calls));
    if (reply.verdict != Semihosting::Verdict::kContinue) break;
  }
  const uint8_t* const flash = memory.Readable(kFlash, kBytes);
  atome::fuzz::Require(std::all_of(flash, flash + kBytes, [](uint8_t byte) { return byte == 0; }),
                       "no call writes flash");
  (void)semihosting.TakeFileChanges();
  return 0;
}
