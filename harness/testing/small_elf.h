// A small Arm executable of named sections and symbols, for tests of what reads them.
#ifndef ATOME_HARNESS_TESTING_SMALL_ELF_H_
#define ATOME_HARNESS_TESTING_SMALL_ELF_H_

#include <elf.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/elf/arm_header.h"
#include "emulation/elf/elf_image.h"

namespace atome::harness::testing {

struct SmallSection {
  std::string name;
  uint32_t address = 0;
  std::string bytes{};         // that the file holds
  uint32_t zeros = 0;          // bytes that it does not hold, where `bytes` is empty
  uint32_t flags = SHF_ALLOC;  // with SHF_EXECINSTR: code; with SHF_WRITE: variables; 0: in no segment
};

struct SmallSymbol {
  std::string name;
  uint32_t address = 0, bytes = 0;
};

// Each section is a segment, too; symbols are global and of the section that they lie in, else absolute.
inline std::string SmallElf(const std::vector<SmallSection>& sections,
                            const std::vector<SmallSymbol>& symbols) {
  const auto append = [](std::string* to, const void* from, size_t count) {
    to->append(static_cast<const char*>(from), count);
  };
  std::string names(1, '\0'), body, heads, segments, table(sizeof(Elf32_Sym), '\0');
  const auto name_of = [&names](const std::string& name) {
    const auto at = static_cast<uint32_t>(names.size());
    names.append(name).push_back('\0');
    return at;
  };
  const size_t count = sections.size() + 3;  // with the empty one, the symbols and the names
  const auto loaded = static_cast<size_t>(
      std::ranges::count_if(sections, [](const SmallSection& each) { return each.flags != 0; }));
  const auto begin = static_cast<uint32_t>(sizeof(Elf32_Ehdr) + loaded * sizeof(Elf32_Phdr));
  const auto add = [&](Elf32_Shdr head, const std::string& bytes) {
    head.sh_offset = begin + static_cast<uint32_t>(body.size());
    append(&heads, &head, sizeof head);
    body += bytes;
    body.resize((body.size() + 3) / 4 * 4);
  };
  add({}, "");
  for (const SmallSection& each : sections) {
    const bool held = !each.bytes.empty();
    const Elf32_Word type = held ? SHT_PROGBITS : SHT_NOBITS;
    const auto bytes = held ? static_cast<uint32_t>(each.bytes.size()) : each.zeros;
    const uint32_t access =
        PF_R | ((each.flags & SHF_WRITE) != 0 ? PF_W : 0u) | ((each.flags & SHF_EXECINSTR) != 0 ? PF_X : 0u);
    const Elf32_Phdr segment{PT_LOAD,          begin + static_cast<uint32_t>(body.size()),
                             each.address,     each.address,
                             held ? bytes : 0, bytes,
                             access,           4};
    if (each.flags != 0) append(&segments, &segment, sizeof segment);
    add({name_of(each.name), type, each.flags, each.address, 0, bytes, 0, 0, 4, 0}, each.bytes);
  }
  for (const SmallSymbol& each : symbols) {
    Elf32_Sym symbol{
        name_of(each.name), each.address, each.bytes, ELF32_ST_INFO(STB_GLOBAL, STT_OBJECT), 0, SHN_ABS};
    for (size_t i = 0; i < sections.size(); ++i) {
      const uint64_t bytes = sections[i].bytes.empty() ? sections[i].zeros : sections[i].bytes.size();
      if (sections[i].flags != 0 && each.address >= sections[i].address &&
          each.address < sections[i].address + bytes)
        symbol.st_shndx = static_cast<uint16_t>(i + 1);
    }
    append(&table, &symbol, sizeof symbol);
  }
  const auto last = static_cast<uint32_t>(count - 1);
  const uint32_t of_table = name_of(".symtab"), of_names = name_of(".strtab");
  add({of_table, SHT_SYMTAB, 0, 0, 0, static_cast<uint32_t>(table.size()), last, 1, 4, sizeof(Elf32_Sym)},
      table);
  add({of_names, SHT_STRTAB, 0, 0, 0, static_cast<uint32_t>(names.size()), 0, 0, 1, 0}, names);
  Elf32_Ehdr header = emulation::ArmHeader(sections.front().address | 1, loaded);
  header.e_shoff = begin + static_cast<uint32_t>(body.size());
  header.e_shentsize = sizeof(Elf32_Shdr);
  header.e_shnum = static_cast<uint16_t>(count);
  header.e_shstrndx = static_cast<uint16_t>(last);
  std::string elf;
  append(&elf, &header, sizeof header);
  return elf + segments + body + heads;
}

// From this address on the code is of that line; it lasts to the next one's.
struct SmallLine {
  uint32_t address = 0;
  std::string path;  // absolute
  uint8_t line = 1;
};

// The sections of DWARF 4 (version 2 of its line table) of one unit with these lines, by address, up to
// `end`.
inline std::vector<SmallSection> SmallDwarf(const std::vector<SmallLine>& lines, uint32_t end) {
  const auto word = [](uint32_t value) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> 8 * i);
    return bytes;
  };
  const auto half = [&word](uint32_t value) { return word(value).substr(0, 2); };
  const auto with_length = [&word](const std::string& bytes) {
    return word(static_cast<uint32_t>(bytes.size())) + bytes;
  };
  const auto text = [](std::string_view bytes) { return std::string(bytes); };
  using namespace std::string_view_literals;
  const uint32_t begin = lines.front().address;
  // A unit without children: its line table, first address, bytes of code and name.
  const std::string abbreviations = text("\x01\x11\0\x10\x17\x11\x01\x12\x06\x03\x08\0\0\0"sv);
  const std::string unit =
      with_length(half(4) + word(0) + "\x04\x01" + word(0) + word(begin) + word(end - begin) + text("a\0"sv));
  const std::string ranges = with_length(half(2) + word(0) + text("\x04\0\0\0\0\0"sv) + word(begin) +
                                         word(end - begin) + word(0) + word(0));
  std::string files, program;
  for (size_t i = 0; i < lines.size(); ++i) {
    files += lines[i].path + text("\0\0\0\0"sv);
    program += text("\0\x05\x02"sv) + word(lines[i].address) + "\x04" + static_cast<char>(i + 1);
    const int by = lines[i].line - (i == 0 ? 1 : lines[i - 1].line);
    program += std::string("\x03") + static_cast<char>(by & 0x7F) + "\x01";  // within -64 and 63
  }
  program += text("\0\x05\x02"sv) + word(end) + text("\0\x01\x01"sv);
  const std::string head =
      text("\x01\x01\xfb\x0e\x0a\0\x01\x01\x01\x01\0\0\0\x01\0"sv) + files + text("\0"sv);
  const std::string table = with_length(half(2) + word(static_cast<uint32_t>(head.size())) + head + program);
  return {{.name = ".debug_abbrev", .bytes = abbreviations, .flags = 0},
          {.name = ".debug_info", .bytes = unit, .flags = 0},
          {.name = ".debug_aranges", .bytes = ranges, .flags = 0},
          {.name = ".debug_line", .bytes = table, .flags = 0}};
}

// Throws where the image cannot be read.
inline std::unique_ptr<emulation::ElfImage> SmallImage(const std::vector<SmallSection>& sections,
                                                       const std::vector<SmallSymbol>& symbols) {
  std::string error;
  auto image = emulation::ElfImage::Read(SmallElf(sections, symbols), "small.elf", error);
  if (image == nullptr) throw std::runtime_error(error);
  return image;
}

}  // namespace atome::harness::testing

#endif  // ATOME_HARNESS_TESTING_SMALL_ELF_H_
