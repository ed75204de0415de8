// A user's boards.json, and the notations of memories, registers and UARTs in it.
#include <optional>
#include <string>

#include "emulation/boards/board_file.h"
#include "emulation/boards/memory_map.h"
#include "emulation/boards/peripherals.h"
#include "emulation/fuzz/input.h"

using namespace atome::emulation;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::string why;
  if (const auto boards = ReadBoards(text, "f.json", why)) {
    for (const Board& board : *boards) {
      const MemoryMap map = MapOf(board);
      atome::fuzz::Require(WhyNotSound(map.memories, false).empty(), "a board's memories are sound");
    }
  } else {
    atome::fuzz::Require(why.starts_with("f.json") && atome::fuzz::IsOneLine(why),
                         "a line that names the file");
  }
  (void)ParseRights(text);
  (void)ParseRegister(text);
  (void)ParseUart(text);
  if (const auto memory = ParseMemoryOverride(text, why)) {
    const auto again = ParseMemoryOverride(TextOf(*memory), why);
    atome::fuzz::Require(again && again->address == memory->address && again->bytes == memory->bytes,
                         "the text of a memory reads back as it");
  }
  return 0;
}
