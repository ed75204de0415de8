// ElfImage: its symbols, and how far those reach whose size the ELF does not tell, as in assembly by hand.
#include <elf.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <queue>
#include <set>
#include <tuple>

#include "emulation/elf/elf_handle.h"
#include "emulation/elf/elf_image.h"
#include "emulation/thumb/decode.h"

namespace atome::emulation {
namespace {

constexpr size_t kLongestSymbol = 4096;  // what is longer is cut

// A section with code, by its number in the file.
struct CodeSection {
  size_t number = 0;
  uint32_t begin = 0;
  uint64_t end = 0;
  std::span<const uint8_t> bytes;
};

std::vector<CodeSection> CodeSections(Elf* elf) {
  std::vector<CodeSection> sections;
  for (Elf_Scn* section = elf_nextscn(elf, nullptr); section != nullptr;
       section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || (header.sh_flags & SHF_EXECINSTR) == 0 ||
        header.sh_type == SHT_NOBITS)
      continue;
    const Elf_Data* data = elf_rawdata(section, nullptr);
    if (data == nullptr || data->d_buf == nullptr || header.sh_addr + data->d_size > UINT32_MAX) continue;
    const auto begin = static_cast<uint32_t>(header.sh_addr);
    sections.push_back({.number = elf_ndxscn(section),
                        .begin = begin,
                        .end = uint64_t{begin} + data->d_size,
                        .bytes = {static_cast<const uint8_t*>(data->d_buf), data->d_size}});
  }
  return sections;
}

// A string table. Unlike elf_strptr it does not look for the end of the table's last string at each name.
class Names {
 public:
  Names(Elf* elf, size_t section) {
    Elf_Scn* const found = elf_getscn(elf, section);
    const Elf_Data* const data = found == nullptr ? nullptr : elf_rawdata(found, nullptr);
    GElf_Shdr header;
    if (data == nullptr || data->d_buf == nullptr || gelf_getshdr(found, &header) == nullptr ||
        header.sh_type != SHT_STRTAB)
      return;
    table_ = {static_cast<const char*>(data->d_buf), data->d_size};
  }
  // Empty where there is none, or none that ends in the table.
  std::string_view At(size_t offset) const {
    if (offset >= table_.size()) return {};
    const std::string_view rest = table_.substr(offset);
    const size_t length = strnlen(rest.data(), std::min(rest.size(), kLongestSymbol));
    return length == rest.size() ? std::string_view() : rest.substr(0, length);
  }

 private:
  std::string_view table_;
};

// Arm's mapping symbols (ELF for the Arm Architecture, 5.5.5): where code ("$t", "$t.17") and data begin.
class CodeMap {
 public:
  void Add(size_t section, uint32_t address, char kind) { marks_.insert({section, address, kind}); }
  // A section without such symbols counts as code.
  bool IsThumb(size_t section, uint32_t address) const {
    auto mark = marks_.upper_bound({section, address, '\x7F'});
    if (mark == marks_.begin() || std::get<0>(*std::prev(mark)) != section)
      return mark == marks_.end() || std::get<0>(*mark) != section;
    return std::get<2>(*std::prev(mark)) == 't';
  }

 private:
  std::set<std::tuple<size_t, uint32_t, char>> marks_;
};

// What the BL instructions of the sections call.
std::set<uint32_t> CalledAddresses(std::span<const CodeSection> sections) {
  std::set<uint32_t> called;
  for (const CodeSection& section : sections) {
    for (size_t at = 0; at + 4 <= section.bytes.size(); at += 2) {
      const auto half = [&](size_t k) {
        return static_cast<uint16_t>(section.bytes[k] | section.bytes[k + 1] << 8);
      };
      if ((half(at) & 0xF800) != 0xF000 || (half(at + 2) & 0xD000) != 0xD000) continue;
      const uint16_t halfwords[] = {half(at), half(at + 2)};
      const auto address = static_cast<uint32_t>(section.begin + at);
      const thumb::Instruction call = thumb::Decode(address, halfwords);
      if (call.branch == thumb::Branch::kCall)
        called.insert(address + static_cast<uint32_t>(call.branch_offset));
    }
  }
  return called;
}

}  // namespace

void ElfImage::ReadSymbols() {
  Elf* elf = handle_->elf();
  const std::vector<CodeSection> sections = CodeSections(elf);
  CodeMap code;
  std::vector<size_t> local_labels;  // of symbols_
  for (Elf_Scn* section = elf_nextscn(elf, nullptr); section != nullptr;
       section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_SYMTAB) continue;
    Elf_Data* data = elf_getdata(section, nullptr);
    if (data == nullptr || header.sh_entsize != sizeof(Elf32_Sym)) continue;
    const Names names(elf, header.sh_link);
    const size_t count = data->d_size / sizeof(Elf32_Sym);
    for (size_t i = 0; i < count; ++i) {
      GElf_Sym symbol;
      if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr || symbol.st_shndx == SHN_UNDEF)
        continue;
      const int type = GELF_ST_TYPE(symbol.st_info);
      if (type != STT_FUNC && type != STT_OBJECT && type != STT_NOTYPE) continue;
      const std::string_view text = names.At(symbol.st_name);
      if (text.empty()) continue;
      const auto value = static_cast<uint32_t>(symbol.st_value);
      if (text[0] == '$') {
        if (text.size() > 1) code.Add(symbol.st_shndx, value, text[1]);
        continue;
      }
      const bool function = type == STT_FUNC;
      if (type == STT_NOTYPE && GELF_ST_BIND(symbol.st_info) == STB_LOCAL)
        local_labels.push_back(symbols_.size());
      symbols_.push_back({.name = text,
                          .address = value & (function ? ~1u : ~0u),
                          .section = symbol.st_shndx,
                          .bytes = static_cast<uint32_t>(symbol.st_size),
                          .end = uint64_t{value & (function ? ~1u : ~0u)} + symbol.st_size,
                          .function = function,
                          .label = type == STT_NOTYPE && symbol.st_size == 0});
    }
  }
  // A label in code without type or size may begin a function or mark a place in one. It begins one when
  // other files know it, or when something calls it.
  const std::set<uint32_t> called = local_labels.empty() ? std::set<uint32_t>{} : CalledAddresses(sections);
  std::map<size_t, const CodeSection*> by_number;
  for (const CodeSection& section : sections) by_number[section.number] = &section;
  for (size_t i = 0, local = 0; i < symbols_.size(); ++i) {
    Symbol& symbol = symbols_[i];
    const bool is_local = local < local_labels.size() && local_labels[local] == i;
    if (is_local) ++local;
    if (!symbol.label || (is_local && !called.contains(symbol.address))) continue;
    const auto section = by_number.find(symbol.section);
    const bool in_code = section != by_number.end() && symbol.address >= section->second->begin &&
                         symbol.address < section->second->end;
    symbol.function = in_code && code.IsThumb(symbol.section, symbol.address);
  }
  std::ranges::stable_sort(symbols_, {}, &Symbol::address);
  SetReach();
}

// Of each symbol, which are by address, the nearest end of a segment that it lies in; UINT64_MAX: in none.
std::vector<uint64_t> ElfImage::SegmentEnds() const {
  std::vector<const Segment*> segments;
  for (const Segment& segment : segments_) segments.push_back(&segment);
  std::ranges::sort(segments, {}, &Segment::run_address);
  std::priority_queue<uint64_t, std::vector<uint64_t>, std::greater<>> ends;  // of segments that have begun
  std::vector<uint64_t> nearest;
  size_t next = 0;
  for (const Symbol& symbol : symbols_) {
    for (; next < segments.size() && segments[next]->run_address <= symbol.address; ++next)
      ends.push(uint64_t{segments[next]->run_address} + segments[next]->memory_bytes);
    while (!ends.empty() && ends.top() <= symbol.address) ends.pop();
    nearest.push_back(ends.empty() ? UINT64_MAX : ends.top());
  }
  return nearest;
}

// An unsized function reaches to the next function or object of its section, or to the section's end; without
// a section to the end of its segment.
void ElfImage::SetReach() {
  std::map<size_t, uint64_t> ends;  // of sections, then where the last symbol looked at begins
  for (Elf_Scn* section = elf_nextscn(handle_->elf(), nullptr); section != nullptr;
       section = elf_nextscn(handle_->elf(), section)) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) != nullptr && header.sh_addr + header.sh_size <= uint64_t{1} << 32)
      ends[elf_ndxscn(section)] = header.sh_addr + header.sh_size;
  }
  const std::vector<uint64_t> segment_ends = SegmentEnds();
  for (size_t i = symbols_.size(); i > 0;) {
    size_t begin = i;  // of the symbols at this address
    while (begin > 0 && symbols_[begin - 1].address == symbols_[i - 1].address) --begin;
    for (size_t k = begin; k < i; ++k) {
      Symbol& symbol = symbols_[k];
      if (symbol.bytes != 0 || !symbol.function) continue;
      const auto end = ends.find(symbol.section);
      symbol.end = end != ends.end() ? end->second : UINT64_MAX;
      symbol.end = std::min(symbol.end, segment_ends[k]);
      if (symbol.end == UINT64_MAX) symbol.end = symbol.address;  // nothing is there
    }
    for (size_t k = begin; k < i; ++k) {
      if (symbols_[k].function || !symbols_[k].label) ends[symbols_[k].section] = symbols_[k].address;
    }
    i = begin;
  }
  uint64_t furthest = 0, sized_end = 0;
  for (size_t i = 0, end = 0; i < symbols_.size(); i = end) {
    for (end = i; end < symbols_.size() && symbols_[end].address == symbols_[i].address; ++end) {
      if (symbols_[end].function && symbols_[end].bytes != 0)
        sized_end = std::max(sized_end, symbols_[end].end);
    }
    for (size_t k = i; k < end; ++k) {
      Symbol& symbol = symbols_[k];
      // What begins inside a function that has a size ends with it.
      if (symbol.bytes == 0 && symbol.address < sized_end) symbol.end = std::min(symbol.end, sized_end);
      symbol.furthest = furthest = std::max(furthest, symbol.end);
    }
  }
}

// Of several symbols the one that begins last; a size that the ELF tells comes before a label.
const ElfImage::Symbol* ElfImage::SymbolOf(uint32_t address) const {
  const auto rank = [](const Symbol& symbol) { return !symbol.function ? 0 : symbol.label ? 1 : 2; };
  const Symbol* sized = nullptr;
  const Symbol* unsized = nullptr;
  auto at = std::ranges::upper_bound(symbols_, address, {}, &Symbol::address);
  while (at != symbols_.begin() && (--at)->furthest > address) {
    if (sized != nullptr && at->address < sized->address) break;
    if (at->end <= address) continue;
    const Symbol*& best = at->bytes != 0 ? sized : unsized;
    if (best == nullptr || (at->address == best->address && rank(*at) > rank(*best))) best = &*at;
  }
  // A second entry of a function with a size has a type of its own; labels in one have none.
  const bool entry =
      unsized != nullptr && !unsized->label && sized != nullptr && unsized->address > sized->address;
  return sized != nullptr && !entry ? sized : unsized;
}

}  // namespace atome::emulation
