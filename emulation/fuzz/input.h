// What fuzz targets make of their bytes.
#ifndef ATOME_EMULATION_FUZZ_INPUT_H_
#define ATOME_EMULATION_FUZZ_INPUT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace atome::fuzz {

// Takes values from the front; 0 and nothing once the bytes are used up.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : bytes_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return bytes_.empty(); }
  uint8_t Byte() {
    const std::string_view taken = Text(1);
    return taken.empty() ? 0 : static_cast<uint8_t>(taken[0]);
  }
  // Little-endian.
  uint32_t Word() {
    uint32_t value = 0;
    for (unsigned k = 0; k < 4; ++k) value |= uint32_t{Byte()} << 8 * k;
    return value;
  }
  std::string_view Text(size_t bytes) {
    const std::string_view taken = bytes_.substr(0, bytes);
    bytes_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view Rest() { return Text(bytes_.size()); }

 private:
  std::string_view bytes_;
};

// What holds for every input; a finding where it does not.
inline void Require(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

// Whether a message is a line that a terminal can show: no control characters, not empty.
inline bool IsOneLine(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
  });
}

}  // namespace atome::fuzz

#endif  // ATOME_EMULATION_FUZZ_INPUT_H_
