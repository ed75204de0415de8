#include "harness/size/footprint.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

using emulation::ElfImage;

constexpr std::string_view kModelSection = ".model_image";

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

// The symbols in the footprint's sections, which are `sections`.
void AddSymbols(const std::vector<ElfImage::Section>& sections,
                const std::vector<ElfImage::SizedSymbol>& symbols, Footprint* footprint) {
  for (const ElfImage::SizedSymbol& symbol : symbols) {
    const auto home = std::ranges::find_if(sections, [&symbol](const ElfImage::Section& section) {
      return symbol.address >= section.address && symbol.address - section.address < section.bytes;
    });
    if (home == sections.end()) continue;
    const SectionSize& section = footprint->sections[static_cast<size_t>(home - sections.begin())];
    footprint->symbols.push_back({symbol.name, section.name, section.part, section.kind, symbol.bytes});
  }
  std::ranges::stable_sort(footprint->symbols, [](const SymbolSize& a, const SymbolSize& b) {
    return std::tie(b.bytes, a.name) < std::tie(a.bytes, b.name);
  });
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
                              const std::vector<ElfImage::SizedSymbol>& symbols) {
  Footprint footprint;
  for (const ElfImage::Section& section : sections) {
    const std::optional<Part> part = PartOf(section.name);
    if (!part) {
      return Bad(StrCat("its section ", section.name, " of ", section.bytes,
                        " bytes is none of engine/firmware/firmware.ld; build it with ci/build"));
    }
    footprint.sections.push_back({section.name, *part, KindOf(section), section.bytes});
  }
  AddSymbols(sections, symbols, &footprint);
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
                          .writable = false});
    }
  }
  return FootprintOf(sections, image.SizedSymbols());
}

Footprint FootprintOfGiven(const ElfImage& image, std::string_view model_file) {
  Footprint footprint{.sections = {}, .symbols = {}, .is_given = true};
  const std::vector<ElfImage::Section> sections = image.Sections();
  const auto model_bytes = static_cast<uint32_t>(model_file.size());
  const std::optional<uint32_t> model = Find(image, model_file);
  std::optional<SectionSize> model_section;
  for (const ElfImage::Section& section : sections) {
    SectionSize size{section.name, Part::kUnknown, KindOf(section), section.bytes};
    if (model && *model >= section.address && *model - section.address < section.bytes &&
        section.bytes >= model_bytes) {
      size.bytes -= model_bytes;
      model_section =
          SectionSize{StrCat("the model in ", section.name), Part::kModel, SectionKind::kRodata, model_bytes};
    }
    footprint.sections.push_back(std::move(size));
  }
  std::vector<ElfImage::SizedSymbol> symbols = image.SizedSymbols();
  AddSymbols(sections, symbols, &footprint);
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
