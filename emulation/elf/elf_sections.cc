// ElfImage: sections and symbols with their sizes.
#include <elf.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <map>

#include "emulation/base/printable.h"
#include "emulation/elf/elf_handle.h"
#include "emulation/elf/elf_image.h"

namespace atome::emulation {

std::vector<ElfImage::Section> ElfImage::Sections() const {
  std::vector<Section> sections;
  Elf* elf = handle_->elf();
  size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0) return sections;
  for (Elf_Scn* section = elf_nextscn(elf, nullptr); section != nullptr;
       section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || (header.sh_flags & SHF_ALLOC) == 0 ||
        header.sh_size == 0)
      continue;
    const char* name = elf_strptr(elf, names, header.sh_name);
    sections.push_back({.name = name == nullptr ? "" : Printable(name),
                        .address = static_cast<uint32_t>(header.sh_addr),
                        .bytes = static_cast<uint32_t>(header.sh_size),
                        .in_file = header.sh_type != SHT_NOBITS,
                        .executable = (header.sh_flags & SHF_EXECINSTR) != 0,
                        .writable = (header.sh_flags & SHF_WRITE) != 0,
                        .number = static_cast<uint32_t>(elf_ndxscn(section))});
  }
  return sections;
}

// A function without a size reaches as far as SetReach says. Data without a size reach to the next symbol of
// their section, unless others begin with them that have a size.
std::vector<ElfImage::SizedSymbol> ElfImage::SizedSymbols() const {
  std::map<uint32_t, uint64_t> next;  // by section: where the symbol after the one looked at begins
  for (const Section& section : Sections()) next[section.number] = uint64_t{section.address} + section.bytes;
  std::vector<SizedSymbol> sized;
  for (size_t i = symbols_.size(); i > 0;) {
    size_t begin = i;  // of the symbols at this address
    while (begin > 0 && symbols_[begin - 1].address == symbols_[i - 1].address) --begin;
    const bool all_unsized = std::ranges::all_of(symbols_.begin() + static_cast<ptrdiff_t>(begin),
                                                 symbols_.begin() + static_cast<ptrdiff_t>(i),
                                                 [](const Symbol& symbol) { return symbol.bytes == 0; });
    for (size_t k = i; k > begin; --k) {
      const Symbol& symbol = symbols_[k - 1];
      uint64_t end = symbol.end;
      if (symbol.bytes == 0 && !symbol.function) {
        const auto reach = next.find(symbol.section);
        if (!all_unsized || reach == next.end()) continue;
        end = reach->second;
      }
      end = std::min<uint64_t>(end, uint64_t{symbol.address} + UINT32_MAX);
      if (end <= symbol.address) continue;
      sized.push_back({.name = Demangled(symbol.name),
                       .address = symbol.address,
                       .bytes = static_cast<uint32_t>(end - symbol.address),
                       .function = symbol.function,
                       .label = symbol.label,
                       .section = symbol.section});
    }
    for (size_t k = begin; k < i; ++k) next[symbols_[k].section] = symbols_[k].address;
    i = begin;
  }
  std::ranges::reverse(sized);
  return sized;
}

}  // namespace atome::emulation
