// One line of output at a time, built in place and sent to the host at once. What writes is called, not
// inlined nor cloned: every byte of a firmware goes through here. There is one line, so all is static, and a
// call takes no argument for it.
#ifndef ATOME_ENGINE_FIRMWARE_LINE_H_
#define ATOME_ENGINE_FIRMWARE_LINE_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/firmware/host.h"

namespace atome {

class Line {
 public:
  static constexpr size_t kCapacity = 256;  // characters; what does not fit is dropped

  [[gnu::noinline, gnu::noclone]] static Line Char(char c) {
    if (size_ < kCapacity) text_[size_++] = c;
    return {};
  }
  [[gnu::noinline, gnu::noclone]] static Line Text(const char* text) {
    while (*text != '\0') Char(*text++);
    return {};
  }
  [[gnu::noinline, gnu::noclone]] static Line Hex(uint32_t value, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) Char("0123456789abcdef"[value >> shift & 15]);
    return {};
  }
  static Line Word(uint32_t value) { return Hex(value, 8); }
  [[gnu::noinline, gnu::noclone]] static Line Decimal(uint32_t value) {
    const uint32_t tenth = value / 10;
    if (tenth != 0) Decimal(tenth);  // at most ten deep
    return Char(static_cast<char>('0' + value - 10 * tenth));
  }
  // Starts an empty line.
  static Line Clear() {
    size_ = 0;
    return {};
  }
  // Sends the line and starts an empty one.
  [[gnu::noinline]] static void End() {
    text_[size_++] = '\n';
    Send();
  }
  // The same without an end of line.
  static void Send() {
    text_[size_] = '\0';
    host::Write(text_, size_);
    size_ = 0;
  }

 private:
  inline static size_t size_ = 0;
  inline static char text_[kCapacity + 2];
};

// The one that the firmware writes.
inline Line line;

}  // namespace atome

#endif  // ATOME_ENGINE_FIRMWARE_LINE_H_
