#include "harness/inject/region.h"

#include <algorithm>
#include <span>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

using emulation::DebugRegister;

constexpr std::string_view kNames[] = {"model", "code",  "constants", "state",      "logits",
                                       "data",  "stack", "register",  "instruction"};
static_assert(std::size(kNames) == std::size(kRegions));

constexpr struct {
  std::string_view word;
  Region first, last;
} kGroups[] = {{"flash", Region::kModel, Region::kConstants}, {"ram", Region::kState, Region::kStack}};

// Where a section of firmware.ld belongs; nothing for the room of the stack, which is not all used.
std::optional<Region> RegionOf(const emulation::ElfImage::Section& section) {
  if (section.name == ".stack" || section.name == ".model_image") return std::nullopt;
  if (section.writable) return Region::kData;
  return section.executable || section.name == ".vectors" ? Region::kCode : Region::kConstants;
}

}  // namespace

std::string_view RegionName(Region region) { return kNames[static_cast<size_t>(region)]; }

std::vector<std::string> RegionWords() {
  std::vector<std::string> words(std::begin(kNames), std::end(kNames));
  for (const auto& group : kGroups) words.emplace_back(group.word);
  return words;
}

Result<std::vector<Region>> ParseRegions(const std::vector<std::string>& words) {
  bool wanted[std::size(kRegions)] = {};
  for (const std::string& word : words) {
    const auto name = std::ranges::find(kNames, word);
    const auto group = std::ranges::find_if(kGroups, [&word](const auto& each) { return each.word == word; });
    if (name != std::end(kNames)) {
      wanted[name - std::begin(kNames)] = true;
    } else if (group != std::end(kGroups)) {
      for (auto k = static_cast<size_t>(group->first); k <= static_cast<size_t>(group->last); ++k)
        wanted[k] = true;
    } else {
      return Bad(StrCat("--region: \"", word, "\" is none; known are ", Join(RegionWords(), ", ")));
    }
  }
  std::vector<Region> regions;
  for (const Region region : kRegions) {
    if (words.empty() || wanted[static_cast<size_t>(region)]) regions.push_back(region);
  }
  return regions;
}

uint64_t Places::BitsIn(Region region) const {
  uint64_t bits = 0;
  for (const Stretch& stretch : Of(region)) bits += uint64_t{stretch.bytes} * 8;
  if (region == Region::kRegister) {
    for (const RegisterBits& each : registers) bits += each.bits;
  }
  return bits;
}

Result<Places> FindPlaces(const emulation::ElfImage& image, const emulation::Core& core,
                          const MemoryUse& use) {
  Places places;
  const auto add = [&places](Region region, uint64_t address, uint64_t bytes) {
    if (bytes != 0)
      places.stretches[static_cast<size_t>(region)].push_back(
          {static_cast<uint32_t>(address), static_cast<uint32_t>(bytes)});
  };
  const std::optional<uint32_t> model = image.FindSymbol("atome_model_image");
  const std::optional<uint32_t> arena = image.FindSymbol("atome_arena_begin");
  const std::optional<uint32_t> stack = image.FindSymbol("firmware_stack_top");
  if (!model || !arena || !stack)
    return Bad("the firmware lacks the symbols of engine/firmware/firmware.ld; give one of this repository");
  add(Region::kModel, *model, use.model_bytes);
  for (const emulation::ElfImage::Section& section : image.Sections()) {
    if (const std::optional<Region> region = RegionOf(section)) add(*region, section.address, section.bytes);
  }
  add(Region::kState, *arena, use.state_bytes);
  add(Region::kLogits, *arena + (use.state_bytes + 7) / 8 * 8, use.logits_bytes);
  add(Region::kStack, *stack - use.stack_bytes, use.stack_bytes);
  for (unsigned r = 0; r < 16; ++r) {
    const uint8_t first = r == 13 ? 2 : r == 15 ? 1 : 0;
    places.registers.push_back({static_cast<DebugRegister>(r), first, static_cast<uint8_t>(32 - first)});
  }
  const uint8_t flags = core.strict_alignment ? 28 : 27;  // Armv6-M has no Q
  places.registers.push_back({DebugRegister::kXpsr, flags, static_cast<uint8_t>(32 - flags)});
  for (unsigned s = 0; core.has_fpu && s < 32; ++s)
    places.registers.push_back(
        {static_cast<DebugRegister>(static_cast<unsigned>(DebugRegister::kS0) + s), 0, 32});
  return places;
}

}  // namespace atome::harness
