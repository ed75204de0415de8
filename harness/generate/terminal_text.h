// Bytes that a model chose, for a terminal: text stays text, and nothing in it is a command to the terminal.
#ifndef ATOME_HARNESS_GENERATE_TERMINAL_TEXT_H_
#define ATOME_HARNESS_GENERATE_TERMINAL_TEXT_H_

#include <cstdint>
#include <string>

namespace atome::harness {

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

}  // namespace atome::harness

#endif  // ATOME_HARNESS_GENERATE_TERMINAL_TEXT_H_
