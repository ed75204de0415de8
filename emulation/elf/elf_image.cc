#include "emulation/elf/elf_image.h"

#include <elf.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <cstring>

#include "emulation/elf/elf_handle.h"

namespace atome::emulation {

ElfImage::ElfImage() = default;
ElfImage::~ElfImage() = default;

std::unique_ptr<ElfImage> ElfImage::Read(std::string_view bytes, std::string_view name, std::string& error) {
  std::unique_ptr<ElfImage> image(new ElfImage);
  image->bytes_ = bytes;
  image->handle_ = std::make_unique<Handle>(image->bytes_);
  error = image->ReadHeader(name);
  if (error.empty()) error = image->ReadSegments(name);
  if (!error.empty()) return nullptr;
  image->ReadSymbols();
  return image;
}

std::string ElfImage::ReadHeader(std::string_view name) {
  const std::string file(name);
  if (bytes_.size() < SELFMAG || std::memcmp(bytes_.data(), ELFMAG, SELFMAG) != 0)
    return file + ": not an ELF file";
  if (bytes_.size() < sizeof(Elf32_Ehdr)) {
    return file + ": truncated: " + std::to_string(bytes_.size()) + " bytes, an ELF header needs " +
           std::to_string(sizeof(Elf32_Ehdr));
  }
  if (bytes_[EI_CLASS] != ELFCLASS32) return file + ": not a 32-bit ELF file";
  if (bytes_[EI_DATA] != ELFDATA2LSB) return file + ": not a little-endian ELF file";
  GElf_Ehdr header;
  if (handle_->elf() == nullptr || gelf_getehdr(handle_->elf(), &header) == nullptr) {
    return file + ": unreadable ELF header: " + elf_errmsg(-1);
  }
  if (header.e_machine != EM_ARM) {
    return file + ": made for ELF machine " + std::to_string(header.e_machine) + ", not for Arm (40)";
  }
  if (header.e_type != ET_EXEC) {
    return file + ": ELF type " + std::to_string(header.e_type) + ", not a linked executable (2)";
  }
  entry_ = static_cast<uint32_t>(header.e_entry) & ~1u;
  return {};
}

std::string ElfImage::ReadSegments(std::string_view name) {
  const std::string file(name);
  size_t count = 0;
  if (elf_getphdrnum(handle_->elf(), &count) != 0) {
    return file + ": unreadable program headers: " + elf_errmsg(-1);
  }
  for (size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (gelf_getphdr(handle_->elf(), static_cast<int>(i), &header) == nullptr) {
      return file + ": truncated in program header " + std::to_string(i);
    }
    if (header.p_type != PT_LOAD || header.p_memsz == 0) continue;
    const std::string where = file + ": segment " + std::to_string(i);
    if (header.p_offset + header.p_filesz > bytes_.size()) {
      return where + " is truncated: it ends at offset " + std::to_string(header.p_offset + header.p_filesz) +
             ", the file at " + std::to_string(bytes_.size());
    }
    if (header.p_filesz > header.p_memsz) return where + " has more bytes in the file than in memory";
    if (header.p_paddr + header.p_memsz > UINT32_MAX || header.p_vaddr + header.p_memsz > UINT32_MAX) {
      return where + " ends past the 32-bit address space";
    }
    const auto* data = reinterpret_cast<const uint8_t*>(bytes_.data());
    segments_.push_back({.load_address = static_cast<uint32_t>(header.p_paddr),
                         .run_address = static_cast<uint32_t>(header.p_vaddr),
                         .bytes = {data + header.p_offset, static_cast<size_t>(header.p_filesz)},
                         .memory_bytes = static_cast<uint32_t>(header.p_memsz),
                         .executable = (header.p_flags & PF_X) != 0,
                         .writable = (header.p_flags & PF_W) != 0});
  }
  if (segments_.empty()) return file + ": no loadable segment";
  for (size_t i = 0; i < segments_.size(); ++i) {
    const Segment& segment = segments_[i];
    if (segment.bytes.size() < 2) continue;
    halfwords_.Add(segment.load_address, segment.load_address + segment.bytes.size() - 1, i);
  }
  return {};
}

std::optional<uint32_t> ElfImage::FindSymbol(std::string_view name) const {
  for (const Symbol& symbol : symbols_) {
    if (symbol.name == name) return symbol.address;
  }
  return std::nullopt;
}

std::optional<uint16_t> ElfImage::HalfwordAt(uint32_t address) const {
  const std::optional<size_t> found = halfwords_.At(address);
  if (!found) return std::nullopt;
  const Segment& segment = segments_[*found];
  const size_t offset = address - segment.load_address;
  return static_cast<uint16_t>(segment.bytes[offset] | segment.bytes[offset + 1] << 8);
}

std::optional<uint32_t> ElfImage::WordAt(uint32_t address) const {
  const std::optional<uint16_t> low = HalfwordAt(address), high = HalfwordAt(address + 2);
  if (!low || !high) return std::nullopt;
  return *low | static_cast<uint32_t>(*high) << 16;
}

}  // namespace atome::emulation
