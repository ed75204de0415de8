// The bytes of a firmware file that is not ELF, and the ELF executable that they make.
#ifndef ATOME_EMULATION_ELF_IMAGE_PIECES_H_
#define ATOME_EMULATION_ELF_IMAGE_PIECES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace atome::emulation {

class ImagePieces {
 public:
  // Bytes at an address, as they stand at a place of the file: "line 12". Returns what is wrong with them,
  // or nothing.
  [[nodiscard]] std::string Add(uint32_t address, std::string_view bytes, size_t place);

  // Joins what follows each other. Returns what is wrong, with `unit` in front of the number of a place
  // ("line"), or nothing: no bytes, bytes twice, too many pieces.
  [[nodiscard]] std::string Finish(std::string_view unit);

  // After Finish: an ELF32 Arm executable with a segment a piece, without symbols. Segments may be read,
  // written and executed, because bytes do not tell code from data.
  std::string Elf(uint32_t entry) const;

 private:
  struct Piece {
    uint32_t address = 0;
    std::string bytes;
    size_t place = 0;

    uint64_t end() const { return uint64_t{address} + bytes.size(); }
  };
  std::vector<Piece> pieces_;
  uint64_t total_bytes_ = 0;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_ELF_IMAGE_PIECES_H_
