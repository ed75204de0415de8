#include "emulation/elf/uf2.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "emulation/base/hex.h"
#include "emulation/base/little_endian.h"
#include "emulation/elf/image_pieces.h"

namespace atome::emulation {
namespace {

constexpr size_t kBlockBytes = 512;
constexpr size_t kDataOffset = 32;
constexpr uint32_t kMostPayload = 476;
constexpr uint32_t kMagics[] = {0x0A324655, 0x9E5D5157, 0x0AB16F30};
constexpr size_t kLastMagicOffset = kBlockBytes - 4;
enum Flag : uint32_t {
  kNotMainFlash = 0x1,
  kFileContainer = 0x1000,
  kHasFamily = 0x2000,
};
// Of one block in front of the others, which works around erratum E10 of RP2350 and is no part of the
// program.
constexpr uint32_t kAbsoluteFamily = 0xE48BFF57;

// utils/uf2families.json of the format's repository. A chip's name begins so.
struct Family {
  uint32_t id;
  const char* chip;
};
constexpr Family kFamilies[] = {
    {0xE48BFF56, "RP2040"},  {0xE48BFF59, "RP2350"},    {0x5EE21072, "STM32F1"}, {0x647824B6, "STM32F0"},
    {0x57755A57, "STM32F4"}, {0x6D0922FA, "STM32F407"}, {0x53B80F00, "STM32F7"}, {0x00FF6919, "STM32L4"},
    {0x1B57745F, "nRF52"},   {0xADA52840, "nRF52840"},
};

std::string NameOf(uint32_t family) {
  const auto known = std::ranges::find(kFamilies, family, &Family::id);
  return Hex(family) + (known == std::end(kFamilies) ? "" : std::string(" (") + known->chip + ")");
}

struct Block {
  size_t place;  // in the file
  uint32_t address;
  uint32_t number;
  uint32_t count;
  std::string_view payload;
};

// What is wrong with a block, or nothing.
std::string Check(std::string_view block) {
  const size_t offsets[] = {0, 4, kLastMagicOffset};
  for (size_t k = 0; k < 3; ++k) {
    if (LittleEndianWord(block, offsets[k]) != kMagics[k])
      return "the magic number at byte " + std::to_string(offsets[k]) + " is " +
             Hex(LittleEndianWord(block, offsets[k])) + ", not " + Hex(kMagics[k]) + ": the file is damaged";
  }
  if (LittleEndianWord(block, 16) > kMostPayload)
    return "it has " + std::to_string(LittleEndianWord(block, 16)) + " bytes, a block has at most 476";
  if (LittleEndianWord(block, 20) >= LittleEndianWord(block, 24))
    return "it is number " + std::to_string(LittleEndianWord(block, 20)) + " of " +
           std::to_string(LittleEndianWord(block, 24));
  if ((LittleEndianWord(block, 8) & kFileContainer) != 0)
    return "it is of a file in a container, not of a program's memory";
  return {};
}

// Whether all blocks of a family are there, each once; what is wrong, or nothing.
std::string CheckNumbers(const std::vector<Block>& blocks) {
  const uint32_t count = blocks.front().count;
  std::vector<bool> seen(blocks.size());
  for (const Block& block : blocks) {
    const std::string where = "block " + std::to_string(block.place) + ": ";
    if (block.count != count)
      return where + "it is one of " + std::to_string(block.count) + ", others are of " +
             std::to_string(count);
    if (block.number >= blocks.size()) continue;  // then another is missing
    if (seen[block.number]) return where + "number " + std::to_string(block.number) + " is there twice";
    seen[block.number] = true;
  }
  if (blocks.size() == count) return {};
  const auto missing = std::ranges::find(seen, false) - seen.begin();
  return "block number " + std::to_string(missing) + " of " + std::to_string(count) +
         " is missing: the file is cut";
}

void AppendWord(std::string& out, uint32_t word) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(word >> shift);
}

// The family with the longest name that the chip's begins with.
const Family* FamilyOf(std::string_view chip) {
  const Family* best = nullptr;
  for (const Family& family : kFamilies) {
    if (!chip.starts_with(family.chip)) continue;
    if (best == nullptr || std::string_view(family.chip).size() > std::string_view(best->chip).size())
      best = &family;
  }
  return best;
}

}  // namespace

bool IsUf2(std::string_view bytes) {
  return bytes.size() >= 8 && LittleEndianWord(bytes, 0) == kMagics[0] &&
         LittleEndianWord(bytes, 4) == kMagics[1];
}

std::optional<std::string> ElfOfUf2(std::string_view bytes, std::string_view chip, std::string& error) {
  if (bytes.size() % kBlockBytes != 0) {
    error = "the file is cut: " + std::to_string(bytes.size()) + " bytes are no multiple of 512";
    return std::nullopt;
  }
  std::map<uint32_t, std::vector<Block>> families;  // 0: without one
  for (size_t place = 0; place < bytes.size() / kBlockBytes; ++place) {
    const std::string_view block = bytes.substr(place * kBlockBytes, kBlockBytes);
    if (const std::string why = Check(block); !why.empty()) {
      error = "block " + std::to_string(place) + ": " + why;
      return std::nullopt;
    }
    const uint32_t flags = LittleEndianWord(block, 8);
    const bool loads = (flags & kNotMainFlash) == 0;
    families[(flags & kHasFamily) != 0 ? LittleEndianWord(block, 28) : 0].push_back(
        {place, LittleEndianWord(block, 12), LittleEndianWord(block, 20), LittleEndianWord(block, 24),
         block.substr(kDataOffset, loads ? LittleEndianWord(block, 16) : 0)});
  }
  if (families.size() > 1) families.erase(kAbsoluteFamily);
  std::erase_if(families, [](const auto& family) {
    return std::ranges::all_of(family.second, [](const Block& block) { return block.payload.empty(); });
  });
  if (families.empty()) {
    error = "no block is for the main flash";
    return std::nullopt;
  }
  if (families.size() > 1) {
    error = "it has programs for several chips: ";
    for (const auto& [family, blocks] : families)
      error += (family == families.begin()->first ? "" : ", ") + NameOf(family);
    error += "; give a file for one";
    return std::nullopt;
  }
  const auto& [family, blocks] = *families.begin();
  const auto known = std::ranges::find(kFamilies, family, &Family::id);
  if (!chip.empty() && known != std::end(kFamilies) && !chip.starts_with(known->chip)) {
    error = "it is for the family " + NameOf(family) + ", and the board has " + std::string(chip) +
            "; give the board that it is for";
    return std::nullopt;
  }
  error = CheckNumbers(blocks);
  ImagePieces pieces;
  for (const Block& block : blocks) {
    if (!error.empty()) return std::nullopt;
    error = pieces.Add(block.address, block.payload, block.place);
    if (!error.empty()) error = "block " + std::to_string(block.place) + ": " + error;
  }
  if (error.empty()) error = pieces.Finish("block");
  if (!error.empty()) return std::nullopt;
  return pieces.Elf(0);
}

std::optional<std::string> Uf2Of(const std::vector<LoadedBytes>& pieces, std::string_view chip,
                                 std::string& error) {
  constexpr uint32_t kPageBytes = 256;
  const Family* const family = FamilyOf(chip);
  if (family == nullptr) {
    error = "no UF2 family is known of " + (chip.empty() ? "a bare core" : std::string(chip)) + "; known are";
    for (const Family& each : kFamilies) error += (&each == kFamilies ? " " : ", ") + std::string(each.chip);
    error += "; write another form";
    return std::nullopt;
  }
  std::map<uint32_t, std::string> pages;  // by address
  for (const LoadedBytes& piece : pieces) {
    for (size_t done = 0; done < piece.bytes.size();) {
      const auto address = static_cast<uint32_t>(piece.address + done);
      const uint32_t at = address % kPageBytes;
      std::string& page = pages.try_emplace(address - at, kPageBytes, '\xFF').first->second;
      const size_t bytes = std::min<size_t>(kPageBytes - at, piece.bytes.size() - done);
      page.replace(at, bytes, piece.bytes, done, bytes);
      done += bytes;
    }
  }
  if (pages.contains(~(kPageBytes - 1))) {
    error =
        "its bytes reach into the last 256 of the address space, where no page of UF2 ends; write another "
        "form";
    return std::nullopt;
  }
  std::string out;
  uint32_t number = 0;
  for (const auto& [address, page] : pages) {
    for (const uint32_t word : {kMagics[0], kMagics[1], uint32_t{kHasFamily}, address, kPageBytes, number++,
                                static_cast<uint32_t>(pages.size()), family->id})
      AppendWord(out, word);
    out += page;
    out.append(kLastMagicOffset - kDataOffset - kPageBytes, '\0');
    AppendWord(out, kMagics[2]);
  }
  return out;
}

}  // namespace atome::emulation
