#include "emulation/elf/firmware_file.h"

#include <algorithm>
#include <cctype>
#include <memory>
#include <utility>
#include <vector>

#include "emulation/base/hex.h"
#include "emulation/base/little_endian.h"
#include "emulation/elf/elf_image.h"
#include "emulation/elf/image_pieces.h"
#include "emulation/elf/intel_hex.h"
#include "emulation/elf/uf2.h"

namespace atome::emulation {
namespace {

enum class Format { kElf, kIntelHex, kUf2, kRaw, kUnknown };

bool IsIntelHex(std::string_view bytes) {
  constexpr size_t kShortest = 11;  // the end record
  if (bytes.size() < kShortest || bytes[0] != ':') return false;
  return std::ranges::all_of(bytes.substr(1, kShortest - 1), [](char c) { return HexDigit(c) >= 0; });
}

std::string EndingOf(std::string_view name) {
  std::string ending(name.substr(std::min(name.rfind('.'), name.size())));
  for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return ending;
}

Format FormatOf(std::string_view bytes, std::string_view name) {
  if (bytes.starts_with("\x7f"
                        "ELF"))
    return Format::kElf;
  if (IsUf2(bytes)) return Format::kUf2;
  if (IsIntelHex(bytes)) return Format::kIntelHex;
  const std::string ending = EndingOf(name);
  if (ending == ".hex" || ending == ".ihex") return Format::kIntelHex;
  if (ending == ".uf2") return Format::kUf2;
  if (ending == ".bin") return Format::kRaw;
  return Format::kUnknown;
}

std::optional<uint32_t> WordAt(std::string_view bytes, uint64_t offset) {
  if (offset + 4 > bytes.size()) return std::nullopt;
  return LittleEndianWord(bytes, offset);
}

// The place of the program's memory for which the reset handler is among the bytes.
std::optional<uint32_t> PlaceOf(std::string_view bytes, const MemoryMap& map, std::string& error) {
  const Memory& program = map.memories.front();
  const uint32_t table = map.vector_address - map.program_address;
  struct Candidate {
    uint32_t begin;
    uint32_t table;  // from there to the vector table
  };
  std::vector<Candidate> candidates = {{map.program_address, table}};
  for (const std::vector<uint32_t>* others : {&program.aliases, &program.image_places}) {
    for (const uint32_t place : *others) candidates.push_back({place, 0});
  }
  for (const auto& [begin, offset] : candidates) {
    const std::optional<uint32_t> reset = WordAt(bytes, uint64_t{offset} + 4);
    if (reset && (*reset & ~1u) - begin < bytes.size()) return begin;
  }
  const std::optional<uint32_t> reset = WordAt(bytes, uint64_t{table} + 4);
  error = reset ? "at " + Hex(map.program_address) + " its reset handler, " + Hex(*reset) +
                      ", is not among its bytes; give --load ADDRESS, which it is linked for"
                : "it is too short for a vector table";
  return std::nullopt;
}

std::optional<std::string> ElfOfRaw(std::string_view bytes, const MemoryMap& map,
                                    std::optional<uint32_t> load, std::string& error) {
  if (!load) load = PlaceOf(bytes, map, error);
  if (!load) return std::nullopt;
  ImagePieces pieces;
  error = pieces.Add(*load, bytes, 0);
  if (error.empty()) error = pieces.Finish("byte");
  if (!error.empty()) return std::nullopt;
  return pieces.Elf(0);
}

// By address.
std::vector<LoadedBytes> LoadedBytesOf(const ElfImage& image) {
  std::vector<LoadedBytes> pieces;
  for (const ElfImage::Segment& segment : image.segments()) {
    if (!segment.bytes.empty())
      pieces.push_back({segment.load_address, std::string(segment.bytes.begin(), segment.bytes.end())});
  }
  std::ranges::stable_sort(pieces, {}, &LoadedBytes::address);
  return pieces;
}

std::optional<std::string> BinOf(const std::vector<LoadedBytes>& pieces, std::string& error) {
  std::string out;
  for (const LoadedBytes& piece : pieces) {
    if (piece.end() - pieces.front().address > kMostMemoryBytes) {
      error = "from " + Hex(pieces.front().address) + " to " + Hex(piece.end()) +
              " is more than 64 MiB; write .hex, which has no gaps";
      return std::nullopt;
    }
    out.resize(piece.address - pieces.front().address, '\xFF');
    out += piece.bytes;
  }
  return out;
}

}  // namespace

std::optional<FirmwareForm> FirmwareFormOf(std::string_view name) {
  const std::string ending = EndingOf(name);
  if (ending == ".elf") return FirmwareForm::kElf;
  if (ending == ".bin") return FirmwareForm::kBin;
  if (ending == ".hex") return FirmwareForm::kIntelHex;
  if (ending == ".uf2") return FirmwareForm::kUf2;
  return std::nullopt;
}

std::optional<std::string> WriteFirmwareFile(const std::string& elf, FirmwareForm form, std::string_view chip,
                                             std::string& error) {
  if (form == FirmwareForm::kElf) return elf;
  const std::unique_ptr<ElfImage> image = ElfImage::Read(elf, "the firmware", error);
  if (image == nullptr) return std::nullopt;
  const std::vector<LoadedBytes> pieces = LoadedBytesOf(*image);
  for (size_t i = 1; i < pieces.size(); ++i) {
    if (pieces[i].address < pieces[i - 1].end()) {
      error = "its segments at " + Hex(pieces[i].address) + " overlap";
      return std::nullopt;
    }
  }
  if (pieces.empty()) {
    error = "it has no bytes to load";
    return std::nullopt;
  }
  switch (form) {
    case FirmwareForm::kBin:
      return BinOf(pieces, error);
    case FirmwareForm::kIntelHex:
      return IntelHexOf(pieces, image->entry() | 1);
    default:
      return Uf2Of(pieces, chip, error);
  }
}

std::optional<FirmwareFile> ReadFirmwareFile(std::string bytes, const std::string& name, const MemoryMap& map,
                                             const FirmwareFileOptions& options, std::string& error) {
  Format format = FormatOf(bytes, name);
  if (format == Format::kUnknown && options.load) format = Format::kRaw;
  if (format != Format::kRaw && options.load) {
    error = name + ": has addresses of its own; --load is for raw bytes, leave it out";
    return std::nullopt;
  }
  std::optional<std::string> elf;
  switch (format) {
    case Format::kElf:
      return FirmwareFile{.elf = std::move(bytes)};
    case Format::kIntelHex:
      elf = ElfOfIntelHex(bytes, error);
      break;
    case Format::kUf2:
      elf = ElfOfUf2(bytes, options.chip, error);
      break;
    case Format::kRaw:
      elf = ElfOfRaw(bytes, map, options.load, error);
      break;
    case Format::kUnknown:
      error = "is no ELF, Intel HEX or UF2 file; raw bytes need a name in .bin, or --load ADDRESS";
      break;
  }
  if (elf) return FirmwareFile{.elf = *std::move(elf), .raw_image = true};
  error = name + ": " + error;
  return std::nullopt;
}

}  // namespace atome::emulation
