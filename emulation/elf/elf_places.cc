// ElfImage: addresses in words.
#include <cxxabi.h>
#include <dwarf.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "emulation/base/hex.h"
#include "emulation/base/printable.h"
#include "emulation/elf/elf_handle.h"
#include "emulation/elf/elf_image.h"

namespace atome::emulation {
namespace {

constexpr size_t kLongestPath = 4096;

std::string FileName(const char* path) {
  if (path == nullptr) return {};
  const std::string text(path, strnlen(path, kLongestPath));
  return Printable(text.substr(text.rfind('/') + 1));
}

// "file.cc:34"; empty without a file.
std::string FileLine(const std::string& file, int line) {
  return file.empty() ? std::string() : file + ":" + std::to_string(line);
}

std::string Bracketed(const std::string& text) { return text.empty() ? text : " (" + text + ")"; }

// A function's name without its template arguments.
std::string ShortName(const std::string& name) {
  return Printable(name.starts_with("operator") ? name : name.substr(0, name.find('<')));
}

constexpr size_t kLongestName = 512;
constexpr int kMostUnits = 1 << 12;  // looked at for the compiler
// Symbols' names are not trusted. The demangler recurses with a name's length, and what it writes may double
// with every reference to an earlier part of it ("S_", "S0_", "T_").
constexpr int kMostReferences = 24;

constexpr int kMaxDepth = 64;         // of scopes inside each other
constexpr int kMaxEntries = 1 << 20;  // looked at for one address

// The functions and blocks around a pc, innermost first, inlined functions where they are inlined. (libdw's
// own dwarf_getscopes leaks memory over damaged files.)
class Scopes {
 public:
  Scopes(Dwarf* dwarf, uint32_t pc) : pc_(pc) {
    if (dwarf == nullptr || dwarf_addrdie(dwarf, pc, &unit_) == nullptr) return;
    Descend(unit_, 0);
    std::reverse(dies_.begin(), dies_.end());
  }

  std::vector<Dwarf_Die>& dies() { return dies_; }

  // The name of the function that is not inlined; empty when unknown.
  std::string FunctionName() {
    for (Dwarf_Die& die : dies_) {
      const char* name = dwarf_tag(&die) == DW_TAG_subprogram ? dwarf_diename(&die) : nullptr;
      if (name != nullptr) return ShortName(name);
    }
    return {};
  }

  // "file.cc:34" from where an inlined function is called.
  std::string CallSite(Dwarf_Die& inlined) {
    Dwarf_Attribute attribute;
    Dwarf_Word file = 0, line = 0;
    Dwarf_Files* files = nullptr;
    size_t count = 0;
    if (dwarf_formudata(dwarf_attr(&inlined, DW_AT_call_file, &attribute), &file) != 0 ||
        dwarf_formudata(dwarf_attr(&inlined, DW_AT_call_line, &attribute), &line) != 0 ||
        dwarf_getsrcfiles(&unit_, &files, &count) != 0 || file >= count) {
      return {};
    }
    return FileLine(FileName(dwarf_filesrc(files, file, nullptr, nullptr)), static_cast<int>(line));
  }

 private:
  // Adds the scopes below `parent`, outermost first. Returns whether there is one.
  bool Descend(Dwarf_Die& parent, int depth) {
    Dwarf_Die child;
    if (depth == kMaxDepth || dwarf_child(&parent, &child) != 0) return false;
    do {
      if (++entries_ > kMaxEntries) return false;
      const int tag = dwarf_tag(&child);
      if (tag == DW_TAG_namespace && Descend(child, depth + 1)) return true;
      const bool scope =
          tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block;
      if (!scope || dwarf_haspc(&child, pc_) <= 0) continue;
      dies_.push_back(child);
      Descend(child, depth + 1);
      return true;
    } while (dwarf_siblingof(&child, &child) == 0);
    return false;
  }

  uint32_t pc_;
  Dwarf_Die unit_{};
  std::vector<Dwarf_Die> dies_;
  int entries_ = 0;
};

}  // namespace

std::string ElfImage::Demangled(std::string_view symbol) {
  const std::string name = Printable(symbol.substr(0, kLongestName));
  if (!name.starts_with("_Z")) return name;  // of C, where "x" is no long long
  int references = 0;
  for (size_t i = 0; i + 1 < name.size(); ++i) {
    const char next = name[i + 1];
    const bool number = next == '_' || (next >= '0' && next <= '9') || (next >= 'A' && next <= 'Z');
    references += (name[i] == 'S' || name[i] == 'T') && number ? 1 : 0;
  }
  if (references > kMostReferences) return name;
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> readable(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), std::free);
  return status == 0 ? readable.get() : name;
}

ElfImage::Function ElfImage::FunctionAt(uint32_t address) const {
  const Symbol* symbol = SymbolOf(address);
  if (symbol == nullptr) return {};
  return {Demangled(symbol->name), symbol->address};
}

ElfImage::Place ElfImage::Locate(uint32_t address) const {
  Place place;
  Dwarf* dwarf = handle_->dwarf();
  if (const Symbol* symbol = SymbolOf(address)) {
    place.symbol = Printable(symbol->name.substr(0, kLongestName));
    place.offset = address - symbol->address;
    place.function = symbol->function;
    // A mangled name: DWARF has the readable one.
    if (symbol->name.starts_with("_Z") && symbol->function) {
      const std::string name = Scopes(dwarf, address).FunctionName();
      if (!name.empty()) place.symbol = name;
    }
  }
  const SourceLine line = LineAt(address);
  place.file = FileName(line.path.c_str());
  place.line = line.line;
  return place;
}

ElfImage::SourceLine ElfImage::LineAt(uint32_t address) const {
  Dwarf* dwarf = handle_->dwarf();
  Dwarf_Die unit;
  if (dwarf == nullptr || dwarf_addrdie(dwarf, address, &unit) == nullptr) return {};
  Dwarf_Line* line = dwarf_getsrc_die(&unit, address);
  const char* path = line == nullptr ? nullptr : dwarf_linesrc(line, nullptr, nullptr);
  int number = 0;
  if (path == nullptr || dwarf_lineno(line, &number) != 0) return {};
  return {std::string(path, strnlen(path, kLongestPath)), number};
}

std::string ElfImage::Symbolise(uint32_t address) const {
  const Place place = Locate(address);
  const std::string name = place.symbol.empty() ? Hex(address) : place.symbol + "+" + Hex(place.offset, 1);
  return name + Bracketed(FileLine(place.file, place.line));
}

std::vector<CallFrame> ElfImage::FramesAt(uint32_t pc) const {
  const Place place = Locate(pc);
  std::string line = FileLine(place.file, place.line);
  std::vector<CallFrame> frames;
  Scopes scopes(handle_->dwarf(), pc);
  for (Dwarf_Die& die : scopes.dies()) {
    if (dwarf_tag(&die) != DW_TAG_inlined_subroutine) continue;
    const char* name = dwarf_diename(&die);
    if (name == nullptr) continue;
    frames.push_back({.pc = pc, .place = ShortName(name) + Bracketed(line), .inlined = true});
    line = scopes.CallSite(die);
  }
  const std::string name = place.symbol.empty() ? Hex(pc) : place.symbol + "+" + Hex(place.offset, 1);
  frames.push_back({.pc = pc, .place = name + Bracketed(line)});
  return frames;
}

// What follows the version are the options.
std::string ElfImage::Compiler() const {
  Dwarf* dwarf = handle_->dwarf();
  if (dwarf == nullptr) return {};
  Dwarf_Off offset = 0, next = 0;
  size_t header = 0;
  for (int units = 0; units < kMostUnits; ++units, offset = next) {
    if (dwarf_nextcu(dwarf, offset, &next, &header, nullptr, nullptr, nullptr) != 0) break;
    Dwarf_Die unit;
    Dwarf_Attribute attribute;
    if (dwarf_offdie(dwarf, offset + header, &unit) == nullptr) continue;
    const char* text = dwarf_formstring(dwarf_attr(&unit, DW_AT_producer, &attribute));
    if (text == nullptr) continue;
    const std::string_view said(text, strnlen(text, kLongestName));
    if (said.starts_with("GNU C") || said.find("clang version") != std::string_view::npos)
      return Printable(said.substr(0, said.find(" -")));
  }
  return {};
}

}  // namespace atome::emulation
