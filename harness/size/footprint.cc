#include "harness/size/footprint.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

#include "harness/base/text.h"
#include "harness/size/symbol_bytes.h"

namespace atome::harness {
namespace {

using emulation::ElfImage;

constexpr std::string_view kModelSection = ".model_image";
constexpr std::string_view kPadding = "[padding]", kUnnamed = "[unnamed]";
constexpr std::string_view kEngineFolder = "engine/", kFirmwareFolder = "engine/firmware/";
constexpr uint32_t kNoSection = UINT32_MAX;

std::optional<Part> PartOf(std::string_view section) {
  struct Known {
    std::string_view section;
    Part part;
  };
  static constexpr std::array kKnown = {Known{".vectors", Part::kStartup},
                                        Known{".text.engine", Part::kEngine},
                                        Known{".text.library", Part::kLibrary},
                                        Known{".text.firmware", Part::kStartup},
                                        Known{".rodata.engine", Part::kEngine},
                                        Known{".rodata.library", Part::kLibrary},
                                        Known{".rodata.firmware", Part::kStartup},
                                        Known{".ARM.exidx", Part::kLibrary},
                                        Known{".stack", Part::kStartup},
                                        Known{".data", Part::kStartup},
                                        Known{".bss", Part::kStartup},
                                        Known{kModelSection, Part::kModel}};
  const auto found = std::ranges::find(kKnown, section, &Known::section);
  if (found == kKnown.end()) return std::nullopt;
  return found->part;
}

SectionKind KindOf(const ElfImage::Section& section) {
  if (section.executable) return SectionKind::kText;
  if (section.in_file) return section.writable ? SectionKind::kData : SectionKind::kRodata;
  return section.name == ".stack" ? SectionKind::kStack : SectionKind::kBss;
}

// Whether the image's bytes between two addresses where it runs are those that gaps are filled with: zeros,
// ones, or instructions that do nothing.
bool IsFiller(const ElfImage& image, uint64_t begin, uint64_t end) {
  for (const ElfImage::Segment& segment : image.segments()) {
    if (begin < segment.run_address || end > uint64_t{segment.run_address} + segment.memory_bytes) continue;
    const size_t from = static_cast<size_t>(begin - segment.run_address);
    const size_t to = std::min(static_cast<size_t>(end - segment.run_address), segment.bytes.size());
    for (size_t at = from; at < to; ++at) {
      const uint8_t byte = segment.bytes[at];
      const bool odd = (segment.run_address + at) % 2 != 0;
      const bool nop = byte == (odd ? 0xBF : 0x00) || byte == (odd ? 0x46 : 0xC0);
      if (byte != 0x00 && byte != 0xFF && !nop) return false;
    }
    return true;
  }
  return true;  // in no segment: nothing was put there
}

// Each symbol with the section that it says it is of, else with the one that it lies in: absolute ones.
std::vector<std::vector<ElfImage::SizedSymbol>> BySection(const std::vector<ElfImage::Section>& sections,
                                                          const std::vector<ElfImage::SizedSymbol>& symbols) {
  std::map<uint32_t, size_t> by_number, by_address;
  for (size_t i = 0; i < sections.size(); ++i) {
    if (sections[i].number != 0) by_number.emplace(sections[i].number, i);
    by_address.emplace(sections[i].address, i);
  }
  std::vector<std::vector<ElfImage::SizedSymbol>> found(sections.size());
  for (const ElfImage::SizedSymbol& symbol : symbols) {
    if (const auto home = by_number.find(symbol.section); home != by_number.end()) {
      found[home->second].push_back(symbol);
    } else if (const auto above = by_address.upper_bound(symbol.address); above != by_address.begin()) {
      found[std::prev(above)->second].push_back(symbol);
    }
  }
  return found;
}

// Every byte of the footprint's sections, which are `sections`, under its symbol, as padding or as unnamed,
// but of the model and of the room for the stack. `left_out` is nobody's.
void AddSymbols(const std::vector<ElfImage::Section>& sections,
                const std::vector<ElfImage::SizedSymbol>& symbols, const IsFillerBetween& is_filler,
                const std::optional<Range>& left_out, Footprint* footprint) {
  const std::vector<std::vector<ElfImage::SizedSymbol>> by_section = BySection(sections, symbols);
  for (size_t i = 0; i < sections.size(); ++i) {
    const SectionSize& size = footprint->sections[i];
    if (size.part == Part::kModel || size.kind == SectionKind::kStack) continue;
    const std::vector<ElfImage::SizedSymbol>& its = by_section[i];
    const uint64_t begin = sections[i].address, end = begin + sections[i].bytes;
    std::vector<Range> pieces = {{begin, end}};
    if (left_out && left_out->begin >= begin && left_out->end <= end)
      pieces = {{begin, left_out->begin}, {left_out->end, end}};
    std::vector<uint64_t> of_symbols(its.size());
    uint64_t padding = 0, unnamed = 0;
    for (const Range& piece : pieces) {
      const SymbolBytes bytes = BytesBySymbol(piece, its, is_filler);
      for (size_t k = 0; k < its.size(); ++k) of_symbols[k] += bytes.of_symbols[k];
      padding += bytes.padding;
      unnamed += bytes.unnamed;
    }
    const auto add = [&](std::string name, uint64_t count, std::optional<uint32_t> address) {
      if (count != 0)
        footprint->symbols.push_back(
            {std::move(name), size.name, size.part, size.kind, static_cast<uint32_t>(count), address});
    };
    for (size_t k = 0; k < its.size(); ++k) add(its[k].name, of_symbols[k], its[k].address);
    add(StrCat(kPadding, " ", size.name), padding, std::nullopt);
    add(StrCat(kUnnamed, " ", size.name), unnamed, std::nullopt);
  }
  std::ranges::stable_sort(footprint->symbols, [](const SymbolSize& a, const SymbolSize& b) {
    return std::tie(b.bytes, a.name) < std::tie(a.bytes, b.name);
  });
}

// Gives the engine the functions of its source files: all code of the objects that were merged lies in
// sections of the start-up, as firmware.ld has those of every object that it does not know by name.
void TellBySource(const ElfImage& image, Footprint* footprint) {
  std::map<std::string, uint32_t> engine_bytes;  // by section
  for (SymbolSize& symbol : footprint->symbols) {
    if (symbol.kind != SectionKind::kText || symbol.part != Part::kStartup || !symbol.address) continue;
    const std::string path = image.LineAt(*symbol.address).path;
    if (path.find(kEngineFolder) == std::string::npos || path.find(kFirmwareFolder) != std::string::npos)
      continue;
    symbol.part = Part::kEngine;
    engine_bytes[symbol.section] += symbol.bytes;
  }
  footprint->by_source = !engine_bytes.empty();
  if (!footprint->by_source) {
    footprint->why_no_parts =
        "no section has the engine's code, as after link-time optimisation, and there is no DWARF that tells";
    return;
  }
  std::vector<SectionSize> sections;
  for (SectionSize& section : footprint->sections) {
    const auto found = engine_bytes.find(section.name);
    if (found != engine_bytes.end() && section.kind == SectionKind::kText) {
      const uint32_t bytes = std::min(found->second, section.bytes);  // several may have the name
      sections.push_back({section.name, Part::kEngine, section.kind, bytes});
      section.bytes -= bytes;
      found->second -= bytes;
    }
    sections.push_back(section);
  }
  footprint->sections = std::move(sections);
}

// Where the image holds these bytes; nothing when it does not.
std::optional<uint32_t> Find(const ElfImage& image, std::string_view bytes) {
  for (const ElfImage::Segment& segment : image.segments()) {
    const std::string_view held(reinterpret_cast<const char*>(segment.bytes.data()), segment.bytes.size());
    const size_t at = held.find(bytes);
    if (at != std::string_view::npos) return segment.run_address + static_cast<uint32_t>(at);
  }
  return std::nullopt;
}

}  // namespace

std::string_view PartName(Part part) {
  static constexpr std::string_view kNames[] = {"engine", "library", "startup", "model", "unknown"};
  return kNames[static_cast<size_t>(part)];
}

std::string_view KindName(SectionKind kind) {
  static constexpr std::string_view kNames[] = {"text", "rodata", "data", "bss", "stack"};
  return kNames[static_cast<size_t>(kind)];
}

uint64_t Footprint::Bytes(SectionKind kind, Part part) const {
  uint64_t bytes = 0;
  for (const SectionSize& section : sections) {
    if (section.kind == kind && section.part == part) bytes += section.bytes;
  }
  return bytes;
}

uint64_t Footprint::Bytes(SectionKind kind) const {
  return Bytes(kind, Part::kEngine) + Bytes(kind, Part::kLibrary) + Bytes(kind, Part::kStartup) +
         Bytes(kind, Part::kUnknown);
}

Result<Footprint> FootprintOf(const std::vector<ElfImage::Section>& sections,
                              const std::vector<ElfImage::SizedSymbol>& symbols,
                              const IsFillerBetween& is_filler) {
  Footprint footprint;
  for (const ElfImage::Section& section : sections) {
    const std::optional<Part> part = PartOf(section.name);
    if (!part) {
      return Bad(StrCat("its section ", section.name, " of ", section.bytes,
                        " bytes is none of engine/firmware/firmware.ld; build it with ci/build"));
    }
    footprint.sections.push_back({section.name, *part, KindOf(section), section.bytes});
  }
  AddSymbols(sections, symbols, is_filler, std::nullopt, &footprint);
  std::stable_partition(footprint.sections.begin(), footprint.sections.end(),
                        [](const SectionSize& section) { return section.part != Part::kModel; });
  return footprint;
}

Result<Footprint> FootprintOf(const ElfImage& image) {
  std::vector<ElfImage::Section> sections = image.Sections();
  // A model that was added to a generic firmware is a segment without a section.
  const std::optional<uint32_t> model = image.FindSymbol("atome_model_image");
  if (std::ranges::find(sections, kModelSection, &ElfImage::Section::name) == sections.end()) {
    for (const ElfImage::Segment& segment : image.segments()) {
      if (segment.load_address != model || segment.bytes.empty()) continue;
      sections.push_back({.name = std::string(kModelSection),
                          .address = segment.load_address,
                          .bytes = static_cast<uint32_t>(segment.bytes.size()),
                          .in_file = true,
                          .executable = false,
                          .writable = false,
                          .number = kNoSection});
    }
  }
  Result<Footprint> found =
      FootprintOf(sections, image.SizedSymbols(),
                  [&image](uint64_t begin, uint64_t end) { return IsFiller(image, begin, end); });
  if (!found.ok() || found->Bytes(SectionKind::kText, Part::kEngine) != 0) return found;
  Footprint footprint = *std::move(found);
  TellBySource(image, &footprint);
  return footprint;
}

Footprint FootprintOfGiven(const ElfImage& image, std::string_view model_file) {
  Footprint footprint{.sections = {}, .symbols = {}, .is_given = true};
  const std::vector<ElfImage::Section> sections = image.Sections();
  const auto model_bytes = static_cast<uint32_t>(model_file.size());
  const std::optional<uint32_t> model = Find(image, model_file);
  std::optional<SectionSize> model_section;
  std::optional<Range> model_range;
  for (const ElfImage::Section& section : sections) {
    SectionSize size{section.name, Part::kUnknown, KindOf(section), section.bytes};
    if (model && *model >= section.address && *model - section.address < section.bytes &&
        section.bytes >= model_bytes) {
      size.bytes -= model_bytes;
      model_range = {*model, uint64_t{*model} + model_bytes};
      model_section =
          SectionSize{StrCat("the model in ", section.name), Part::kModel, SectionKind::kRodata, model_bytes};
    }
    footprint.sections.push_back(std::move(size));
  }
  std::vector<ElfImage::SizedSymbol> symbols = image.SizedSymbols();
  AddSymbols(
      sections, symbols, [&image](uint64_t begin, uint64_t end) { return IsFiller(image, begin, end); },
      model_range, &footprint);
  std::map<std::string, std::string> files;  // by symbol
  for (const ElfImage::SizedSymbol& symbol : symbols) {
    const ElfImage::Place place = image.Locate(symbol.address);
    if (!place.file.empty()) files.emplace(symbol.name, place.file);
  }
  for (SymbolSize& symbol : footprint.symbols) {
    if (const auto file = files.find(symbol.name); file != files.end())
      StrAppend(&symbol.section, " ", file->second);
  }
  if (model_section) footprint.sections.push_back(*std::move(model_section));
  return footprint;
}

}  // namespace atome::harness
