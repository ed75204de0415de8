#include "emulation/elf/elf_image.h"

#include <elf.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <cstring>

#include "emulation/elf/elf_handle.h"

namespace atome::emulation {
namespace {

constexpr size_t kLongestSymbol = 4096;  // what is longer is cut

}  // namespace

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
  return {};
}

void ElfImage::ReadSymbols() {
  Elf* elf = handle_->elf();
  for (Elf_Scn* section = elf_nextscn(elf, nullptr); section != nullptr;
       section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_SYMTAB) continue;
    Elf_Data* data = elf_getdata(section, nullptr);
    if (data == nullptr || header.sh_entsize != sizeof(Elf32_Sym)) continue;
    const size_t count = data->d_size / sizeof(Elf32_Sym);
    for (size_t i = 0; i < count; ++i) {
      GElf_Sym symbol;
      if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr || symbol.st_shndx == SHN_UNDEF)
        continue;
      const int type = GELF_ST_TYPE(symbol.st_info);
      if (type != STT_FUNC && type != STT_OBJECT && type != STT_NOTYPE) continue;
      const char* text = elf_strptr(elf, header.sh_link, symbol.st_name);
      // "$t", "$d": Arm's mapping symbols mark code and data, they name nothing.
      if (text == nullptr || *text == 0 || *text == '$') continue;
      const bool function = type == STT_FUNC;
      symbols_.push_back({.name = std::string_view(text, strnlen(text, kLongestSymbol)),
                          .address = static_cast<uint32_t>(symbol.st_value) & (function ? ~1u : ~0u),
                          .bytes = static_cast<uint32_t>(symbol.st_size),
                          .function = function});
    }
  }
  std::stable_sort(symbols_.begin(), symbols_.end(),
                   [](const Symbol& a, const Symbol& b) { return a.address < b.address; });
}

std::optional<uint32_t> ElfImage::FindSymbol(std::string_view name) const {
  for (const Symbol& symbol : symbols_) {
    if (symbol.name == name) return symbol.address;
  }
  return std::nullopt;
}

std::optional<uint16_t> ElfImage::HalfwordAt(uint32_t address) const {
  for (const Segment& segment : segments_) {
    if (address < segment.load_address) continue;
    const uint64_t offset = address - segment.load_address;
    if (offset + 2 > segment.bytes.size()) continue;
    return static_cast<uint16_t>(segment.bytes[offset] | segment.bytes[offset + 1] << 8);
  }
  return std::nullopt;
}

std::optional<uint32_t> ElfImage::WordAt(uint32_t address) const {
  const std::optional<uint16_t> low = HalfwordAt(address), high = HalfwordAt(address + 2);
  if (!low || !high) return std::nullopt;
  return *low | static_cast<uint32_t>(*high) << 16;
}

}  // namespace atome::emulation
