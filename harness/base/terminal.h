// How text is laid out for whoever reads standard output: the width of the terminal, and whether colours
// help.
#ifndef ATOME_HARNESS_BASE_TERMINAL_H_
#define ATOME_HARNESS_BASE_TERMINAL_H_

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace atome::harness {

struct TextStyle {
  static constexpr size_t kUnbounded = std::numeric_limits<size_t>::max();
  size_t width = kUnbounded;  // columns that a line may have
  bool colour = false;
};

// Of standard output: on a terminal its width (COLUMNS, where that is a number from 20 up, goes before), and
// colour unless NO_COLOR is set and not empty, or TERM is "dumb". Into files and pipes lines are unbounded,
// unless COLUMNS is set, and have no colour.
TextStyle StandardOutputStyle();
// Of standard error, where messages go: the same on a terminal, and unbounded without colour elsewhere.
TextStyle StandardErrorStyle();

// Columns that UTF-8 text takes: its characters; continuation bytes and codes of colours do not count.
size_t WidthOf(std::string_view text);

// At most `columns` characters, of 3 or more; what is cut ends in "...". Control characters become spaces,
// bytes that are not UTF-8 U+FFFD.
std::string CutTo(size_t columns, std::string_view text);

// Breaks `text`, one line without an end, at spaces, so that no line is wider than `width` where a word
// allows; lines behind the first begin with `indent` spaces. No end of line behind the last.
std::string Wrapped(std::string_view text, size_t width, size_t indent);

// The same of text of several lines, each of which is broken by itself.
std::string WrappedLines(std::string_view text, size_t width, size_t indent);

enum class Colour { kRed, kGreen, kYellow, kBold, kFaint };
// With the terminal's codes around it where the style has colour.
std::string Coloured(std::string_view text, Colour colour, const TextStyle& style);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_TERMINAL_H_
