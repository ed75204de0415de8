#include "emulation/machine/prepare.h"

#include <utility>

namespace atome::emulation {

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
  prepared.map = request.board != nullptr ? MapFor(*request.board, *prepared.image)
                                          : MapFor(*request.core, *prepared.image);
  if (std::string why = prepared.image->WhyNotOn(prepared.map); !why.empty()) {
    result.message = request.elf_name + ": " + why;
    return std::nullopt;
  }
  prepared.stack_pointer = *prepared.image->WordAt(prepared.map.vector_address) & ~3u;
  const uint32_t reset = *prepared.image->WordAt(prepared.map.vector_address + 4);
  if ((reset & 1) == 0) {
    result.message =
        request.elf_name + ": the vector table's reset entry is even, which is not the address of Thumb code";
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
