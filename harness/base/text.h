// Joining and splitting text.
#ifndef ATOME_HARNESS_BASE_TEXT_H_
#define ATOME_HARNESS_BASE_TEXT_H_

#include <fmt/core.h>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace atome::harness {

// One argument of StrCat: text, or a number as text. It is not a template over the formatting library,
// because every file would compile that again.
class Piece {
 public:
  Piece(std::string_view text) : text_(text) {}           // NOLINT: converts
  Piece(const std::string& text) : text_(text) {}         // NOLINT
  Piece(const char* text) : text_(text) {}                // NOLINT
  Piece(char c) : text_(small_, 1) { small_[0] = c; }     // NOLINT
  Piece(bool value) : text_(value ? "true" : "false") {}  // NOLINT
  template <std::signed_integral Integer>
  Piece(Integer value) : text_(Write(static_cast<int64_t>(value))) {}  // NOLINT
  template <std::unsigned_integral Integer>
  Piece(Integer value) : text_(Write(static_cast<uint64_t>(value))) {}  // NOLINT
  // The shortest digits that read back as the same number.
  Piece(double value);  // NOLINT
  Piece(float value);   // NOLINT

  Piece(const Piece&) = delete;
  Piece& operator=(const Piece&) = delete;

  std::string_view text() const { return text_; }

 private:
  std::string_view Write(int64_t value);
  std::string_view Write(uint64_t value);

  std::string_view text_;
  char small_[32];
};

void AppendParts(std::string* out, std::initializer_list<std::string_view> parts);

template <class... Parts>
void StrAppend(std::string* out, const Parts&... parts) {
  AppendParts(out, {Piece(parts).text()...});
}

template <class... Parts>
std::string StrCat(const Parts&... parts) {
  std::string out;
  AppendParts(&out, {Piece(parts).text()...});
  return out;
}

// The elements of a range of texts with `separator` between them.
template <std::ranges::input_range Range>
std::string Join(const Range& range, std::string_view separator) {
  std::string out;
  bool first = true;
  for (const auto& each : range) {
    if (!first) out += separator;
    first = false;
    out += Piece(each).text();
  }
  return out;
}

// Splits at every `separator`; n separators make n + 1 parts. The parts point into `text`.
std::vector<std::string_view> Split(std::string_view text, char separator);

// All of `text` as an unsigned number, or nothing.
std::optional<uint32_t> Number(std::string_view text, int base = 10);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_TEXT_H_
