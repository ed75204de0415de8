// Joining and splitting text.
#ifndef ATOME_HARNESS_BASE_TEXT_H_
#define ATOME_HARNESS_BASE_TEXT_H_

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atome::harness {

// Appends every argument as fmt prints it by default.
template <class... Parts>
void StrAppend(std::string* out, const Parts&... parts) {
  (fmt::format_to(std::back_inserter(*out), "{}", parts), ...);
}

template <class... Parts>
std::string StrCat(const Parts&... parts) {
  std::string out;
  StrAppend(&out, parts...);
  return out;
}

// At every `separator`; n separators make n + 1 parts, which live as long as `text`.
inline std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0;;) {
    const size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

// The whole of `text` as a number without sign; nothing when it is anything else.
inline std::optional<uint32_t> Number(std::string_view text, int base = 10) {
  uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return value;
}

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_TEXT_H_
