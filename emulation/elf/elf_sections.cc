// ElfImage: sections and symbols with their sizes.
#include <elf.h>
#include <gelf.h>
#include <libelf.h>

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
    sections.push_back({.name = name == nullptr ? "" : name,
                        .address = static_cast<uint32_t>(header.sh_addr),
                        .bytes = static_cast<uint32_t>(header.sh_size),
                        .in_file = header.sh_type != SHT_NOBITS,
                        .executable = (header.sh_flags & SHF_EXECINSTR) != 0,
                        .writable = (header.sh_flags & SHF_WRITE) != 0});
  }
  return sections;
}

std::vector<ElfImage::SizedSymbol> ElfImage::SizedSymbols() const {
  std::vector<SizedSymbol> sized;
  for (const Symbol& symbol : symbols_) {
    bool alias = false;  // symbols_ is sorted by address
    for (size_t j = sized.size(); j > 0 && sized[j - 1].address == symbol.address && !alias; --j) {
      alias = sized[j - 1].bytes == symbol.bytes;
    }
    if (symbol.bytes == 0 || alias) continue;
    sized.push_back({Demangled(symbol.name), symbol.address, symbol.bytes, symbol.function});
  }
  return sized;
}

}  // namespace atome::emulation
