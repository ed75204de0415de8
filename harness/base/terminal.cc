#include "harness/base/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "harness/base/table.h"
#include "harness/base/text.h"
#include "harness/base/utf8.h"

namespace atome::harness {
namespace {

constexpr size_t kLeastWidth = 20, kMostWidth = 10000;

std::string_view Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// 0: nobody says.
size_t WidthOfVariable() {
  const std::string_view text = Variable("COLUMNS");
  size_t width = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), width);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && width >= kLeastWidth && width <= kMostWidth ? width : 0;
}

size_t WidthOfTerminal(int file) {
  winsize size{};
  if (ioctl(file, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col >= kLeastWidth ? size.ws_col : 0;
}

std::string_view CodeOf(Colour colour) {
  switch (colour) {
    case Colour::kRed:
      return "31";
    case Colour::kGreen:
      return "32";
    case Colour::kYellow:
      return "33";
    case Colour::kBold:
      return "1";
    case Colour::kFaint:
      break;
  }
  return "2";
}

TextStyle StyleOfTerminal(int file) {
  TextStyle style{.colour = Variable("NO_COLOR").empty() && Variable("TERM") != "dumb"};
  if (const size_t width = WidthOfVariable(); width > 0) {
    style.width = width;
  } else if (const size_t seen = WidthOfTerminal(file); seen > 0) {
    style.width = seen;
  }
  return style;
}

}  // namespace

TextStyle StandardOutputStyle() {
  if (isatty(STDOUT_FILENO) == 1) return StyleOfTerminal(STDOUT_FILENO);
  TextStyle style;
  if (const size_t width = WidthOfVariable(); width > 0) style.width = width;
  return style;
}

TextStyle StandardErrorStyle() {
  return isatty(STDERR_FILENO) == 1 ? StyleOfTerminal(STDERR_FILENO) : TextStyle{};
}

size_t WidthOf(std::string_view text) {
  size_t width = 0;
  bool code = false;  // "\x1b[31m"
  for (const char c : text) {
    code = code || c == '\x1b';
    if (!code && (c & 0xC0) != 0x80) ++width;
    code = code && c != 'm';
  }
  return width;
}

std::string CutTo(size_t columns, std::string_view text) {
  static constexpr std::string_view kCut = "...";
  // A character takes 4 bytes at most.
  const std::string clean = OneLine(Utf8(std::string(text.substr(0, 4 * columns + 4))));
  size_t characters = 0, fits = 0;
  for (size_t at = 0; at < clean.size(); ++at) {
    if ((clean[at] & 0xC0) == 0x80) continue;  // not the first byte of a character
    if (++characters == columns - kCut.size() + 1) fits = at;
  }
  return characters <= columns ? clean : StrCat(clean.substr(0, fits), kCut);
}

std::string Wrapped(std::string_view text, size_t width, size_t indent) {
  std::string out;
  size_t column = 0;
  bool first_word = true;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const size_t wide = WidthOf(word);
    if (!first_word && column + 1 + wide > width) {
      StrAppend(&out, "\n", std::string(indent, ' '));
      column = indent;
    } else if (!first_word) {
      out += ' ';
      ++column;
    }
    out += word;
    column += wide;
    first_word = false;
  }
  return out;
}

std::string WrappedLines(std::string_view text, size_t width, size_t indent) {
  if (width == TextStyle::kUnbounded) return std::string(text);
  std::string out;
  const char* separator = "";
  for (const std::string_view line : Split(text, '\n')) {
    // Spaces at the beginning of a line are its indentation, and of what goes on below it.
    const size_t spaces = std::min(line.find_first_not_of(' '), line.size());
    StrAppend(&out, separator, line.substr(0, spaces));
    const size_t left = width - std::min(width, spaces);
    for (const char c : Wrapped(line.substr(spaces), left, indent)) {
      out += c;
      if (c == '\n') out.append(spaces, ' ');
    }
    separator = "\n";
  }
  return out;
}

std::string Coloured(std::string_view text, Colour colour, const TextStyle& style) {
  if (!style.colour) return std::string(text);
  return StrCat("\x1b[", CodeOf(colour), "m", text, "\x1b[0m");
}

}  // namespace atome::harness
