#include "emulation/machine/prepare.h"

#include <string>
#include <utility>
#include <vector>

#include "emulation/base/hex.h"

namespace atome::emulation {
namespace {

// What makes an image fit that does not, or has its vector table elsewhere; empty when nothing is known.
std::string Remedy(const Prepared& prepared) {
  if (const std::vector<MemoryOverride> rooms = RoomFor(prepared.map, *prepared.image); !rooms.empty()) {
    std::string options;
    for (const MemoryOverride& room : rooms) options += " --memory " + TextOf(room);
    return "; it has room with" + options + " in the Unicorn machine";
  }
  const std::optional<uint32_t> vectors = FindVectors(prepared.map, *prepared.image);
  if (!vectors) return {};
  MemoryMap map = prepared.map;
  map.vector_address = *vectors;
  if (!prepared.image->WhyNotOn(map).empty()) return {};
  return "; there is one at " + Hex(*vectors) + ": give --vectors " + Hex(*vectors);
}

}  // namespace

std::optional<Prepared> Prepare(const RunRequest& request, RunResult& result) {
  result = {};
  result.outcome = Outcome::kRejected;
  if (request.core == nullptr) {
    result.message = request.elf_name + ": no core given";
    return std::nullopt;
  }
  if (request.command_line.size() > kMaxCommandLineBytes ||
      request.command_line.find('\0') != std::string::npos) {
    result.message = request.elf_name + ": the command line is over " + std::to_string(kMaxCommandLineBytes) +
                     " bytes or has a zero byte";
    return std::nullopt;
  }
  if (request.console_input && request.console_input->size() > kInputLimitBytes) {
    result.message =
        request.elf_name + ": the console's input is over " + std::to_string(kInputLimitBytes >> 20) + " MiB";
    return std::nullopt;
  }
  Prepared prepared;
  if (request.files) {
    prepared.files = GrantedFolder::Open(*request.files, result.message);
    if (!prepared.files) return std::nullopt;
  }
  prepared.image = ElfImage::Read(request.elf, request.elf_name, result.message);
  if (prepared.image == nullptr) return std::nullopt;
  if (request.board != nullptr && request.board->core != request.core->name) {
    result.message = std::string(request.board->title) + " has no " + std::string(request.core->title);
    return std::nullopt;
  }
  MemoryMap map = request.board != nullptr ? MapOf(*request.board) : MapOf(*request.core);
  for (const MemoryOverride& memory : request.memories) map.Put(memory);
  const std::string unsound = request.board != nullptr ? WhyNotSound(*request.board, map.memories)
                                                       : WhyNotSound(map.memories, HasBitBand(*request.core));
  if (!unsound.empty()) {
    result.message = map.title + ": " + unsound;
    return std::nullopt;
  }
  prepared.map = Placed(std::move(map), *prepared.image);
  if (request.vectors) prepared.map.vector_address = *request.vectors;
  if (std::string why = prepared.image->WhyNotOn(prepared.map); !why.empty()) {
    result.message = request.elf_name + ": " + why + Remedy(prepared);
    return std::nullopt;
  }
  prepared.stack_pointer = *prepared.image->WordAt(prepared.map.vector_address) & ~3u;
  const uint32_t reset = *prepared.image->WordAt(prepared.map.vector_address + 4);
  if ((reset & 1) == 0) {
    result.message = request.elf_name +
                     ": the vector table's reset entry is even, which is not the address of Thumb code" +
                     Remedy(prepared);
    return std::nullopt;
  }
  prepared.reset = reset & ~1u;
  prepared.mark = prepared.image->FindSymbol(request.mark_symbol);
  for (const auto& [name, address] :
       {std::pair{&request.from_symbol, &prepared.from}, std::pair{&request.to_symbol, &prepared.to}}) {
    if (name->empty()) continue;
    *address = prepared.image->FindSymbol(*name);
    if (*address) continue;
    result.message = request.elf_name + ": there is no function " + *name;
    return std::nullopt;
  }
  return prepared;
}

}  // namespace atome::emulation
