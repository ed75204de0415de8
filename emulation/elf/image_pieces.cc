#include "emulation/elf/image_pieces.h"

#include <elf.h>

#include <algorithm>
#include <utility>

#include "emulation/base/hex.h"
#include "emulation/boards/memory_map.h"
#include "emulation/elf/arm_header.h"

namespace atome::emulation {
namespace {

constexpr size_t kMostPieces = 1 << 16;    // as they come
constexpr size_t kMostSegments = 1 << 12;  // after those that follow each other are joined

template <typename Header>
void Append(std::string& out, const Header& header) {
  out.append(reinterpret_cast<const char*>(&header), sizeof header);
}

}  // namespace

std::string ImagePieces::Add(uint32_t address, std::string_view bytes, size_t place) {
  if (bytes.empty()) return {};
  if (uint64_t{address} + bytes.size() > UINT32_MAX)
    return "the bytes at " + Hex(address) + " reach the end of the address space";
  total_bytes_ += bytes.size();
  if (total_bytes_ > kMostMemoriesBytes) return "there are more than 256 MiB of bytes";
  if (!pieces_.empty() && pieces_.back().end() == address) {
    pieces_.back().bytes += bytes;
    return {};
  }
  if (pieces_.size() == kMostPieces) return "there are more than 65536 pieces that do not follow each other";
  pieces_.push_back({address, std::string(bytes), place});
  return {};
}

std::string ImagePieces::Finish(std::string_view unit) {
  if (pieces_.empty()) return "there are no bytes to load";
  std::ranges::stable_sort(pieces_, {}, &Piece::address);
  std::vector<Piece> joined;
  for (Piece& piece : pieces_) {
    if (!joined.empty() && joined.back().end() > piece.address)
      return std::string(unit) + " " + std::to_string(std::max(piece.place, joined.back().place)) +
             ": bytes at " + Hex(piece.address) + " are there twice";
    if (!joined.empty() && joined.back().end() == piece.address)
      joined.back().bytes += piece.bytes;
    else
      joined.push_back(std::move(piece));
  }
  pieces_ = std::move(joined);
  if (pieces_.size() > kMostSegments)
    return "the bytes lie in " + std::to_string(pieces_.size()) +
           " separate places; at most 4096 can be loaded";
  return {};
}

std::string ImagePieces::Elf(uint32_t entry) const {
  Elf32_Ehdr header = ArmHeader(entry, pieces_.size());
  header.e_flags = EF_ARM_EABI_VER5;
  std::string elf;
  Append(elf, header);
  auto offset = static_cast<uint32_t>(sizeof header + pieces_.size() * sizeof(Elf32_Phdr));
  for (const Piece& piece : pieces_) {
    const auto bytes = static_cast<uint32_t>(piece.bytes.size());
    const Elf32_Phdr segment = {.p_type = PT_LOAD,
                                .p_offset = offset,
                                .p_vaddr = piece.address,
                                .p_paddr = piece.address,
                                .p_filesz = bytes,
                                .p_memsz = bytes,
                                .p_flags = PF_R | PF_W | PF_X,
                                .p_align = 1};
    Append(elf, segment);
    offset += bytes;
  }
  for (const Piece& piece : pieces_) elf += piece.bytes;
  return elf;
}

}  // namespace atome::emulation
