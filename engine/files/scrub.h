// The check of a prepared image while it is in use, a slice at a time: flash that loses a bit after the image
// was opened is noticed within one pass over it.
#ifndef ATOME_ENGINE_FILES_SCRUB_H_
#define ATOME_ENGINE_FILES_SCRUB_H_

#include <stdint.h>

#include "engine/image/header.h"
#include "engine/maths/float_bits.h"

namespace atome {

// The CRC-32 of half a byte, as crc32.h has it.
struct ScrubTable {
  static constexpr uint32_t kPolynomial = 0xEDB88320;  // of IEEE 802.3, the lowest bit first
  uint32_t of[16] = {};

  constexpr ScrubTable() {
    for (uint32_t half = 0; half < 16; ++half) {
      uint32_t crc = half;
      for (int bit = 0; bit < 4; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? kPolynomial : 0);
      of[half] = crc;
    }
  }
};

class Scrubber {
 public:
  // Looks at `slice` more of the image's `bytes`, at most up to its end, where the next pass begins. False
  // when the pass that ends here found another CRC-32 than the image ends with. Each call is of the same
  // image.
  [[nodiscard]] bool Next(const uint8_t* image, uint32_t bytes, uint32_t slice) {
    const uint32_t checked = bytes - ImageStart::kCrcBytes;
    const uint32_t end = slice < checked - at_ ? at_ + slice : checked;
    uint32_t crc = ~crc_;
    for (uint32_t at = at_; at != end; ++at) {
      crc ^= image[at];
      crc = crc >> 4 ^ kTable.of[crc & 15];
      crc = crc >> 4 ^ kTable.of[crc & 15];
    }
    at_ = end;
    crc_ = ~crc;
    if (end != checked) return true;
    const bool same = crc_ == LoadWord(image + checked);
    at_ = crc_ = 0;
    return same;
  }

 private:
  static constexpr ScrubTable kTable{};

  uint32_t at_ = 0;
  uint32_t crc_ = 0;  // of the bytes before
};

}  // namespace atome

#endif  // ATOME_ENGINE_FILES_SCRUB_H_
