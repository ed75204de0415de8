// The header of an Arm executable that is made here.
#ifndef ATOME_EMULATION_ELF_ARM_HEADER_H_
#define ATOME_EMULATION_ELF_ARM_HEADER_H_

#include <elf.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace atome::emulation {

// Little-endian, of 32 bits, with so many segments, whose headers follow it at once; without sections.
inline Elf32_Ehdr ArmHeader(uint32_t entry, size_t segments) {
  Elf32_Ehdr header{};
  std::copy_n(ELFMAG, SELFMAG, header.e_ident);
  header.e_ident[EI_CLASS] = ELFCLASS32;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = EM_ARM;
  header.e_version = EV_CURRENT;
  header.e_entry = entry;
  header.e_phoff = header.e_ehsize = sizeof header;
  header.e_phentsize = sizeof(Elf32_Phdr);
  header.e_phnum = static_cast<Elf32_Half>(segments);
  return header;
}

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_ELF_ARM_HEADER_H_
