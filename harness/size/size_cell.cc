#include "harness/size/size_cell.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>

namespace atome::harness {
namespace {

using report::PartKind;
using report::Quantity;

// Of all of one name: static functions and constants of several files share names.
struct Named {
  uint64_t bytes = 0;
  std::string section;  // that the largest of them is in
  bool is_large = false;
};

void AddFlash(const Sizes& sizes, report::Cell* cell) {
  const std::optional<Footprint>& footprint = sizes.footprint;
  const auto add = [&](Quantity quantity, const auto& of) {
    if (cell->unavailable.contains(quantity)) return;
    cell->AddOr(quantity, footprint ? std::optional<uint64_t>(of(*footprint)) : std::nullopt, cell->message);
  };
  const auto add_text = [&](Quantity quantity, Part part) {
    add(quantity, [part](const Footprint& all) { return all.Bytes(SectionKind::kText, part); });
  };
  const auto add_kind = [&](Quantity quantity, SectionKind kind) {
    add(quantity, [kind](const Footprint& all) { return all.Bytes(kind); });
  };
  const auto no_parts = [cell](const std::string& why) {
    for (const Quantity who :
         {Quantity::kEngineTextBytes, Quantity::kLibraryTextBytes, Quantity::kStartupTextBytes})
      cell->unavailable[who] = why;
  };
  if (footprint && footprint->is_given) {
    no_parts("the firmware's sections do not say who needs them");
    if (footprint->ModelBytes() == 0) {
      for (const Quantity what : {Quantity::kFirmwareBytes, Quantity::kModelBytes})
        cell->unavailable[what] = "the firmware does not hold the model file as it is";
    }
    cell->unavailable[Quantity::kStackReservedBytes] = "the firmware's sections do not say";
  }
  if (footprint && !footprint->why_no_parts.empty()) no_parts(footprint->why_no_parts);
  add_text(Quantity::kEngineTextBytes, Part::kEngine);
  add_text(Quantity::kLibraryTextBytes, Part::kLibrary);
  add_text(Quantity::kStartupTextBytes, Part::kStartup);
  add_kind(Quantity::kCodeBytes, SectionKind::kText);
  add_kind(Quantity::kRodataBytes, SectionKind::kRodata);
  add(Quantity::kFirmwareBytes, [](const Footprint& all) { return all.FirmwareBytes(); });
  add(Quantity::kModelBytes, [](const Footprint& all) { return all.ModelBytes(); });
  add(Quantity::kFlashBytes, [](const Footprint& all) { return all.FirmwareBytes() + all.ModelBytes(); });
  cell->AddOr(Quantity::kFlashBytesNeeded, sizes.flash_bytes_needed, cell->message);
  add_kind(Quantity::kDataBytes, SectionKind::kData);
  add_kind(Quantity::kBssBytes, SectionKind::kBss);
  add_kind(Quantity::kStackReservedBytes, SectionKind::kStack);
}

void AddRam(const Sizes& sizes, report::Cell* cell) {
  std::optional<uint64_t> state, stack, logits, all;
  if (sizes.ram) {
    state = sizes.ram->state_bytes;
    stack = sizes.ram->stack_bytes;
    logits = sizes.ram->logits_bytes;
  }
  if (sizes.footprint && stack) {
    const bool apart = !sizes.footprint->is_given;  // else state and logits are among the variables
    all = (apart ? *state + *logits : 0) + *stack + sizes.footprint->Bytes(SectionKind::kData) +
          sizes.footprint->Bytes(SectionKind::kBss);
  }
  const bool given = sizes.ram && sizes.footprint && sizes.footprint->is_given;
  cell->AddOr(Quantity::kStateBytes, state, given ? "its banner does not say" : cell->message);
  cell->AddOr(Quantity::kStackBytes, stack, cell->message);
  cell->AddOr(Quantity::kLogitsBytes, logits,
              given ? "they are among the firmware's variables" : cell->message);
  cell->AddOr(Quantity::kRamBytes, all, cell->message);
  cell->AddOr(Quantity::kRamBytesNeeded, given ? all : sizes.ram_bytes_needed, cell->message);
}

void AddSections(const std::vector<SectionSize>& sections, report::Cell* cell) {
  std::map<std::string, uint64_t> bytes;
  for (const SectionSize& section : sections) bytes[section.name] += section.bytes;
  for (const auto& [name, sum] : bytes) cell->Add(Quantity::kSectionBytes, sum, {PartKind::kSection, name});
}

// `symbols`: the largest first.
void AddSymbols(const std::vector<SymbolSize>& symbols, size_t count, report::Cell* cell) {
  std::map<std::string, Named> by_name;
  for (const SymbolSize& symbol : symbols) {
    Named& named = by_name[symbol.name];
    named.bytes += symbol.bytes;
    if (named.section.empty()) named.section = symbol.section;
  }
  std::vector<Named*> largest;
  for (auto& [name, named] : by_name) largest.push_back(&named);
  std::ranges::stable_sort(largest, std::greater<>(), &Named::bytes);
  for (size_t i = 0; i < std::min(count, largest.size()); ++i) largest[i]->is_large = true;
  for (const auto& [name, named] : by_name) {
    const report::Part part{PartKind::kSymbol, name};
    cell->Add(Quantity::kSymbolBytes, named.bytes, part);
    if (named.is_large) cell->Add(Quantity::kSymbolSection, named.section, part);
  }
}

}  // namespace

void AddSizes(const Sizes& sizes, size_t symbols, report::Cell* cell) {
  AddFlash(sizes, cell);
  AddRam(sizes, cell);
  if (sizes.footprint) {
    AddSections(sizes.footprint->sections, cell);
    AddSymbols(sizes.footprint->symbols, symbols, cell);
  }
  for (const BoardFit& fit : sizes.boards) AddBoard(fit, cell);
}

void AddBoard(const BoardFit& fit, report::Cell* cell) {
  const report::Part board{PartKind::kBoard, fit.board->name};
  const emulation::MemoryMap map = MapOf(*fit.board);
  cell->Add(Quantity::kFits, fit.fits, board);
  cell->Add(Quantity::kFlashBytesNeeded, fit.flash_bytes_needed, board);
  cell->Add(Quantity::kBoardFlashBytes, map.program().bytes, board);
  cell->Add(Quantity::kRamBytesNeeded, fit.ram_bytes_needed, board);
  cell->Add(Quantity::kBoardRamBytes, map.ram().bytes, board);
  if (fit.longest_max_seq) cell->Add(Quantity::kLongestMaxSeq, *fit.longest_max_seq, board);
}

}  // namespace atome::harness
