#include "harness/base/text.h"

#include <fmt/format.h>

#include <charconv>

namespace atome::harness {
namespace {

template <class Value>
std::string_view Digits(char (&space)[32], Value value) {
  const char* end = fmt::format_to_n(space, sizeof(space), "{}", value).out;
  return {space, static_cast<size_t>(end - space)};
}

}  // namespace

Piece::Piece(double value) : text_(Digits(small_, value)) {}
Piece::Piece(float value) : text_(Digits(small_, value)) {}
std::string_view Piece::Write(int64_t value) { return Digits(small_, value); }
std::string_view Piece::Write(uint64_t value) { return Digits(small_, value); }

void AppendParts(std::string* out, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) out->append(part);
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0;;) {
    const size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::optional<uint32_t> Number(std::string_view text, int base) {
  uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return value;
}

}  // namespace atome::harness
