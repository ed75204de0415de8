#include "harness/size/board_fit.h"

#include <algorithm>

#include "harness/base/table.h"
#include "harness/base/text.h"

namespace atome::harness {

uint64_t FlashNeeded(const emulation::ElfImage& image, const emulation::MemoryMap& map) {
  uint64_t bytes = 0;
  for (const emulation::ElfImage::Segment& segment : image.segments()) {
    if (segment.bytes.empty() || segment.load_address < map.program_address) continue;
    bytes = std::max(bytes, uint64_t{segment.load_address} - map.program_address + segment.bytes.size());
  }
  return bytes;
}

std::optional<MemoryNeeds> NeedsOf(const emulation::ElfImage& image, const emulation::MemoryMap& map,
                                   uint64_t state_bytes, uint32_t vocab_size) {
  const std::optional<uint32_t> arena = image.FindSymbol("atome_arena_begin");
  const uint32_t ram = map.ram().begin;
  if (!arena || *arena < ram) return std::nullopt;
  MemoryNeeds needs;
  needs.ram_bytes = *arena - ram + (state_bytes + 7) / 8 * 8 + uint64_t{4} * vocab_size;
  needs.flash_bytes = FlashNeeded(image, map);
  return needs;
}

std::string BoardFit::WhyNot() const {
  const emulation::MemoryMap map = MapOf(*board);
  const bool flash = flash_bytes_needed > map.program().bytes;
  const uint64_t needed = flash ? flash_bytes_needed : ram_bytes_needed;
  const uint64_t there = flash ? map.program().bytes : map.ram().bytes;
  std::string why = StrCat("does not fit ", board->title, ": needs ", Grouped(needed), " bytes of ",
                           flash ? "flash" : "RAM", " of ", Grouped(there));
  if (!flash && longest_max_seq) StrAppend(&why, "; max_seq ", *longest_max_seq, " would fit");
  return why;
}

emulation::MemoryMap MapForFirmware(const emulation::Board& board) {
  emulation::MemoryMap map = emulation::MapOf(*emulation::FindCore(board.core));
  const emulation::MemoryMap own = emulation::MapOf(board);
  map.memories[0].bytes = own.program().bytes;
  map.memories[1].bytes = own.ram().bytes;
  map.title = own.title;
  return map;
}

BoardFit FitOn(const emulation::Board& board, const emulation::ElfImage& image, const Model& model,
               uint64_t state_bytes, StateBytes* generic, uint64_t more_flash) {
  const emulation::MemoryMap map = MapForFirmware(board);
  const uint32_t vocab_size = model.config.vocab_size;
  BoardFit fit;
  fit.board = &board;
  std::optional<MemoryNeeds> needs = NeedsOf(image, map, state_bytes, vocab_size);
  std::optional<MemoryNeeds> without = NeedsOf(image, map, 0, vocab_size);
  if (!needs || !without) return fit;
  needs->flash_bytes += more_flash;
  without->flash_bytes += more_flash;
  fit.flash_bytes_needed = needs->flash_bytes;
  fit.ram_bytes_needed = needs->ram_bytes;
  fit.fits = needs->Fit(map) && image.WhyNotOn(map).empty();
  const std::optional<uint64_t> asked = generic->At(model.config.max_seq);
  if (!asked || !without->Fit(map)) return fit;
  const uint64_t room = (map.ram().bytes - without->ram_bytes) / 8 * 8 + *asked;
  if (room >= state_bytes) fit.longest_max_seq = generic->LongestWithin(room - state_bytes);
  if (fit.longest_max_seq && model.config.Traits().positions_end)
    fit.longest_max_seq = std::min<uint32_t>(*fit.longest_max_seq, model.config.max_seq);
  return fit;
}

}  // namespace atome::harness
