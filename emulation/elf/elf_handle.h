// An ELF image as libelf and libdw see it. For the files of ElfImage, which alone know elfutils.
#ifndef ATOME_EMULATION_ELF_ELF_HANDLE_H_
#define ATOME_EMULATION_ELF_ELF_HANDLE_H_

#include <elfutils/libdw.h>
#include <libelf.h>

#include <string>

#include "emulation/elf/elf_image.h"

namespace atome::emulation {

class ElfImage::Handle {
 public:
  // `bytes` are an ELF file and must outlive this.
  explicit Handle(std::string& bytes) {
    elf_version(EV_CURRENT);
    elf_ = elf_memory(bytes.data(), bytes.size());
  }
  ~Handle() {
    if (dwarf_ != nullptr) dwarf_end(dwarf_);
    if (elf_ != nullptr) elf_end(elf_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  // nullptr when the file is not readable as ELF.
  Elf* elf() const { return elf_; }

  // nullptr when the file has no (readable) debugging information.
  Dwarf* dwarf() {
    if (!dwarf_tried_) dwarf_ = dwarf_begin_elf(elf_, DWARF_C_READ, nullptr);
    dwarf_tried_ = true;
    return dwarf_;
  }

  // The frame table, .debug_frame; nullptr when there is none.
  Dwarf_CFI* frame_table() { return dwarf() == nullptr ? nullptr : dwarf_getcfi(dwarf()); }

 private:
  Elf* elf_ = nullptr;
  Dwarf* dwarf_ = nullptr;
  bool dwarf_tried_ = false;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_ELF_ELF_HANDLE_H_
