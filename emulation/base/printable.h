// Bytes that somebody else chose, for a terminal: a model, a guest, names of its ELF, QEMU, a debug probe.
// Text stays text, and nothing in it is a command to the terminal.
#ifndef ATOME_EMULATION_BASE_PRINTABLE_H_
#define ATOME_EMULATION_BASE_PRINTABLE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace atome::emulation {

// A character of UTF-8 passes when its last byte has come. Control characters but tab and line feed, those of
// C1 as well, marks that turn the direction of text, and bytes that are not UTF-8 are written byte by byte,
// as \x1b.
class TerminalText {
 public:
  // What can be written after one more byte.
  std::string Feed(uint8_t byte);
  // What is left of a character that is not whole.
  std::string Finish();

 private:
  std::string pending_;  // the begin of a character
};

// All of a text, for a message: tabs and line feeds are written as their bytes too, so that it stays one
// line.
std::string Printable(std::string_view text);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BASE_PRINTABLE_H_
